package dev.tidemark.load;

import dev.tidemark.connector.data.TableId;
import dev.tidemark.health.PipelineStatus;
import dev.tidemark.logging.Recurring;
import dev.tidemark.metrics.PipelineMetrics;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loads of tables: those that wait, those that run, and the results of the others. A request is stored before it is answered,
 * and continues after a restart if it is not done (invariant 6). Any thread.
 */
public final class Loads {

    private static final Logger log = LoggerFactory.getLogger(Loads.class);

    /** Storage of the loads that are not done; durable when a call returns. */
    @FunctionalInterface
    public interface Store {
        void save(List<Load> pending) throws IOException;
    }

    /** Observer that is informed of the beginning and the end of loads. Called by the flush thread. */
    public interface Observer {
        /** Called before the first of its rows are written, perhaps not for the first time. */
        void begun(TableId table) throws InterruptedException, IOException;

        /** Called when all of its rows are durable and its collections are swept; repeated if it fails. */
        void done(Load load) throws IOException;
    }

    /** Phases of a load. */
    public enum Phase {
        /** Others come first, or it cannot be read now. */
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

    /**
     * Progress of a load.
     *
     * @param selection the rows that are read
     * @param resumed whether it continues from the progress of an earlier process
     * @param rows durable so far
     * @param estimatedRows the planner's estimate of all rows, -1 if it has none
     * @param rowsPerSecond of this process
     * @param secondsLeft by that estimate and rate, -1 if unknown
     * @param restarts how often rows were re-read in this process
     * @param lastRestart why they were the last time; null before the first
     * @param problem why it cannot be read, or not yet; null if it can
     * @param waitsUntil the time of the day until which it waits, by the configuration; null if it may run now
     */
    public record Progress(
            TableId table,
            Instant requested,
            Load.Cause cause,
            Phase phase,
            RowSelection selection,
            boolean resumed,
            long rows,
            long estimatedRows,
            double rowsPerSecond,
            double secondsLeft,
            int restarts,
            @Nullable Restart lastRestart,
            @Nullable String problem,
            @Nullable String waitsUntil) {

        /** Returns whether it is not done. */
        public boolean isPending() {
            return phase.isPending();
        }

        /** Returns it as status and API show it. */
        public PipelineStatus.Load status() {
            return new PipelineStatus.Load(
                    table.toString(),
                    phase.name().toLowerCase(Locale.ROOT),
                    cause.name().toLowerCase(Locale.ROOT),
                    requested.toString(),
                    resumed,
                    rows,
                    estimatedRows,
                    rowsPerSecond,
                    secondsLeft,
                    restarts,
                    lastRestart == null ? null : lastRestart.label(),
                    problem,
                    waitsUntil);
        }
    }

    /** One table's state; guarded by the object around it. */
    private static final class Entry {
        private final boolean resumed;
        private final long estimatedRows;
        private final Recurring failure = new Recurring();
        private Load durable;
        private Phase phase = Phase.WAITING;
        private @Nullable String problem;
        private long began;
        private long rowsBefore;
        private double rate;
        private int restarts;
        private @Nullable Restart lastRestart;

        private Entry(Load durable, boolean resumed, long estimatedRows) {
            this.durable = durable;
            this.resumed = resumed;
            this.estimatedRows = estimatedRows;
        }

        private Progress progress(LoadSchedule schedule) {
            long rows = durable.rows();
            double perSecond = phase == Phase.READING ? rate() : rate;
            double left = phase != Phase.READING || estimatedRows < rows || perSecond <= 0
                    ? -1
                    : (estimatedRows - rows) / perSecond;
            return new Progress(
                    durable.table(),
                    durable.requested(),
                    durable.cause(),
                    phase,
                    durable.selection(),
                    resumed,
                    rows,
                    estimatedRows,
                    perSecond,
                    left,
                    restarts,
                    lastRestart,
                    problem,
                    phase.isPending() ? schedule.waitsUntil(durable).orElse(null) : null);
        }

        private double rate() {
            return (durable.rows() - rowsBefore) / Math.max(0.001, (System.nanoTime() - began) / 1e9);
        }
    }

