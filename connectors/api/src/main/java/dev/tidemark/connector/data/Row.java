package dev.tidemark.connector.data;

import org.jspecify.annotations.Nullable;

/**
 * The values of one row, in the forms of {@link ColumnType.Kind}. Immutable by agreement: the array is not copied, since
 * one is created for every change.
 */
public final class Row {

    /** Marks a value that the source did not send (unchanged TOAST, or a column outside the replica identity). */
    public static final Object UNAVAILABLE = new Object() {
        @Override
        public String toString() {
            return "<not sent>";
        }
    };

    private final RowSchema schema;
    private final @Nullable Object[] values;
    private final boolean complete;
    private final long tooLarge;

    /**
     * @param schema what the values mean
     * @param values one for each column of the schema, in its order; handed over, not copied
     */
    public Row(RowSchema schema, @Nullable Object[] values) {
        this(schema, values, 0);
    }

    private Row(RowSchema schema, @Nullable Object[] values, long tooLarge) {
        if (values.length != schema.columns().size()) {
            throw new IllegalArgumentException(
                    values.length + " values for " + schema.columns().size() + " columns of " + schema.table());
        }
        this.schema = schema;
        this.values = values;
        this.tooLarge = tooLarge;
        boolean all = true;
        for (Object value : values) {
            all &= value != UNAVAILABLE;
        }
        this.complete = all;
    }

    /**
     * Returns a row that is too large to be read (invariant 3).
     *
     * @param values those of its key; null for values that were not read
     * @param bytes that its values take as they are fetched
     */
    public static Row tooLarge(RowSchema schema, @Nullable Object[] values, long bytes) {
        return new Row(schema, values, bytes);
    }

    /** Returns the bytes of a row that is too large to be read; 0 if it was read. */
    public long tooLarge() {
        return tooLarge;
    }

    public RowSchema schema() {
        return schema;
    }

    /** Returns the value of the column at that index of the schema: null for NULL, {@link #UNAVAILABLE} if it was not sent. */
    public @Nullable Object get(int column) {
        return values[column];
    }

    /**
     * Returns this row with the values that were not sent taken from another row of the same schema, as far as that has them: for
     * values that did not change between the two.
     */
    public Row filledFrom(Row other) {
        if (complete) {
            return this;
        }
        @Nullable Object[] filled = values.clone();
        for (int i = 0; i < filled.length; i++) {
            if (filled[i] == UNAVAILABLE) {
                filled[i] = other.values[i];
            }
        }
        return new Row(schema, filled);
    }

    /** Returns whether every column was sent. */
    public boolean complete() {
        return complete;
    }
}
