package dev.tidemark.load;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The part of a table that an operator wants to be loaded. Nothing is deleted at the end of such a load: what it does not read is
 * not missing.
 *
 * @param where SQL condition over the table's columns, which the database has accepted; null: every row
 * @param key the columns of the key that {@code from} has the texts of; empty if it begins at the first row
 * @param from the texts of the key at which it begins, that row included; empty if it begins at the first row
 */
public record RowSelection(@Nullable String where, List<String> key, List<String> from) {

    /** All rows. */
    public static final RowSelection ALL = new RowSelection(null, List.of(), List.of());

    public RowSelection {
        key = List.copyOf(key);
        from = List.copyOf(from);
    }

    /** Returns whether it is not the full table. */
    public boolean isPart() {
        return where != null || !from.isEmpty();
    }
}