    private final Store store;
    private final PipelineMetrics metrics;
    private final ToLongFunction<TableId> estimates;
    private final LoadSchedule schedule;
    private final Map<TableId, Entry> entries = new LinkedHashMap<>();
    private final List<Observer> observers = new ArrayList<>();
    private volatile Runnable readers = () -> {};
    private boolean started;
    private boolean closed;

    /**
     * @param pending what an earlier process has not done
     * @param estimates the planner's estimate of a table's rows, -1 if it has none
     */
    public Loads(Store store, List<Load> pending, ToLongFunction<TableId> estimates, PipelineMetrics metrics) {
        this(store, pending, estimates, metrics, LoadSchedule.ALWAYS);
    }

    /** Creates loads that run at certain times. */
    public Loads(
            Store store,
            List<Load> pending,
            ToLongFunction<TableId> estimates,
            PipelineMetrics metrics,
            LoadSchedule schedule) {
        this.schedule = schedule;
        this.store = store;
        this.metrics = metrics;
        this.estimates = estimates;
        for (Load left : pending) {
            entries.put(left.table(), new Entry(left, true, estimates.applyAsLong(left.table())));
            log.atInfo()
                    .addKeyValue("table", left.table())
                    .log(
                            "the load of {} that was requested at {} continues after {} rows",
                            left.table(),
                            left.requested(),
                            left.rows());
        }
        metrics.loads().running(this::isRunning);
        count();
    }

    /**
     * Requests a load of all rows of a table; the request survives a restart when this returns.
     *
     * @param estimatedRows the planner's estimate, -1 if it has none
     * @return the load of the table that waits or runs already; empty if the request was accepted
     * @throws IOException if it cannot be stored; then nothing happens
     */
    public Optional<Load> request(TableId table, long estimatedRows) throws IOException {
        return request(table, RowSelection.ALL, estimatedRows);
    }

    /** Requests a load of some rows of a table, as {@link #request(TableId, long)} does; never joined with another load. */
    public Optional<Load> request(TableId table, RowSelection selection, long estimatedRows) throws IOException {
        synchronized (this) {
            Entry known = entries.get(table);
            if (known != null && known.phase.isPending()) {
                return Optional.of(known.durable);
            }
            put(table, Load.requested(table, Instant.now(), selection), estimatedRows);
        }
        readers.run();
        return Optional.empty();
    }

    /**
     * Requests a load of a table even if one is running: then it starts over, because rows that were read may be older. It is
     * automatic, so it is tried until it succeeds.
     *
     * @return the load that is pending now
     * @throws IOException if it cannot be stored; then nothing happens
     */
    public synchronized Load requestAgain(TableId table, long estimatedRows) throws IOException {
        Entry known = entries.get(table);
        if (known == null || !known.phase.isPending()) {
            return put(table, Load.request(table, Instant.now(), Load.Cause.AUTOMATIC, true), estimatedRows).durable;
        }
        boolean read = known.phase != Phase.WAITING || known.durable.rows() > 0;
        Entry again = put(table, known.durable.again(Instant.now()), estimatedRows);
        again.restarts = known.restarts;
        if (read) {
            restarted(again, Restart.REQUESTED);
        }
        return again.durable;
    }

    /** Records that rows of it that were read and are not durable are re-read. */
    public synchronized void restarted(Load of, Restart why) {
        Entry entry = of(of);
        if (entry != null) {
            restarted(entry, why);
        }
    }

    private void restarted(Entry entry, Restart why) {
        entry.restarts++;
        entry.lastRestart = why;
        metrics.loads().restarted(entry.durable.table(), why.label());
    }

