package dev.tidemark.flush;

import dev.tidemark.connector.TableId;
import java.time.Instant;
import java.util.List;

/**
 * How far the snapshot of one table is that was asked for while changes are streamed: what has to survive a restart.
 *
 * @param requested when it was asked for
 * @param key the columns by whose order it is read; empty where nothing is durable
 * @param after the texts of the key of the last row that is durable; empty where none is
 * @param rows how many are
 */
public record TableSnapshot(TableId table, Instant requested, List<String> key, List<String> after, long rows) {

    public TableSnapshot {
        key = List.copyOf(key);
        after = List.copyOf(after);
    }

    /** One of which nothing is read yet. */
    static TableSnapshot begin(TableId table, Instant now) {
        return new TableSnapshot(table, now, List.of(), List.of(), 0);
    }

    /** So many rows further. */
    TableSnapshot upTo(List<String> columns, List<String> texts, int more) {
        return new TableSnapshot(table, requested, columns, texts, rows + more);
    }
}
