package dev.tidemark.connector.postgres.value;

/** Values of {@code money}, of which sessions read the spelling of lc_monetary C: {@code -$1,234.50}. */
final class MoneyText {

    private MoneyText() {}

    /** Returns the amount as plain digits. */
    static String plain(String text) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c >= '0' && c <= '9') || c == '.' || c == '-') {
                plain.append(c);
            }
        }
        return plain.toString();
    }
}
