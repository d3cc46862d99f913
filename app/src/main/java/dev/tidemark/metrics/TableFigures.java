package dev.tidemark.metrics;

import dev.tidemark.connector.data.TableId;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Figures of the durable changes of each table since the start of the process. Written by the flush thread, read by any. */
public final class TableFigures {

    /**
     * One table's figures.
     *
     * @param changes changes and rows of snapshots
     * @param snapshotRows those of them that the last snapshot brought
     * @param last when the newest of them became durable
     */
    public record Figures(long changes, long snapshotRows, Instant last) {

        private Figures withoutSnapshot() {
            return new Figures(changes, 0, last);
        }

        private Figures and(Figures more) {
            return new Figures(changes + more.changes, snapshotRows + more.snapshotRows, more.last);
        }
    }

    private final Map<TableId, Figures> byTable = new ConcurrentHashMap<>();

    void durable(TableId table, boolean snapshot, long count, Instant now) {
        byTable.merge(table, new Figures(count, snapshot ? count : 0, now), Figures::and);
    }

    /** Records that a snapshot reads every table from its beginning, regardless of what an earlier one had read. */
    void snapshotStarted() {
        byTable.replaceAll((table, figures) -> figures.withoutSnapshot());
    }

    /** Records that one table is read from its beginning. */
    void snapshotStarted(TableId table) {
        byTable.computeIfPresent(table, (same, figures) -> figures.withoutSnapshot());
    }

    /** Returns the figures of the tables that have sent at least one change or row so far. */
    public Map<TableId, Figures> all() {
        return Map.copyOf(byTable);
    }
}
