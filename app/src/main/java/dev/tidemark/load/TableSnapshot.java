package dev.tidemark.load;

import dev.tidemark.connector.data.TableId;
import java.time.Instant;
import java.util.List;

/**
 * How far the snapshot of one table is that was asked for while changes are streamed: what has to survive a restart.
 *
 * @param requested when it was asked for
 * @param key the columns by whose order it is read; empty if nothing is durable
 * @param after the texts of the key of the last row that is durable; empty if none is
 * @param rows how many are
 * @param automatic whether no operator asked for it, who would ask again after a failure
 */
public record TableSnapshot(
        TableId table, Instant requested, List<String> key, List<String> after, long rows, boolean automatic) {

    public TableSnapshot {
        key = List.copyOf(key);
        after = List.copyOf(after);
    }

    /** One that an operator asked for. */
    public TableSnapshot(TableId table, Instant requested, List<String> key, List<String> after, long rows) {
        this(table, requested, key, after, rows, false);
    }

    /** One of which nothing is read yet. */
    public static TableSnapshot begin(TableId table, Instant now, boolean automatic) {
        return new TableSnapshot(table, now, List.of(), List.of(), 0, automatic);
    }

    /** So many rows further. */
    public TableSnapshot upTo(List<String> columns, List<String> texts, int more) {
        return new TableSnapshot(table, requested, columns, texts, rows + more, automatic);
    }

    /** The same, tried until it succeeds. */
    TableSnapshot untilItSucceeds() {
        return new TableSnapshot(table, requested, key, after, rows, true);
    }
}
