package dev.tidemark.load;

import dev.tidemark.connector.data.TableId;
import dev.tidemark.logging.Recurring;
import dev.tidemark.metrics.PipelineMetrics;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The table reloads that operators requested while changes are streamed: those that wait, the one that runs, and the results of
 * the others. A request is stored before it is answered, and continues after a restart if it is not done (invariant 6). Any
 * thread.
 */
public final class TableSnapshots {

    private static final Logger log = LoggerFactory.getLogger(TableSnapshots.class);

    /** Storage of the snapshots that are not done; durable when a call returns. */
    @FunctionalInterface
    public interface Store {
        void save(List<TableSnapshot> pending) throws IOException;
    }

    /** Observer that is informed when a table is read. Called by the flush thread. */
    public interface Observer {
        /** Called before the first of its rows are read, perhaps not for the first time. */
        void begun(TableId table) throws InterruptedException;

        /** Called when all of its rows are durable and its collections are swept; repeated if it fails. */
        void done(TableId table) throws IOException;
    }

    /** Observer that does nothing. */
    private static final Observer NONE = new Observer() {
        @Override
        public void begun(TableId table) {}

        @Override
        public void done(TableId table) {}
    };

    /** Phases of a table's snapshot. */
    public enum Phase {
        /** Others come first, or the initial snapshot does. */
        WAITING,
        READING,
        /** All rows are written; documents whose row was deleted are being deleted. */
        SWEEPING,
        DONE,
        /** It cannot be read; see the problem. */
        FAILED,
        /** An operator has ended it. */
        STOPPED;

        boolean isPending() {
            return this == WAITING || this == READING || this == SWEEPING;
        }
    }

    /** Answers to a request. */
    public enum Answer {
        ACCEPTED,
        /** The table waits or is read already. */
        TWICE,
        /** The initial snapshot runs, which reads every table. */
        INITIAL
    }

    /**
     * Progress of a table's snapshot.
     *
     * @param resumed whether it continues from the progress of an earlier process
     * @param rows durable so far
     * @param estimatedRows the planner's estimate of all rows, -1 if it has none
     * @param rowsPerSecond of this process
     * @param secondsLeft by that estimate and rate, -1 if unknown
     * @param problem why it cannot be read, or not yet; null if it can
     */
    public record Progress(
            TableId table,
            Instant requested,
            Phase phase,
            boolean resumed,
            long rows,
            long estimatedRows,
            double rowsPerSecond,
            double secondsLeft,
            @Nullable String problem) {}

    /** One table's state; guarded by the object around it. */
    private static final class Entry {
        private final boolean resumed;
        private final long estimatedRows;
        private final Recurring failure = new Recurring();
        private TableSnapshot durable;
        private Phase phase = Phase.WAITING;
        private @Nullable String problem;
        private long began;
        private long rowsBefore;
        private double rate;

        private Entry(TableSnapshot durable, boolean resumed, long estimatedRows) {
            this.durable = durable;
            this.resumed = resumed;
            this.estimatedRows = estimatedRows;
        }

        private Progress progress() {
            long rows = durable.rows();
            double perSecond = phase == Phase.READING ? rate() : rate;
            double left = phase != Phase.READING || estimatedRows < rows || perSecond <= 0
                    ? -1
                    : (estimatedRows - rows) / perSecond;
            return new Progress(
                    durable.table(),
                    durable.requested(),
                    phase,
                    resumed,
                    rows,
                    estimatedRows,
                    perSecond,
                    left,
                    problem);
        }

        private double rate() {
            return (durable.rows() - rowsBefore) / Math.max(0.001, (System.nanoTime() - began) / 1e9);
        }
    }

    private final Store store;
    private final PipelineMetrics metrics;
    private final Map<TableId, Entry> entries = new LinkedHashMap<>();
    private volatile Observer observer = NONE;
    private boolean started;
    private boolean closed;

