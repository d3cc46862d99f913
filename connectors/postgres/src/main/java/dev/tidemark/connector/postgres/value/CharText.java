package dev.tidemark.connector.postgres.value;

/** Values of {@code char(n)}. */
final class CharText {

    private CharText() {}

    /** Without the blanks that pad it, as Postgres itself does when it takes one for text. */
    static String trim(String padded) {
        int end = padded.length();
        while (end > 0 && padded.charAt(end - 1) == ' ') {
            end--;
        }
        return padded.substring(0, end);
    }
}
