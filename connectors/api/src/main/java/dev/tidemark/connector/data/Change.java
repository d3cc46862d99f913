package dev.tidemark.connector.data;

import org.jspecify.annotations.Nullable;

/** What happened to a table, or to the stream itself. */
public sealed interface Change {

    /** A change of one row or of a whole table. */
    sealed interface OfTable extends Change {
        TableId table();
    }

    /**
     * The row exists with these values: an insert, an update, or a row read by a snapshot.
     *
     * @param before what the source tells of the row before the change; null for an insert, a snapshot, or where the
     *     replica identity sends nothing. Columns that were not sent are {@link Row#UNAVAILABLE}.
     * @param after the row now; unchanged TOAST columns are {@link Row#UNAVAILABLE}
     * @param cause how it came to be
     */
    record Upsert(@Nullable Row before, Row after, Cause cause) implements OfTable {

        /** How a row came to be what it is. */
        public enum Cause {
            INSERT,
            UPDATE,
            /** A snapshot read it. */
            SNAPSHOT
        }

        /** Whether a snapshot read the row. */
        public boolean snapshot() {
            return cause == Cause.SNAPSHOT;
        }

        @Override
        public TableId table() {
            return after.schema().table();
        }
    }

    /**
     * The row is gone.
     *
     * @param before what the source tells of it: at least the columns of the replica identity
     * @param moved whether it is half of a change of the primary key: the row itself exists, under the key of the insert that follows
     */
    record Delete(Row before, boolean moved) implements OfTable {

        /** The row was deleted. */
        public Delete(Row before) {
            this(before, false);
        }

        @Override
        public TableId table() {
            return before.schema().table();
        }
    }

    /** All rows of the table are gone. */
    record Truncate(TableId table, boolean dropped) implements OfTable {

        /** All rows of a table that still exists were removed. */
        public Truncate(TableId table) {
            this(table, false);
        }
    }

    /** Changes of the table before this one may be wrong or missing: it is to be read again. The reason completes "it is read again:". */
    record Reload(TableId table, String reason) implements Change {}

    /** Nothing changed; the stream has come this far. */
    record Heartbeat() implements Change {}

    /** Every row of the initial snapshot came before this; what follows is streamed. */
    record SnapshotCompleted() implements Change {}
}