    /**
     * @param pending what an earlier process has not done
     * @param estimates the planner's estimate of a table's rows, -1 if it has none
     * @param metrics also show whether the snapshot of all tables runs: until that is over these wait
     */
    public TableSnapshots(
            Store store, List<TableSnapshot> pending, ToLongFunction<TableId> estimates, PipelineMetrics metrics) {
        this.store = store;
        this.metrics = metrics;
        for (TableSnapshot left : pending) {
            entries.put(left.table(), new Entry(left, true, estimates.applyAsLong(left.table())));
            log.atInfo()
                    .addKeyValue("table", left.table())
                    .log(
                            "the snapshot of {} that was requested at {} continues after {} rows",
                            left.table(),
                            left.requested(),
                            left.rows());
        }
    }

    /**
     * Requests the reload of a table; the request survives a restart when this returns.
     *
     * @param estimatedRows the planner's estimate, -1 if it has none
     * @throws IOException if it cannot be stored; then nothing happens
     */
    public synchronized Answer request(TableId table, long estimatedRows) throws IOException {
        return request(table, estimatedRows, false);
    }

    private Answer request(TableId table, long estimatedRows, boolean automatic) throws IOException {
        Entry known = entries.get(table);
        if (known != null && known.phase.isPending()) {
            return Answer.TWICE;
        }
        if (metrics.isSnapshotRunning()) {
            return Answer.INITIAL;
        }
        Entry fresh = new Entry(TableSnapshot.begin(table, Instant.now(), automatic), false, estimatedRows);
        save(table, fresh.durable);
        entries.remove(table); // to the end of the line
        entries.put(table, fresh);
        log.atInfo().addKeyValue("table", table).log("a snapshot of {} was requested", table);
        return Answer.ACCEPTED;
    }

    /**
     * Requests the reload of a table even if one is running: then it starts over, because rows that were read may be older. Does
     * nothing while the initial snapshot runs, which reads every row. It is automatic, so it is tried until it succeeds.
     *
     * @throws IOException if it cannot be stored; then nothing happens
     */
    public synchronized void requestAgain(TableId table, long estimatedRows) throws IOException {
        Entry known = entries.get(table);
        // One that could not be read is tried again at once: what kept it from being read may be over.
        if (known != null && known.phase == Phase.WAITING && known.durable.rows() == 0 && known.problem == null) {
            TableSnapshot lasting = known.durable.untilItSucceeds();
            save(table, lasting);
            known.durable = lasting;
            return;
        }
        if (known != null && known.phase.isPending()) {
            stop(table);
        }
        request(table, estimatedRows, true);
    }

    /**
     * Stops the reload of a table that waits or is read. What was written stays, and is correct.
     *
     * @return false if there is none
     * @throws IOException if that cannot be stored; then it continues
     */
    public synchronized boolean stop(TableId table) throws IOException {
        Entry known = entries.get(table);
        if (known == null || !known.phase.isPending()) {
            return false;
        }
        save(table, null);
        end(known, Phase.STOPPED, null);
        return true;
    }

    /** Records that the source has started, so whether the snapshot of all tables runs is known. Until then no table is read. */
    public synchronized void sourceStarted() {
        started = true;
    }

    /** Prevents that another table is read in this process. */
    public synchronized void close() {
        closed = true;
    }

    /** Sets the only observer that is informed from now on. */
    public void observe(Observer informed) {
        observer = informed;
    }

    public Observer observer() {
        return observer;
    }

    /** Returns the progress of all, including those that were done since the start. */
    public synchronized List<Progress> progress() {
        return entries.values().stream().map(Entry::progress).toList();
    }

    /** Returns how many snapshots are not done. */
    public synchronized long pending() {
        return entries.values().stream()
                .filter(entry -> entry.phase.isPending())
                .count();
    }

    /** Returns the table whose turn it is, null if no table is to be read now. */
    public synchronized @Nullable TableSnapshot current() {
        if (closed || !started || metrics.isSnapshotRunning()) {
            return null;
        }
        for (Entry entry : entries.values()) {
            if (entry.phase.isPending()) {
                return entry.durable;
            }
        }
        return null;
    }