    /**
     * Requests loads of tables whose documents must not be relied on until then; progress of earlier loads is discarded. Small tables
     * come first, so that something can be found soon.
     *
     * @param sweeps whether a table's collections may hold documents without a row
     * @throws IOException if they cannot be stored; then some possibly are
     */
    public synchronized void begin(Collection<TableId> tables, Predicate<TableId> sweeps) throws IOException {
        List<TableId> smallFirst = new ArrayList<>(tables);
        smallFirst.sort(Comparator.comparingLong(estimates));
        for (TableId table : smallFirst) {
            Entry known = entries.get(table);
            Load load = Load.request(table, Instant.now(), Load.Cause.INITIAL, sweeps.test(table));
            boolean fenced = known != null && known.phase.isPending() && known.durable.fenced();
            put(table, fenced ? load.behindFence() : load, estimates.applyAsLong(table));
        }
    }

    /**
     * Discards the progress of all, before another position is stored than the one on which it relies.
     *
     * @throws IOException if that cannot be stored; then some of it possibly counts
     */
    public synchronized void startOver() throws IOException {
        for (Entry each : List.copyOf(entries.values())) {
            Load load = each.durable;
            if (each.phase.isPending() && (each.phase != Phase.WAITING || load.rows() > 0)) {
                Entry again = put(load.table(), load.startedOver(Instant.now()), each.estimatedRows);
                again.restarts = each.restarts;
                restarted(again, Restart.POSITION);
            }
        }
    }

    private Entry put(TableId table, Load load, long estimatedRows) throws IOException {
        Entry fresh = new Entry(load, false, estimatedRows);
        Entry known = entries.remove(table); // to the end of the line
        entries.put(table, fresh);
        try {
            save(table, load);
        } catch (IOException e) {
            entries.remove(table);
            if (known != null) {
                entries.put(table, known);
            }
            throw e;
        }
        count();
        log.atInfo().addKeyValue("table", table).log("a load of {} was requested", table);
        return fresh;
    }

    /**
     * Stops the load of a table that waits or is read. What was written stays, and is correct.
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

    /** Records that the source has started, so its position is on disk. Until then no table is read. */
    public void sourceStarted() {
        synchronized (this) {
            started = true;
        }
        readers.run();
    }

    /** Sets what wakes the readers when there is something new to read. It is called without this object's lock. */
    void wakes(Runnable readers) {
        this.readers = readers;
    }

    /** Records that the source's position is not on disk any more: no table is read until it has started again. */
    public synchronized void sourceStopped() {
        started = false;
    }

    /** Prevents that another row is read in this process. */
    public synchronized void close() {
        closed = true;
    }

    /** Adds an observer; before the first row is read. */
    public synchronized void observe(Observer informed) {
        observers.add(informed);
    }

    /** Returns all observers. */
    public synchronized List<Observer> observers() {
        return List.copyOf(observers);
    }

    /** Returns the progress of all, including those that were done since the start. */
    public synchronized List<Progress> progress() {
        return entries.values().stream().map(entry -> entry.progress(schedule)).toList();
    }

    /** Returns how many loads are not done. */
    public synchronized long pending() {
        return entries.values().stream()
                .filter(entry -> entry.phase.isPending())
                .count();
    }

    /** Returns the loads that are not done, in the order in which they are to be read. */
    public synchronized List<Load> wanted() {
        return entries.values().stream()
                .filter(entry -> entry.phase.isPending())
                .map(entry -> entry.durable)
                .toList();
    }

    private synchronized boolean isRunning() {
        return entries.values().stream().anyMatch(entry -> entry.phase.isPending() && !isHeld(entry.durable));
    }

    /** Returns whether the load waits for its time of the day. Its table's changes are written in full all the same. */
    public boolean isHeld(Load load) {
        return schedule.waitsUntil(load).isPresent();
    }

    /** Returns whether rows may be read now. */
    public synchronized boolean mayRead() {
        return started && !closed;
    }

    /** Records that its rows are being read. */
    public synchronized void reading(Load of) {
        Entry entry = of(of);
        if (entry == null) {
            return;
        }
        if (entry.problem != null) {
            entry.problem = null;
            log.atInfo()
                    .addKeyValue("table", of.table())
                    .log("the load of {} continues{}", of.table(), entry.failure.over());
        }
        if (entry.phase == Phase.WAITING) {
            entry.phase = Phase.READING;
            entry.began = System.nanoTime();
            entry.rowsBefore = entry.durable.rows();
            if (entry.rowsBefore == 0) {
                metrics.tableSnapshotBegun(of.table());
            }
        }
    }

