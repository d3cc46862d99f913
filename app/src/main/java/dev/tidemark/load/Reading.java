package dev.tidemark.load;

import dev.tidemark.connector.RowRange;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.data.Transaction;
import java.util.List;

/**
 * Permission to read the next rows of a table.
 *
 * @param range the rows that are left
 * @param from the load at that place
 * @param sequence the flush sequence now
 * @param unproven the transactions flushed up to it that are possibly not visible to other sessions yet
 * @param bytes that the rows may take
 * @param limit the number of rows at most
 * @param step what is to be done
 * @param turn of the table's cursor
 */
record Reading(
        Load load,
        TableInfo table,
        RowRange range,
        Load from,
        long sequence,
        List<Transaction> unproven,
        long bytes,
        int limit,
        Step step,
        int turn) {

    /** Steps of a reader. */
    enum Step {
        /** Find the end of the log, which has to be committed before rows are read. */
        FENCE,
        READ,
        /** Read while no flush runs: while rows were read ahead, too many others changed. */
        READ_WHILE_RESTING
    }

    Reading at(long later, List<Transaction> transactions) {
        return new Reading(load, table, range, from, later, transactions, bytes, limit, step, turn);
    }
}