    /** Records that its rows are being read. */
    public synchronized void reading(TableId table) {
        Entry entry = entry(table);
        if (entry.problem != null) {
            entry.problem = null;
            log.atInfo().addKeyValue("table", table).log("the snapshot of {} continues{}", table, entry.failure.over());
        }
        if (entry.phase == Phase.WAITING) {
            entry.phase = Phase.READING;
            entry.began = System.nanoTime();
            entry.rowsBefore = entry.durable.rows();
            if (entry.rowsBefore == 0) {
                metrics.tableSnapshotBegun(table);
            }
        }
    }

    /** Records that it cannot be read now, and will be tried again. */
    public synchronized void delayed(TableId table, String problem) {
        Entry entry = entry(table);
        if (entry.phase.isPending()) { // else it was stopped meanwhile
            entry.problem = problem;
            metrics.retry("table_snapshot");
            String repeated = entry.failure.occurred(problem);
            if (repeated != null) {
                log.atWarn()
                        .addKeyValue("table", table)
                        .log("the snapshot of {} waits: {} (trying again){}", table, problem, repeated);
            }
        }
    }

    /** Moves it behind the others: it cannot be read before an operator fixes the problem. */
    public synchronized void postponed(TableId table) {
        Entry entry = entry(table);
        if (entry.phase.isPending()) {
            entry.phase = Phase.WAITING;
            entries.remove(table);
            entries.put(table, entry);
        }
    }

    /** Returns whether it is the table's last request, and is still pending. */
    public synchronized boolean isWanted(TableSnapshot snapshot) {
        return isOf(entry(snapshot.table()), snapshot);
    }

    /**
     * Records that rows have become durable; if that cannot be stored, nothing changes.
     *
     * @return false if it was stopped meanwhile
     */
    public synchronized boolean advanced(TableSnapshot now) throws IOException {
        Entry entry = entry(now.table());
        if (!isOf(entry, now)) {
            return false;
        }
        save(now.table(), now);
        entry.durable = now;
        return true;
    }

    /** Records that all of its rows are durable; returns false if it was stopped meanwhile. */
    public synchronized boolean sweeping(TableSnapshot of) {
        Entry entry = entry(of.table());
        if (!isOf(entry, of)) {
            return false;
        }
        entry.rate = entry.rate();
        entry.phase = Phase.SWEEPING;
        return true;
    }

    /** Records its end; does nothing and returns false if it was stopped meanwhile. */
    public synchronized boolean ended(TableSnapshot of, Phase how, @Nullable String problem) throws IOException {
        Entry entry = entry(of.table());
        if (!isOf(entry, of)) {
            return false;
        }
        save(of.table(), null);
        end(entry, how, problem);
        return true;
    }

    private static boolean isOf(Entry entry, TableSnapshot snapshot) {
        return entry.phase.isPending() && entry.durable.requested().equals(snapshot.requested());
    }

    private void end(Entry entry, Phase how, @Nullable String problem) {
        entry.phase = how;
        entry.problem = problem;
        String outcome = how.name().toLowerCase(Locale.ROOT);
        metrics.tableSnapshotEnded(entry.durable.table(), outcome);
        if (problem == null) {
            log.atInfo()
                    .addKeyValue("table", entry.durable.table())
                    .log("snapshot of {}: {} rows, {}", entry.durable.table(), entry.durable.rows(), outcome);
        } else {
            log.atError()
                    .addKeyValue("table", entry.durable.table())
                    .log("snapshot of {} ends after {} rows: {}", entry.durable.table(), entry.durable.rows(), problem);
        }
    }

    private Entry entry(TableId table) {
        return Objects.requireNonNull(entries.get(table));
    }

    /** Stores all that are not done, one of them with another state, or without it. */
    private void save(TableId changed, @Nullable TableSnapshot now) throws IOException {
        List<TableSnapshot> pending = new ArrayList<>();
        entries.forEach((table, entry) -> {
            if (entry.phase.isPending() && !table.equals(changed)) {
                pending.add(entry.durable);
            } else if (entry.phase.isPending() && now != null) {
                pending.add(now);
            }
        });
        if (now != null && !pending.contains(now)) {
            pending.add(now);
        }
        store.save(pending);
    }
}