    /** Records that it cannot be read now, and will be tried again. */
    public synchronized void delayed(Load of, String problem) {
        Entry entry = of(of);
        if (entry != null) { // else it was stopped meanwhile
            entry.problem = problem;
            metrics.retry("table_snapshot");
            String repeated = entry.failure.occurred(problem);
            if (repeated != null) {
                log.atWarn()
                        .addKeyValue("table", of.table())
                        .log("the load of {} waits: {} (trying again){}", of.table(), problem, repeated);
            }
        }
    }

    /** Moves it behind the others: it cannot be read before an operator fixes the problem. */
    public synchronized void postponed(Load of) {
        Entry entry = of(of);
        if (entry != null) {
            entry.phase = Phase.WAITING;
            entries.remove(of.table());
            entries.put(of.table(), entry);
        }
    }

    /** Returns whether it is the table's last request, and is still pending. */
    public synchronized boolean isWanted(Load load) {
        return of(load) != null;
    }

    /**
     * Records that rows have become durable; if that cannot be stored, nothing changes.
     *
     * @return whether it is still wanted
     */
    public synchronized boolean advanced(Load now) throws IOException {
        Entry entry = of(now);
        if (entry == null) {
            return false;
        }
        save(now.table(), now);
        entry.durable = now;
        return true;
    }

    /** Records that all of its rows are durable; returns false if it was stopped meanwhile. */
    public synchronized boolean sweeping(Load of) {
        Entry entry = of(of);
        if (entry == null) {
            return false;
        }
        entry.rate = entry.rate();
        entry.phase = Phase.SWEEPING;
        return true;
    }

    /** Records its end; does nothing and returns false if it was stopped meanwhile. */
    public synchronized boolean ended(Load of, Phase how, @Nullable String problem) throws IOException {
        Entry entry = of(of);
        if (entry == null) {
            return false;
        }
        save(of.table(), null);
        end(entry, how, problem);
        return true;
    }

    /** Returns the entry of the load; null if it has ended or was requested again. */
    private @Nullable Entry of(Load load) {
        Entry entry = entries.get(load.table());
        return entry != null
                        && entry.phase.isPending()
                        && entry.durable.requested().equals(load.requested())
                ? entry
                : null;
    }

    private void end(Entry entry, Phase how, @Nullable String problem) {
        entry.phase = how;
        entry.problem = problem;
        String outcome = how.name().toLowerCase(Locale.ROOT);
        if (entry.durable.cause() != Load.Cause.INITIAL) {
            metrics.tableSnapshotEnded(entry.durable.table(), outcome);
        }
        if (problem == null) {
            log.atInfo()
                    .addKeyValue("table", entry.durable.table())
                    .log("load of {}: {} rows, {}", entry.durable.table(), entry.durable.rows(), outcome);
        } else {
            log.atError()
                    .addKeyValue("table", entry.durable.table())
                    .log("load of {} ends after {} rows: {}", entry.durable.table(), entry.durable.rows(), problem);
        }
        count();
    }

    private void count() {
        boolean before = metrics.isSnapshotRunning();
        boolean running = entries.values().stream()
                .anyMatch(entry -> entry.phase.isPending() && entry.durable.cause() == Load.Cause.INITIAL);
        metrics.snapshotRunning(running);
        if (before && !running) {
            log.info(
                    "the initial load is complete: {} rows",
                    entries.values().stream()
                            .filter(entry -> entry.durable.cause() == Load.Cause.INITIAL)
                            .mapToLong(entry -> entry.durable.rows())
                            .sum());
        }
    }

    /** Stores all that are not done, one of them with another state, or without it. */
    private void save(TableId changed, @Nullable Load now) throws IOException {
        List<Load> pending = new ArrayList<>();
        entries.forEach((table, entry) -> {
            if (table.equals(changed)) {
                if (now != null) {
                    pending.add(now);
                }
            } else if (entry.phase.isPending()) {
                pending.add(entry.durable);
            }
        });
        store.save(pending);
    }
}
