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
 * The tables that operators want to have read again while changes are streamed: those that wait, the one that is read, and how it
 * went with the others. What is not done is stored before it is answered, and continues after a restart (invariant 6). Any thread.
 */
public final class TableSnapshots {

    private static final Logger log = LoggerFactory.getLogger(TableSnapshots.class);

    /** Where those that are not done are kept; durable when a call returns. */
    @FunctionalInterface
    public interface Store {
        void save(List<TableSnapshot> pending) throws IOException;
    }

    /** What is informed when a table is read. Called by the flush thread. */
    public interface Observer {
        /** The first of its rows are about to be read, perhaps not for the first time. */
        void begun(TableId table) throws InterruptedException;

        /** All of its rows are durable and its collections are swept; repeated if it fails. */
        void done(TableId table) throws IOException;
    }

    /** For when nobody has to be informed. */
    private static final Observer NONE = new Observer() {
        @Override
        public void begun(TableId table) {}

        @Override
        public void done(TableId table) {}
    };

    /** What is done with a table. */
    public enum Phase {
        /** Others come first, or the initial snapshot does. */
        WAITING,
        READING,
        /** All rows are written; documents whose row is gone are being deleted. */
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

    /** What comes of a request. */
    public enum Answer {
        ACCEPTED,
        /** The table waits or is read already. */
        TWICE,
        /** The initial snapshot runs, which reads every table. */
        INITIAL
    }

    /**
     * How far a table is.
     *
     * @param resumed whether it continues where an earlier process had come
     * @param rows durable so far
     * @param estimatedRows the planner's guess of all rows, -1 where it has none
     * @param rowsPerSecond of this process
     * @param secondsLeft by that guess and rate, -1 if it cannot be told
     * @param problem why it cannot be read, or not yet; null if all is well
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
        private final Recurring trouble = new Recurring();
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
     * @param estimates the planner's guess of a table's rows, -1 where it has none
     * @param metrics they also know whether the snapshot of all tables runs: until that is over these wait
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
                            "the snapshot of {} that was asked for at {} continues after {} rows",
                            left.table(),
                            left.requested(),
                            left.rows());
        }
    }

    /**
     * Wants a table to be read again; it is remembered over a restart when this returns.
     *
     * @param estimatedRows the planner's guess, -1 where it has none
     * @throws IOException if it cannot be remembered; then nothing happens
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
        log.atInfo().addKeyValue("table", table).log("a snapshot of {} was asked for", table);
        return Answer.ACCEPTED;
    }

    /**
     * Wants a table to be read again although it may be read already: then it starts over, for what was read may be older. Nothing while
     * the initial snapshot runs, which reads every row. Nobody asked for it, so it is tried until it succeeds.
     *
     * @throws IOException if it cannot be remembered; then nothing happens
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
     * Gives a table up that waits or is read. What was written stays, and is right.
     *
     * @return false if there is none
     * @throws IOException if that cannot be remembered; then it continues
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

    /** The source has started: it is known by now whether the snapshot of all tables runs. Before that no table is read. */
    public synchronized void sourceStarted() {
        started = true;
    }

    /** Nothing more is begun in this process. */
    public synchronized void close() {
        closed = true;
    }

    /** From now on this is informed, and nothing else. */
    public void observe(Observer informed) {
        observer = informed;
    }

    public Observer observer() {
        return observer;
    }

    /** All of them, those that are done since the start among them. */
    public synchronized List<Progress> progress() {
        return entries.values().stream().map(Entry::progress).toList();
    }

    /** How many are not done. */
    public synchronized long pending() {
        return entries.values().stream()
                .filter(entry -> entry.phase.isPending())
                .count();
    }

    /** The table whose turn it is, null if nothing may be read now. */
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

    /** Its rows are being read. */
    public synchronized void reading(TableId table) {
        Entry entry = entry(table);
        if (entry.problem != null) {
            entry.problem = null;
            log.atInfo().addKeyValue("table", table).log("the snapshot of {} continues{}", table, entry.trouble.over());
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

    /** It cannot be read now, and will be tried again. */
    public synchronized void delayed(TableId table, String problem) {
        Entry entry = entry(table);
        if (entry.phase.isPending()) { // else it was given up meanwhile
            entry.problem = problem;
            metrics.retry("table_snapshot");
            String repeated = entry.trouble.occurred(problem);
            if (repeated != null) {
                log.atWarn()
                        .addKeyValue("table", table)
                        .log("the snapshot of {} waits: {} (trying again){}", table, problem, repeated);
            }
        }
    }

    /** Others come first: it cannot be read before somebody fixes something. */
    public synchronized void postponed(TableId table) {
        Entry entry = entry(table);
        if (entry.phase.isPending()) {
            entry.phase = Phase.WAITING;
            entries.remove(table);
            entries.put(table, entry);
        }
    }

    /** Whether it is the one that was asked for last, and not given up. */
    public synchronized boolean isWanted(TableSnapshot snapshot) {
        return isOf(entry(snapshot.table()), snapshot);
    }

    /**
     * Rows have become durable; if they cannot be stored as that, nothing changes.
     *
     * @return false if it was given up meanwhile
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

    /** All of its rows are durable; returns false if it was given up meanwhile. */
    public synchronized boolean sweeping(TableSnapshot of) {
        Entry entry = entry(of.table());
        if (!isOf(entry, of)) {
            return false;
        }
        entry.rate = entry.rate();
        entry.phase = Phase.SWEEPING;
        return true;
    }

    /** It is over; nothing if it was given up meanwhile. */
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

    /** Stores all that is not done, with another state of one of them, or without it. */
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
