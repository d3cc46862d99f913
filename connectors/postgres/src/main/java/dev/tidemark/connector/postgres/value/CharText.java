package dev.tidemark.connector.postgres.value;

/** Values of {@code char(n)}. */
final class CharText {

    private CharText() {}

    /** Removes the spaces that pad a value, as Postgres itself does when it converts one to text. */
    static String trim(String padded) {
        int end = padded.length();
        while (end > 0 && padded.charAt(end - 1) == ' ') {
            end--;
        }
        return padded.substring(0, end);
    }
}
