package dev.tidemark.connector.data;

import org.jspecify.annotations.Nullable;

/** Change of a table, or of the stream itself. */
public sealed interface Change {

    /** A change of one row or of all rows of a table. */
    sealed interface OfTable extends Change {
        TableId table();
    }

    /**
     * The row exists with these values: an insert, an update, or a row that a load read.
     *
     * @param before the source's values of the row before the change; null for an insert, a load, or if the
     *     replica identity sends nothing. Columns that were not sent are {@link Row#UNAVAILABLE}.
     * @param after the row now; unchanged TOAST columns are {@link Row#UNAVAILABLE}
     * @param cause the origin of these values
     */
    record Upsert(@Nullable Row before, Row after, Cause cause) implements OfTable {

        /** Origin of a row's values. */
        public enum Cause {
            INSERT,
            UPDATE,
            /** A load read it from its table. */
            LOAD
        }

        /** Returns whether a load read the row. */
        public boolean loaded() {
            return cause == Cause.LOAD;
        }

        @Override
        public TableId table() {
            return after.schema().table();
        }
    }

    /**
     * The row does not exist any more under this key.
     *
     * @param before the source's values of it: at least the columns of the replica identity
     * @param moved whether it is one half of a change of the primary key: the row exists under the key of the insert that follows
     */
    record Delete(Row before, boolean moved) implements OfTable {

        /** Creates a change for a row that was deleted. */
        public Delete(Row before) {
            this(before, false);
        }

        @Override
        public TableId table() {
            return before.schema().table();
        }
    }

    /** All rows of the table were deleted. */
    record Truncate(TableId table, boolean dropped) implements OfTable {

        /** Creates a change for the removal of all rows of a table that still exists. */
        public Truncate(TableId table) {
            this(table, false);
        }
    }

    /**
     * Changes of the table so far may be wrong or missing: it must be reloaded. The reason is human-readable evidence.
     */
    record Reload(TableId table, DoubtReason kind, String reason) implements Change {}

    /** Nothing changed; the stream has reached this position. */
    record Heartbeat() implements Change {}
}
