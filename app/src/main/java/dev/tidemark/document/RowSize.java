package dev.tidemark.document;

import dev.tidemark.connector.data.Row;
import dev.tidemark.document.value.ValueRejectedException;

/** Rejection of rows that are too large to be read (invariant 3). */
final class RowSize {

    private static final long MEGABYTE = 1 << 20;

    /** A row of a twelfth of the heap is read from every database, and its document is sent while others are. */
    private static final long HEAP = 12;

    private RowSize() {}

    /** Rejects a row that was not read because of its size. */
    static void check(Row row) throws ValueRejectedException {
        if (row.tooLarge() > 0) {
            throw new ValueRejectedException(reason(row));
        }
    }

    /** Returns why a row was not read, and the heap with which it is. */
    static String reason(Row row) {
        return "the row of " + row.schema().table() + " takes " + megabytes(row.tooLarge())
                + " MB, too much for the heap of this process, so it was not read. Set at least JAVA_OPTS=-Xmx"
                + megabytes(row.tooLarge() * HEAP) + "m, restart, and replay it; or shorten the row";
    }

    private static long megabytes(long bytes) {
        return (bytes + MEGABYTE - 1) / MEGABYTE;
    }
}
