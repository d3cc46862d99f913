package dev.tidemark.metrics;

import dev.tidemark.connector.data.TableId;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Figures of the durable changes of each table since the start of the process. Written by the flush thread, read by any. */
public final class TableFigures {

    /**
     * One table's figures.
     *
     * @param changes changes and rows of snapshots
     * @param snapshotRows those of them that the last snapshot brought
     * @param last when the newest of them became durable
     * @param snapshotOrder when its first row of the last snapshot came: a higher number is later; 0 before the first
     */
    public record Figures(long changes, long snapshotRows, Instant last, int snapshotOrder) {

        private Figures withoutSnapshot() {
            return new Figures(changes, 0, last, 0);
        }

        private Figures and(Figures more) {
            int order = snapshotOrder == 0 ? more.snapshotOrder : snapshotOrder;
            return new Figures(changes + more.changes, snapshotRows + more.snapshotRows, more.last, order);
        }
    }

    private final Map<TableId, Figures> byTable = new ConcurrentHashMap<>();

    /** Tables of a snapshot are read one after the other, so rows of another one end the table before. */
    private final AtomicInteger snapshotTables = new AtomicInteger();

    private final AtomicReference<@Nullable TableId> snapshotTable = new AtomicReference<>();

    void durable(TableId table, boolean snapshot, long count, Instant now) {
        if (snapshot && !table.equals(snapshotTable.getAndSet(table))) {
            snapshotTables.incrementAndGet();
        }
        Figures more = new Figures(count, snapshot ? count : 0, now, snapshot ? snapshotTables.get() : 0);
        byTable.merge(table, more, Figures::and);
    }

    /** Records that a snapshot reads every table from its beginning, regardless of what an earlier one had read. */
    void snapshotStarted() {
        snapshotTables.set(0);
        snapshotTable.set(null);
        byTable.replaceAll((table, figures) -> figures.withoutSnapshot());
    }

    /** Records that one table is read from its beginning. */
    void snapshotStarted(TableId table) {
        byTable.computeIfPresent(table, (same, figures) -> figures.withoutSnapshot());
    }

    /** Returns whether rows of a later table of the snapshot have come. */
    public boolean isSnapshotDone(Figures of) {
        return of.snapshotOrder > 0 && of.snapshotOrder < snapshotTables.get();
    }

    /** Returns the figures of the tables that have sent at least one change or row so far. */
    public Map<TableId, Figures> all() {
        return Map.copyOf(byTable);
    }
}
