package dev.tidemark.flush;

import dev.tidemark.config.Config;
import dev.tidemark.connector.Change;
import dev.tidemark.connector.ChangeEvent;
import dev.tidemark.connector.RowReader;
import dev.tidemark.deadletter.DeadLetters;
import dev.tidemark.deadletter.DeadLettersFullException;
import dev.tidemark.metrics.Health;
import dev.tidemark.metrics.PipelineMetrics;
import dev.tidemark.queue.ChangeQueue;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.SinkException;
import dev.tidemark.trace.TraceBuffer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiPredicate;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drains the queue: takes a batch, makes it durable, commits its offset, and only then takes the next. So the batch is the
 * ledger, and no acknowledgement has to be tracked.
 *
 * <p>{@link #flushOnce} is the logic; the thread only loops it. A batch that is interrupted was not committed: it will be
 * sent again, which changes nothing (invariant 4).
 */
public final class FlushWorker {

    private static final Logger log = LoggerFactory.getLogger(FlushWorker.class);

    /** So long joined documents are read and written before the next batch has its turn. */
    private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** A database that holds back more commits than this at a time has no connections left. */
    private static final int MOST_RECENT = 10_000;

    private final Config.Flush config;
    private final ChangeQueue queue;
    private final Sink sink;
    private final Targets targets;
    private final FamilyRouting families;
    private final JoinedDocuments joined;
    private final RowCompletion completion;
    private final RowReader reader;
    private final Sweep sweep;
    private final Cascades cascades;
    private final SnapshotEnd snapshotEnd;
    private final DeadLetters deadLetters;
    private final OffsetCommitter offsets;
    private final Persistence persistence;
    private final ParallelFlush parallel;
    private final FlushReport report;
    private final TraceBuffer traces;
    private final Rereads rereads = new Rereads();
    private final TableReading tables;
    /** Of what was flushed, for reads on no change's account: sweeps, and rows of dead letters. */
    private final Visibility recent = new Visibility();

    private final FlushedBefore before;

    private final ReentrantLock resting = new ReentrantLock(true);
    /** Offsets that may be stored once no joined document is owed any more to their batch or one before. */
    private final Deque<Held> held = new ArrayDeque<>();

    private final DurableBatches durable = new DurableBatches();
    private long batches;
    private volatile List<ChangeEvent> inFlight = List.of();
    private long lastPosition;

    /** An offset, the number of its batch and its place in the source. */
    private record Held(long batch, Map<String, ?> offset, long position) {}

    /** What joined documents are there, and how many queries of theirs may begin in a second. */
    public record Joins(List<JoinedTarget> targets, int queriesPerSecond) {}

    /**
     * Where changes come from, and what goes back there: questions, and how far all is durable.
     *
     * @param snapshots tables that are to be read again
     */
    public record SourceSide(
            ChangeQueue queue,
            RowReader reader,
            SnapshotEnd snapshotEnd,
            OffsetCommitter offsets,
            TableSnapshots snapshots) {}

    /**
     * Where documents go.
     *
     * @param targets all collections
     * @param joins those of joined documents
     * @param parallel what writes to several of them at a time
     * @param deadLetters where those go that are refused
     */
    public record SinkSide(Sink sink, Targets targets, Joins joins, ParallelFlush parallel, DeadLetters deadLetters) {}

    /** Who is told what happens. */
    public record Telling(Health health, PipelineMetrics metrics, FlushReport report, TraceBuffer traces) {}

    /** Wires a worker; it starts nothing. */
    public FlushWorker(Config.Flush config, SourceSide from, SinkSide to, Telling telling) {
        this.config = config;
        this.queue = from.queue();
        this.reader = from.reader();
        this.snapshotEnd = from.snapshotEnd();
        this.offsets = from.offsets();
        this.sink = to.sink();
        this.targets = to.targets();
        this.parallel = to.parallel();
        this.deadLetters = to.deadLetters();
        this.report = telling.report();
        this.traces = telling.traces();
        this.persistence = new Persistence(telling.health(), telling.metrics());
        this.joined = new JoinedDocuments(
                to.joins().targets(),
                to.joins().queriesPerSecond(),
                reader,
                telling.metrics(),
                config.onReject(),
                traces);
        this.completion = new RowCompletion(reader);
        this.sweep = new Sweep(sink, reader, traces);
        this.cascades = new Cascades(targets.ofRows().values());
        this.families = new FamilyRouting(targets, sink, persistence, deadLetters, config.onReject(), report, traces);
        this.before = new FlushedBefore(reader, offsets::stored);
        this.tables = new TableReading(from.snapshots(), targets, reader, config, before);
    }

    /**
     * Takes the next batch that is due and makes it durable, however long that takes.
     *
     * @param patience how long to wait for a batch
     * @return whether there was one
     */
    public boolean flushOnce(Duration patience) throws InterruptedException {
        return flushOnce(patience, () -> false);
    }

    /**
     * As {@link #flushOnce(Duration)}, but nothing is taken where it is held. Asked when no flush can have begun: so whoever
     * holds it and then {@linkplain #restsWithin waits for rest} knows that nothing more is written.
     */
    public boolean flushOnce(Duration patience, BooleanSupplier held) throws InterruptedException {
        resting.lockInterruptibly();
        try {
            if (held.getAsBoolean()) {
                return false;
            }
            boolean owed = joined.isOwed() || !rereads.isEmpty() || tables.isDue();
            Duration wait = owed ? Duration.ZERO : patience;
            List<ChangeEvent> events = joined.isFull()
                    ? List.of()
                    : queue.take(config.interval(), config.documents(), config.bytes(), wait);
            if (events.isEmpty() && !owed) {
                return false;
            }
            inFlight = events;
            try {
                flush(events);
                durable.written(batches, joined.oldestBatch());
            } finally {
                inFlight = List.of();
                if (!events.isEmpty()) {
                    queue.release();
                }
            }
            return true;
        } finally {
            resting.unlock();
        }
    }

    /** Where dead letters are handed in to have their rows read again. */
    public Rereads rereads() {
        return rereads;
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

    /** Waits until no flush runs, at most so long; returns whether that is so. One that comes after is another matter. */
    public boolean restsWithin(Duration patience) throws InterruptedException {
        boolean rests = resting.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS);
        if (rests) {
            resting.unlock();
        }
        return rests;
    }

    /**
     * Waits until all batches that are written by now are durable, what joined documents are owed to them included. Any thread.
     *
     * @return false where it took longer; true also where an engine's end took back what was owed
     */
    public boolean isDurableWithin(Duration patience) throws InterruptedException {
        return durable.await(patience);
    }

    /** The changes that are being made durable now. Any thread. */
    List<ChangeEvent> inFlight() {
        return inFlight;
    }

    /** Forgets what waits and what is owed to joined documents; only between two engines, for all of it will be sent again. */
    public void forget() {
        traces.cleared(queue.clear());
        joined.clear();
        held.clear();
        tables.forget();
    }

    /** Whether joined documents are owed something. Only where no flush runs. */
    public boolean owes() {
        return joined.isOwed();
    }

    /** When the oldest change whose joined documents are not durable was committed; {@link Long#MAX_VALUE} where none is. */
    public long oldestOwedMillis() {
        return joined.oldestCommitMillis();
    }

    private void flush(List<ChangeEvent> events) throws InterruptedException {
        Stopwatch watch = new Stopwatch();
        long batch = ++batches;
        traces.take(batch, System.currentTimeMillis());
        joined.mark(batch, events);
        events.forEach(recent::add);
        lastPosition =
                events.isEmpty() ? lastPosition : events.get(events.size() - 1).position();
        recent.keepNewest(MOST_RECENT);
        List<CollectionFlush> flushes = new ArrayList<>();
        for (Cascades.Segment segment : cascades.segments(events)) {
            flushes.addAll(flushSegment(segment, snapshotEnd::mayHold, watch));
        }
        flushes.addAll(pay(endsSnapshot(events)));
        watch.lap(Stopwatch.Phase.JOINED);
        report.durable(events);
        if (endsSnapshot(events)) {
            for (Target target : snapshotEnd.toSweep()) {
                sweep(target);
            }
            persistence.persist("the record of the snapshot", Health.Part.OFFSETS, snapshotEnd::completed);
        }
        recordMixed();
        watch.lap(Stopwatch.Phase.SWEEP);
        // Invariant 1: all of the batch is durable, in Typesense or in the dead letters. Only now its offset may be
        // stored;
        // where joined documents are owed, it waits for them.
        Long committed = commit(events);
        watch.lap(Stopwatch.Phase.COMMIT);
        flushes.addAll(reread()); // operators' wishes: what was flushed does not wait for them
        watch.lap(Stopwatch.Phase.REPLAY);
        flushes.addAll(readTable(watch));
        report.flushed(new FlushReport.Flushed(batch, events, flushes, committed, watch));
    }

    private List<CollectionFlush> flushSegment(Cascades.Segment segment, Predicate<Target> mayHold, Stopwatch watch)
            throws InterruptedException {
        FamilyRouting.Routed routed = families.route(segment.events());
        List<CollectionWrites> all = Batch.of(segment.events(), targets.ofRows(), deadLetters, traces)
                .writes();
        all.addAll(routed.writes());
        List<CollectionFlush> flushes = new ArrayList<>();
        for (CollectionWrites writes : all) {
            flushes.add(new CollectionFlush(writes, completion, config.onReject(), mayHold.test(writes.target())));
        }
        watch.lap(Stopwatch.Phase.PREPARE);
        write(flushes);
        watch.lap(Stopwatch.Phase.WRITE);
        persistence.persist("the dead letters", Health.Part.DEAD_LETTERS, () -> {
            settle(flushes);
            for (Strays strays : routed.strays()) {
                strays.settle(deadLetters, report);
            }
        });
        watch.lap(Stopwatch.Phase.LETTERS);
        for (CascadeDelete deletion : CascadeDelete.of(segment.deletions())) {
            persistence.persist(
                    "deleteWhere of " + deletion.collection(),
                    Health.Part.FLUSH,
                    () -> report.cascaded(deletion, deletion.run(sink)));
        }
        watch.lap(Stopwatch.Phase.WRITE);
        return flushes;
    }

    private void sweep(Target target) throws InterruptedException {
        persistence.persist("the sweep of " + target.collection(), Health.Part.FLUSH, () -> sweepOnce(target));
        families.forgetIfEmpty(target);
    }

    private void sweepOnce(Target target) throws SinkException, InterruptedException {
        recent.prove(reader); // else it finds no row of what was streamed after the snapshot
        sweep.run(target, others(target));
    }

    /** What else feeds the target's collection: each has a prefix of its own. */
    private List<Target> others(Target target) {
        return targets.ofRows().values().stream()
                .flatMap(List::stream)
                .filter(other -> other.collection().equals(target.collection())
                        && !other.config().idPrefix().equals(target.config().idPrefix()))
                .toList();
    }

    /** Reads and writes joined documents for a while, or until none is owed; other tables' changes come in between. */
    private List<CollectionFlush> pay(boolean all) throws InterruptedException {
        List<CollectionFlush> paid = new ArrayList<>();
        long began = System.nanoTime();
        while (joined.isOwed() && (all || System.nanoTime() - began < TURN_NANOS)) {
            List<CollectionFlush> pages = joined.round(persistence);
            write(pages);
            persistence.persist("the dead letters", Health.Part.DEAD_LETTERS, () -> settle(pages));
            paid.addAll(pages);
            joined.remember();
        }
        return paid;
    }

    private List<CollectionFlush> reread() throws InterruptedException {
        if (rereads.isEmpty()) {
            return List.of();
        }
        // Else a row would be read that is older than what was flushed of it.
        persistence.persist("dead letters' rows", Health.Part.FLUSH, () -> recent.prove(reader));
        RereadPage page = RereadPage.of(rereads.take(), targets.all(), joined, reader, deadLetters, traces);
        if (page.mayRead(before)) {
            write(page.flushes(), page::givesUp);
        }
        persistence.persist("the dead letters", Health.Part.DEAD_LETTERS, () -> page.settle(deadLetters));
        page.tell(report);
        return page.flushes();
    }

    /** A page of a table that an operator wants to have read again; after its last one, the sweep of its collections. */
    private List<CollectionFlush> readTable(Stopwatch watch) throws InterruptedException {
        String what = "the progress of a table's snapshot";
        persistence.persist(what, Health.Part.OFFSETS, () -> tables.advance(joined.oldestBatch()));
        // Once, and not until it succeeds: an operator's wish does not keep the changes of the queue waiting.
        persistence.persist(
                what,
                Health.Part.OFFSETS,
                () -> tables.sweep(target -> {
                    sweepOnce(target);
                    families.forgetIfEmpty(target);
                }));
        TableReading.Page page = persistence.ask(what, Health.Part.OFFSETS, () -> tables.read(recent, lastPosition));
        watch.lap(Stopwatch.Phase.TABLE);
        if (page == null) {
            return List.of();
        }
        traces.take(++batches, System.currentTimeMillis());
        joined.mark(batches, page.rows());
        List<CollectionFlush> flushes =
                flushSegment(new Cascades.Segment(page.rows(), Set.of()), target -> true, watch);
        report.durable(page.rows());
        tables.written(page, batches);
        return flushes;
    }

    private void write(List<CollectionFlush> flushes) throws InterruptedException {
        write(flushes, (flush, failure) -> false);
    }

    /** @param givenUp whether that failure is the end of that flush, which is then not tried again */
    private void write(List<CollectionFlush> flushes, BiPredicate<CollectionFlush, SinkException> givenUp)
            throws InterruptedException {
        List<CollectionFlush> left = flushes;
        Backoff backoff = new Backoff();
        while (!left.isEmpty()) {
            Map<CollectionFlush, SinkException> failed = parallel.attempt(left, sink);
            failed.entrySet().removeIf(each -> givenUp.test(each.getKey(), each.getValue()));
            left = List.copyOf(failed.keySet());
            if (!failed.isEmpty()) {
                persistence.failed(Health.Part.FLUSH, worst(failed), backoff);
            }
        }
        persistence.succeeded(Health.Part.FLUSH);
    }

    private static SinkException worst(Map<CollectionFlush, SinkException> failed) {
        return failed.values().stream()
                .filter(e -> e.kind() == SinkException.Kind.FATAL)
                .findFirst()
                .orElseGet(() -> failed.values().iterator().next());
    }

    /** Dead letters first, settlements after: both are on disk when this returns, and both may be repeated. */
    private void settle(List<CollectionFlush> flushes) throws IOException, DeadLettersFullException {
        for (CollectionFlush flush : flushes) {
            String collection = flush.target().collection();
            String table = flush.target().table().toString();
            if (flush.truncated()) {
                // Its rows are gone; those refused since follow.
                if (flush.target().isShared()) {
                    deadLetters.settleAll(
                            collection, table, flush.target().config().idPrefix());
                } else {
                    deadLetters.settleAll(collection);
                }
            }
            if (!flush.rejected().isEmpty()) {
                int fresh = deadLetters.append(flush.rejected());
                report.rejected(collection, fresh, flush.rejected());
            }
            if (deadLetters.hasPending(collection)) {
                deadLetters.settle(collection, flush.written());
                deadLetters.settleKeys(collection, table, flush.writtenKeys());
            }
        }
    }

    private void recordMixed() throws InterruptedException {
        for (Target target : targets.all()) {
            if (target.isNewlyMixed()) {
                persistence.persist(
                        "the record of changed columns", Health.Part.OFFSETS, () -> snapshotEnd.mixed(target));
                target.mixedRecorded();
            }
        }
    }

    private static boolean endsSnapshot(List<ChangeEvent> events) {
        for (ChangeEvent event : events) {
            if (event.change() instanceof Change.SnapshotCompleted) {
                return true;
            }
        }
        return false;
    }

    /** Returns the place of the offset that was stored, null where none was. */
    private @Nullable Long commit(List<ChangeEvent> events) throws InterruptedException {
        for (int i = events.size() - 1; i >= 0; i--) {
            Map<String, ?> offset = events.get(i).resumeOffset();
            if (offset != null) {
                held.add(new Held(batches, offset, events.get(i).position()));
                break;
            }
        }
        Held ready = null;
        while (!held.isEmpty() && held.element().batch() < joined.oldestBatch()) {
            ready = held.remove();
        }
        return ready != null && store(ready.offset()) ? ready.position() : null;
    }

    private boolean store(Map<String, ?> offset) throws InterruptedException {
        boolean[] stored = {false};
        persistence.persist("the offset", Health.Part.OFFSETS, () -> stored[0] = offsets.commit(offset));
        if (stored[0]) {
            report.offsetCommitted();
        } else {
            log.debug("the engine of this offset is gone: its changes will be sent again");
        }
        return stored[0];
    }
}
