package dev.tidemark.trace;

import dev.tidemark.connector.data.Change;

/** What something is done to a document for. */
public enum Operation {
    INSERT,
    UPDATE,
    DELETE,
    /** The whole table was emptied. */
    TRUNCATE,
    /** A snapshot read the row. */
    SNAPSHOT,
    /** A change of a table that the joined document is made of; it is read with its query. */
    JOIN,
    /** A dead letter is replayed: the row is read again. */
    REPLAY,
    /** After a snapshot, no row was found for the document. */
    SWEEP;

    /** The operation that a change of a table stands for. */
    public static Operation of(Change.OfTable change) {
        if (change instanceof Change.Upsert upsert) {
            return switch (upsert.cause()) {
                case INSERT -> INSERT;
                case UPDATE -> UPDATE;
                case SNAPSHOT -> SNAPSHOT;
            };
        }
        return change instanceof Change.Delete ? DELETE : TRUNCATE;
    }
}
