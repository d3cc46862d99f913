package dev.tidemark.load;

import dev.tidemark.connector.data.Row;
import java.util.List;

/**
 * Rows of a table that were read ahead of the flush.
 *
 * @param load whose they are
 * @param rows in the order of their key
 * @param prepared the documents of the rows, for some of the collections
 * @param sequence the flush sequence before the read: all that was flushed up to it is in the rows
 * @param bytes that rows and documents take in memory
 * @param then the load once these rows are durable
 * @param last whether no rows are left after these
 */
public record Chunk(
        Load load,
        List<Row> rows,
        List<PreparedDocuments> prepared,
        long sequence,
        long bytes,
        Load then,
        boolean last) {

    public Chunk {
        rows = List.copyOf(rows);
    }
}
