package dev.tidemark.config;

import dev.tidemark.connector.data.TableId;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A table that a document's {@code table} stands for.
 *
 * @param table the table
 * @param how the way in which it was selected
 * @param groups what the groups of the pattern matched; empty without a pattern
 */
public record TableMatch(TableId table, How how, List<String> groups) {

    /** Ways in which {@code table} selects a table. */
    public enum How {
        /** By its name. */
        NAMED,
        /** A pattern matches it. */
        MATCHED,
        /** It represents the tables that a pattern matches, as long as the tables of the database are not known. */
        EXAMPLE
    }

    private static final Pattern REFERENCE = Pattern.compile("\\$([1-9])");

    public static TableMatch named(TableId table) {
        return new TableMatch(table, How.NAMED, List.of());
    }

    public static TableMatch example(int groups) {
        return new TableMatch(new TableId("any", "table"), How.EXAMPLE, java.util.Collections.nCopies(groups, "1"));
    }

    public boolean isMatched() {
        return how == How.MATCHED;
    }

    public boolean isExample() {
        return how == How.EXAMPLE;
    }

    /** Replaces {@code $1} and the like in a text with what the groups matched. A reference without a group stays. */
    public String fill(String text) {
        return REFERENCE
                .matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(
                        Integer.parseInt(found.group(1)) <= groups.size()
                                ? groups.get(Integer.parseInt(found.group(1)) - 1)
                                : found.group()));
    }

    /** Returns what a message adds to the document's path to name the document. */
    public String suffix() {
        return isMatched() ? " (" + table + ")" : "";
    }
}
