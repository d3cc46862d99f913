package dev.tidemark.config;

import dev.tidemark.connector.data.TableId;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A table that a document's {@code table} stands for.
 *
 * @param table the table
 * @param how how it came to be meant
 * @param groups what the groups of the pattern matched; empty if there is no pattern
 */
public record TableMatch(TableId table, How how, List<String> groups) {

    /** How a table came to be meant. */
    public enum How {
        /** By its name. */
        NAMED,
        /** A pattern matches it. */
        MATCHED,
        /** It stands in for those that a pattern matches, as long as nobody knows what tables there are. */
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

    /** A text with what the groups matched in place of {@code $1} and the like. One that there is no group for stays. */
    public String fill(String text) {
        return REFERENCE
                .matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(
                        Integer.parseInt(found.group(1)) <= groups.size()
                                ? groups.get(Integer.parseInt(found.group(1)) - 1)
                                : found.group()));
    }

    /** What a message calls the document, alongside its path. */
    public String suffix() {
        return isMatched() ? " (" + table + ")" : "";
    }
}
