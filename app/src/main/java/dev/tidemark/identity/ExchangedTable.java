package dev.tidemark.identity;

import java.util.List;

/**
 * A table that is not the one that was loaded. It ends when the tables were loaded again.
 *
 * @param table its name
 * @param found its identity now
 * @param since when it was found, ISO-8601
 * @param message what was recorded and what was found
 * @param reload tables that are to be loaded again
 */
public record ExchangedTable(String table, String found, String since, String message, List<String> reload) {
    public ExchangedTable {
        reload = List.copyOf(reload);
    }

    /** Returns the same without a table that was loaded again. */
    ExchangedTable without(String loaded) {
        return new ExchangedTable(
                table,
                found,
                since,
                message,
                reload.stream().filter(each -> !each.equals(loaded)).toList());
    }
}
