package dev.tidemark.trace;

import dev.tidemark.connector.data.Change;

/** Purposes for which something is done to a document. */
public enum Operation {
    INSERT,
    UPDATE,
    DELETE,
    /** All rows of the table were deleted at once. */
    TRUNCATE,
    /** A load read the row. */
    SNAPSHOT,
    /** A table changed that the joined document is formed from; the document is read with its query. */
    JOIN,
    /** A dead letter is replayed: the row is re-read. */
    REPLAY,
    /** After a load, no row was found for the document. */
    SWEEP;

    /** Returns the operation that a change of a table stands for. */
    public static Operation of(Change.OfTable change) {
        if (change instanceof Change.Upsert upsert) {
            return switch (upsert.cause()) {
                case INSERT -> INSERT;
                case UPDATE -> UPDATE;
                case LOAD -> SNAPSHOT;
            };
        }
        return change instanceof Change.Delete ? DELETE : TRUNCATE;
    }
}
