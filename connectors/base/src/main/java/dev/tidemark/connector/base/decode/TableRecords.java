package dev.tidemark.connector.base.decode;

import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.data.Transaction;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/**
 * Records of Debezium of one version of a table: their contents are determined once and used for each of them. One thread at a
 * time.
 */
public interface TableRecords {

    /** Returns the table they are of. */
    TableId table();

    /**
     * Returns the row as it is now. Values that did not change are taken from the row before, so that they are held and compared
     * once.
     *
     * @param before what the record holds of the row before, or null
     * @param known what {@link #before} returned for that, or null
     */
    Row after(Struct after, @Nullable Struct before, @Nullable Row known);

    /** Returns the values that the record contains of the row before; null if it contains none. */
    @Nullable
    Row before(@Nullable Struct before);

    /**
     * Checks that an update or a delete contains what must be known of the row before it.
     *
     * @param before what {@link #before} returned
     * @return the row, without values that may stand for something else than they say
     * @throws SourceException if it does not
     */
    default @Nullable Row requireBefore(@Nullable Row before) {
        return before;
    }

    /** Returns an estimate of the memory that the row read last holds, without what it shares with the row before. */
    int bytes();

    /** Returns the position in the log that the record's {@code source} names. */
    long position(Struct source);

    /**
     * Returns the transaction that the {@code source} of a streamed record names.
     *
     * @param last that of the change before, of any table, or null; returned if it is the same
     */
    Transaction transaction(Struct source, @Nullable Transaction last);
}
