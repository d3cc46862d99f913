package dev.tidemark.connector;

import dev.tidemark.connector.data.TableId;

/** Names in the form of Debezium's include lists, which are split at commas and whose parts are regular expressions. */
public final class IncludePattern {

    /** Lets an expression be case-sensitive, although Debezium compiles it as case-insensitive. */
    private static final String CASE_COUNTS = "(?-i)";

    private IncludePattern() {}

    /** Returns what {@link #ofTable} does, for a database with case-sensitive names. */
    public static String exactlyTable(TableId table) {
        return CASE_COUNTS + ofTable(table);
    }

    /** Returns what {@link #of} does, for a database with case-sensitive names: else two tables would be captured as one. */
    public static String exactly(String name) {
        return CASE_COUNTS + of(name);
    }

    /** Returns an expression that matches this table, also if the name of its database precedes it. */
    public static String ofTable(TableId table) {
        return "(.*\\x{2e})?" + of(table.toString());
    }

    /** Returns an expression that matches this name and no other. */
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
