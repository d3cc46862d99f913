package dev.tidemark.connector;

import org.jspecify.annotations.Nullable;

/**
 * Part of a table's rows, by their key and by a condition.
 *
 * @param key values of the key at which it begins, as a {@link dev.tidemark.connector.data.Row} holds them; null: at the first row
 * @param inclusive whether the row with that key belongs to it
 * @param condition SQL condition over the table's columns, which {@link RowReader#requireCondition} has accepted; null: all rows
 */
public record RowRange(
        Object @Nullable [] key,
        boolean inclusive,
        @Nullable String condition) {

    /** All rows of a table. */
    public static final RowRange ALL = new RowRange(null, false, null);

    /** Returns the rows after a key; null: all rows. */
    public static RowRange after(Object @Nullable [] key) {
        return key == null ? ALL : new RowRange(key, false, null);
    }

    /** Returns the rows from a key on, that with the key included. */
    public static RowRange from(Object[] key) {
        return new RowRange(key, true, null);
    }

    /** Returns those rows that a condition selects, too; null: all of them. */
    public RowRange where(@Nullable String sql) {
        return new RowRange(key, inclusive, sql);
    }
}
