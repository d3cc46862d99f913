package dev.tidemark.connector;

import dev.tidemark.connector.data.TableId;

/** A name as Debezium's include lists take it: split at commas, and each part a regular expression. */
public final class IncludePattern {

    /** Takes back that Debezium compiles expressions without regard to case. */
    private static final String CASE_COUNTS = "(?-i)";

    private IncludePattern() {}

    /** As {@link #ofTable}, for a database whose names differ if their case does. */
    public static String exactlyTable(TableId table) {
        return CASE_COUNTS + ofTable(table);
    }

    /** As {@link #of}, for a database whose names differ if their case does: else two tables would be captured as one. */
    public static String exactly(String name) {
        return CASE_COUNTS + of(name);
    }

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
