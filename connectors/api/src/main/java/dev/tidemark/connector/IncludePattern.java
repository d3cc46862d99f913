package dev.tidemark.connector;

/** A name as Debezium's include lists take it: split at commas, and each part a regular expression. */
public final class IncludePattern {

    private IncludePattern() {}

    /** An expression that matches this table, also where the name of its database stands in front. */
    public static String ofTable(TableId table) {
        return "(.*\\x{2e})?" + of(table.toString());
    }

    /** An expression that matches this name and no other. */
    public static String of(String name) {
        StringBuilder pattern = new StringBuilder();
        name.codePoints().forEach(c -> {
            if (Character.isLetterOrDigit(c) || c == '_') {
                pattern.appendCodePoint(c);
            } else {
                pattern.append(String.format("\\x{%x}", c));
            }
        });
        return pattern.toString();
    }
}
