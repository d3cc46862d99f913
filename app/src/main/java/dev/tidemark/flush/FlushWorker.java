package dev.tidemark.flush;

import dev.tidemark.collection.Target;
import dev.tidemark.collection.Targets;
import dev.tidemark.config.Config;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.Transaction;
import dev.tidemark.flush.cascade.Cascades;
import dev.tidemark.flush.cascade.SilentCascades;
import dev.tidemark.flush.join.JoinedDocuments;
import dev.tidemark.flush.reload.ChunkWriter;
import dev.tidemark.flush.replay.RepairQueue;
import dev.tidemark.flush.replay.ReplayQueue;
import dev.tidemark.flush.routing.FamilyRouting;
import dev.tidemark.flush.schema.CatalogColumns;
import dev.tidemark.flush.sweep.Sweep;
import dev.tidemark.flush.write.CollectionFlush;
import dev.tidemark.flush.write.FlushReport;
import dev.tidemark.flush.write.PriorRunVisibility;
import dev.tidemark.flush.write.Stopwatch;
import dev.tidemark.flush.write.Visibility;
import dev.tidemark.health.Health;
import dev.tidemark.queue.ChangeQueue;
import dev.tidemark.retry.RetryLoop;
import dev.tidemark.trace.TraceBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Drains the queue: takes a batch, writes it durably, commits its offset, and only then takes the next. So the batch is the
 * ledger, and no acknowledgement has to be tracked.
 *
 * <p>{@link #flushOnce} is the logic; the thread only loops it. A batch that is interrupted was not committed: it will be
 * sent again, which changes nothing (invariant 4).
 */
public final class FlushWorker {

    /** Max time for which joined documents are read and written before the next batch has its turn. */
    private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** Max time for which rows of loads are written before changes have their turn. */
    private static final long LOAD_TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private static final long LOAD_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    /** A database that holds back more commits than this at a time has no connections left. */
    private static final int MOST_RECENT = 10_000;

    private static final String PROGRESS = "the progress of a load";

    private final Config.Flush config;
    private final ChangeQueue queue;
    private final Targets targets;
    private final FamilyRouting families;
    private final JoinedDocuments joined;
    private final Sweep sweep;
    private final Cascades cascades;
    private final SilentCascades silentCascades;
    private final SchemaReloads schemas;
    private final CatalogColumns catalog = new CatalogColumns();
    private final ColumnRecord columns;
    private final HeldOffsets offsets;
    private final RetryLoop persistence;
    private final DurableWrites writes;
    private final OperatorReads reads;
    private final ChunkWriter chunks;
    private final FlushReport report;
    private final TraceBuffer traces;
    /** Transactions of what was flushed, for reads that no change caused: sweeps, and what operators request. */
    private final Visibility recent = new Visibility();

    private final FlushedTransactions flushed;
    private final DurablePosition position = new DurablePosition();

    private final ReentrantLock resting = new ReentrantLock(true);
    private final DurableBatches durable = new DurableBatches();
    private long batches;
    private volatile List<ChangeEvent> inFlight = List.of();
    private long lastPosition;

    /** Wires a worker; it starts nothing. */
    public FlushWorker(Config.Flush config, SourceSide from, SinkSide to, FlushObservers observers) {
        this.config = config;
        this.queue = from.queue();
        this.columns = from.columns();
        this.targets = to.targets();
        this.report = observers.report();
        this.traces = observers.traces();
        this.persistence = new RetryLoop(observers.health(), observers.metrics());
        this.offsets = new HeldOffsets(from.offsets(), persistence);
        this.joined = new JoinedDocuments(to.joins(), from.reader(), observers.metrics(), config.onReject(), traces);
        this.cascades = new Cascades(targets.ofRows().values(), from.silentCascades());
        this.silentCascades = new SilentCascades(cascades, from.silentCascades(), from.doubts(), targets);
        this.schemas = new SchemaReloads(from, to, persistence);
        this.families = new FamilyRouting(
                targets, to.sink(), from.loads(), persistence, to.deadLetters(), config.onReject(), report, traces);
        this.sweep = new Sweep(to.sink(), from.reader(), targets, recent, to.guard(), traces);
        this.writes = new DurableWrites(to, families, from.reader(), config.onReject(), persistence, report, traces);
        this.flushed = new FlushedTransactions(recent, new PriorRunVisibility(from.reader(), from.offsets()::stored));
        WriteSteps steps = new WriteSteps(families, joined, sweep, writes);
        this.chunks = from.chunks();
        this.reads = new OperatorReads(from, to, steps, flushed, persistence, observers);
    }

    /**
     * Takes the next batch that is due and writes it durably, however long that takes.
     *
     * @param timeout how long to wait for a batch
     * @return whether there was one
     */
    public boolean flushOnce(Duration timeout) throws InterruptedException {
        return flushOnce(timeout, () -> false);
    }

    /**
     * Does the same as {@link #flushOnce(Duration)}, but takes nothing if it is held. That is checked when no flush can have
     * begun: so a caller that holds it and then {@linkplain #isIdleWithin waits until no flush runs} knows that nothing more is
     * written.
     */
    public boolean flushOnce(Duration timeout, BooleanSupplier held) throws InterruptedException {
        resting.lockInterruptibly();
        try {
            if (held.getAsBoolean()) {
                return false;
            }
            boolean pending = isPending();
            Duration wait = pending ? Duration.ZERO : timeout;
            List<ChangeEvent> events = joined.isFull()
                    ? List.of()
                    : queue.take(config.interval(), config.documents(), config.bytes(), wait);
            if (events.isEmpty() && !pending && !isPending()) {
                return false;
            }
            inFlight = events;
            boolean written = false;
            try {
                flush(events);
                durable.written(batches, joined.oldestBatch());
                written = true;
            } finally {
                inFlight = List.of();
                if (!written) {
                    queue.abandonInFlight();
                } else if (!events.isEmpty()) {
                    queue.release();
                }
            }
            return true;
        } finally {
            resting.unlock();
        }
    }

    private boolean isPending() {
        return joined.hasPending() || reads.areDue() || chunks.isDue();
    }

    /** Returns the object that takes what the catalog shows of the tables. */
    public CatalogColumns catalog() {
        return catalog;
    }

    /** Returns the queue of dead letters whose rows are to be re-read. */
    public ReplayQueue rereads() {
        return reads.rereads();
    }

    /** Returns the queue of documents that are to be repaired. */
    public RepairQueue repairs() {
        return reads.repairs();
    }

    /** Returns how far the source's log is durable and committed. */
    public DurablePosition durablePosition() {
        return position;
    }

    /** Returns the transactions of what was flushed that are possibly not visible yet. Only while no flush runs. */
    public List<Transaction> unproven() {
        return recent.unproven();
    }

    /** Runs something while no flush runs, waiting for the one in flight: between two engines. */
    public void whileResting(Runnable action) throws InterruptedException {
        resting.lockInterruptibly();
        try {
            action.run();
        } finally {
            resting.unlock();
        }
    }

    /**
     * Waits until what an earlier process flushed is visible to other sessions. Any thread.
     *
     * @throws dev.tidemark.connector.SourceException if something is not visible yet, or the database cannot be queried
     */
    public void provePrior() throws InterruptedException {
        flushed.prior().prove();
    }

    /** Lets the next proof query the database for what was flushed before the offset that is stored then. Any thread. */
    public void forgetPrior() {
        flushed.prior().renew();
    }

    /** Waits until no flush runs, up to the timeout; returns whether none runs. Later flushes are not considered. */
    public boolean isIdleWithin(Duration timeout) throws InterruptedException {
        boolean idle = resting.tryLock(timeout.toNanos(), TimeUnit.NANOSECONDS);
        if (idle) {
            resting.unlock();
        }
        return idle;
    }

    /**
     * Waits until all batches that are written by now are durable, their pending joined documents included. Any thread.
     *
     * @return false if it took longer; true also if pending joined documents were discarded because their engine ended
     */
    public boolean isDurableWithin(Duration timeout) throws InterruptedException {
        return durable.await(timeout);
    }

    /** Returns the changes that are being made durable now. Any thread. */
    public List<ChangeEvent> inFlight() {
        return inFlight;
    }

    /** Discards what waits and the pending joined documents; only between two engines, for all of it will be sent again. */
    public void forget() {
        traces.cleared(queue.clear());
        joined.clear();
        offsets.forget();
        chunks.forget();
    }

    /**
     * Does the same as {@link #forget}, and discards the transactions and positions of a history that the database does not have
     * any more, so nothing waits for them.
     */
    public void forgetHistory() {
        forget();
        flushed.forget();
        lastPosition = 0;
        position.forget();
        chunks.forgetHistory();
        reads.forgetHistory();
    }

    /** Returns whether joined documents are pending. Only while no flush runs. */
    public boolean hasPending() {
        return joined.hasPending();
    }

    /** Returns the commit time of the oldest change with pending joined documents; {@link Long#MAX_VALUE} if none is. */
    public long oldestPendingMillis() {
        return joined.oldestCommitMillis();
    }

    private void flush(List<ChangeEvent> events) throws InterruptedException {
        Stopwatch watch = new Stopwatch();
        // Before the changes: what was read while no flush ran is not touched by any.
        List<CollectionFlush> flushes = new ArrayList<>(writeChunks(watch));
        reads.decided(); // before a sweep replaces what was decided on
        long batch = begin(events);
        chunks.begin(batch, events);
        events.forEach(recent::add);
        lastPosition =
                events.isEmpty() ? lastPosition : events.get(events.size() - 1).position();
        recent.keepNewest(MOST_RECENT);
        for (Cascades.Segment segment : cascades.segments(events)) {
            flushes.addAll(writes.write(segment, target -> true, watch));
            if (!segment.deletions().isEmpty()) {
                chunks.deletedByFilter();
            }
        }
        flushes.addAll(pay());
        watch.lap(Stopwatch.Phase.JOINED);
        report.durable(events);
        recordMixed();
        // Invariant 6: before the offset is stored, or the change that indicates them would be forgotten.
        silentCascades.reload(events, persistence);
        schemas.flushed(events);
        watch.lap(Stopwatch.Phase.SWEEP);
        // Invariant 1: all of the batch is durable, in Typesense or in the dead letters. Only now its offset may be
        // stored; if joined documents are pending, it waits for them.
        offsets.hold(batch, events);
        Long committed = offsets.commit(joined.oldestBatch());
        if (committed != null) {
            report.offsetCommitted();
            position.reached(committed);
            schemas.follow(catalog, committed);
        }
        chunks.end(batch, recent, committed);
        watch.lap(Stopwatch.Phase.COMMIT);
        flushes.addAll(reads.suspects(committed));
        flushes.addAll(reads.repaired());
        flushes.addAll(reads.rows()); // requests of operators: what was flushed does not wait for them
        watch.lap(Stopwatch.Phase.REPLAY);
        finishLoads();
        watch.lap(Stopwatch.Phase.TABLE);
        report.flushed(new FlushReport.Flushed(batch, events, flushes, committed, watch));
    }

    /** Returns the number of the batch that begins. */
    private long begin(List<ChangeEvent> events) {
        traces.take(++batches, System.currentTimeMillis());
        joined.mark(batches, events);
        return batches;
    }

    /**
     * Writes rows that readers have read, without those that changed since, for a while or until changes are due. Two pages are under
     * way at a time, so that Typesense does not wait for the next.
     */
    private List<CollectionFlush> writeChunks(Stopwatch watch) throws InterruptedException {
        List<CollectionFlush> flushes = new ArrayList<>();
        Deque<DurableWrites.Started> underWay = new ArrayDeque<>();
        long end = System.nanoTime() + LOAD_TURN_NANOS;
        try {
            for (ChunkWriter.Page page = chunks.next(lastPosition); page != null; page = nextPage(underWay, end)) {
                ChunkWriter.Page begun = page;
                persistence.persist(PROGRESS, Health.Part.OFFSETS, () -> chunks.begun(begun));
                while (!underWay.isEmpty()
                        && (underWay.size() > 1 || !underWay.element().mayOverlap())) {
                    flushes.addAll(finish(underWay.remove(), watch));
                }
                underWay.add(writes.start(page, begin(page.rows())));
            }
            while (!underWay.isEmpty()) {
                flushes.addAll(finish(underWay.remove(), watch));
            }
        } catch (InterruptedException e) {
            underWay.forEach(DurableWrites.Started::cancel);
            throw e;
        }
        return flushes;
    }

    private ChunkWriter.@Nullable Page nextPage(Deque<DurableWrites.Started> underWay, long end)
            throws InterruptedException {
        long left = end - System.nanoTime();
        if (left <= 0 || joined.isFull() || queue.isDue(config.interval(), config.documents(), config.bytes())) {
            return null;
        }
        // Typesense is busy until the oldest one is written.
        while (!underWay.isEmpty() && !underWay.element().isWritten() && !chunks.await(LOAD_WAIT_NANOS)) {
            if (System.nanoTime() - end >= 0) {
                return null;
            }
        }
        return chunks.next(lastPosition);
    }

    private List<CollectionFlush> finish(DurableWrites.Started started, Stopwatch watch) throws InterruptedException {
        List<CollectionFlush> flushes = writes.finish(started, watch);
        report.durableRows(started.page().table(), started.page().size());
        chunks.written(started.page(), started.batch());
        return flushes;
    }

    /** Stores how far loads are, and ends those that are complete. */
    private void finishLoads() throws InterruptedException {
        if (chunks.isActive()) {
            persistence.persist(PROGRESS, Health.Part.OFFSETS, () -> chunks.advance(joined.oldestBatch()));
            persistence.persist(
                    PROGRESS,
                    Health.Part.OFFSETS,
                    () -> chunks.finish(target -> {
                        sweep.run(target);
                        families.forgetIfEmpty(target);
                    }));
        }
    }

    /** Reads and writes joined documents for a while; other tables' changes come in between. */
    private List<CollectionFlush> pay() throws InterruptedException {
        List<CollectionFlush> paid = new ArrayList<>();
        long began = System.nanoTime();
        while (joined.hasPending() && System.nanoTime() - began < TURN_NANOS) {
            List<CollectionFlush> pages = joined.round(persistence);
            writes.write(pages);
            paid.addAll(pages);
            joined.remember();
        }
        return paid;
    }

    private void recordMixed() throws InterruptedException {
        for (Target target : targets.all()) {
            if (target.isNewlyMixed()) {
                persistence.persist("the record of changed columns", Health.Part.OFFSETS, () -> columns.mixed(target));
                target.mixedRecorded();
            }
        }
    }
}
