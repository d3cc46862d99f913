package dev.tidemark.metrics;

import dev.tidemark.connector.TableId;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What became durable of each table since the start of the process. Written by the flush thread, read by any. */
public final class TableFigures {

    /**
     * One table's figures.
     *
     * @param changes changes and rows of snapshots
     * @param snapshotRows those of them that the last snapshot brought
     * @param last when the newest of them became durable
     */
    public record Figures(long changes, long snapshotRows, Instant last) {}

    private final Map<TableId, Figures> byTable = new ConcurrentHashMap<>();

    void durable(TableId table, boolean snapshot, long count, Instant now) {
        byTable.merge(
                table,
                new Figures(count, snapshot ? count : 0, now),
                (before, more) ->
                        new Figures(before.changes + more.changes, before.snapshotRows + more.snapshotRows, more.last));
    }

    /** A snapshot reads every table from its beginning, whatever an earlier one had read. */
    void snapshotStarted() {
        byTable.replaceAll((table, figures) -> new Figures(figures.changes, 0, figures.last));
    }

    /** One table is read from its beginning. */
    void snapshotStarted(TableId table) {
        byTable.computeIfPresent(table, (same, figures) -> new Figures(figures.changes, 0, figures.last));
    }

    /** The figures of the tables that brought anything yet. */
    public Map<TableId, Figures> all() {
        return Map.copyOf(byTable);
    }
}
