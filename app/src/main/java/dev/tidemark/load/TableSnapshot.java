package dev.tidemark.load;

import dev.tidemark.connector.data.TableId;
import java.time.Instant;
import java.util.List;

/**
 * Progress of the snapshot of one table that was requested while changes are streamed: the state that has to survive a restart.
 *
 * @param requested when it was requested
 * @param key the columns by whose order it is read; empty if no row is durable
 * @param after the texts of the key of the last row that is durable; empty if none is
 * @param rows the number of durable rows
 * @param automatic whether it was not requested by an operator, who would request it again after a failure
 */
public record TableSnapshot(
        TableId table, Instant requested, List<String> key, List<String> after, long rows, boolean automatic) {

    public TableSnapshot {
        key = List.copyOf(key);
        after = List.copyOf(after);
    }

    /** Creates a snapshot that an operator requested. */
    public TableSnapshot(TableId table, Instant requested, List<String> key, List<String> after, long rows) {
        this(table, requested, key, after, rows, false);
    }

    /** Creates a snapshot of which no row is read yet. */
    public static TableSnapshot begin(TableId table, Instant now, boolean automatic) {
        return new TableSnapshot(table, now, List.of(), List.of(), 0, automatic);
    }

    /** Returns the snapshot after more rows became durable, up to the row with these key texts. */
    public TableSnapshot upTo(List<String> columns, List<String> texts, int more) {
        return new TableSnapshot(table, requested, columns, texts, rows + more, automatic);
    }

    /** Returns the same snapshot, tried until it succeeds. */
    TableSnapshot untilItSucceeds() {
        return new TableSnapshot(table, requested, key, after, rows, true);
    }
}
