package dev.tidemark.flush;

import dev.tidemark.collection.Target;
import dev.tidemark.collection.Targets;
import dev.tidemark.config.Config;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.deadletter.DeadLetter;
import dev.tidemark.deadletter.DeadLetters;
import dev.tidemark.deadletter.DeadLettersFullException;
import dev.tidemark.flush.cascade.CascadeDelete;
import dev.tidemark.flush.cascade.Cascades;
import dev.tidemark.flush.reload.ChunkWriter;
import dev.tidemark.flush.replay.ReplayPage;
import dev.tidemark.flush.routing.FamilyRouting;
import dev.tidemark.flush.routing.UnroutedRows;
import dev.tidemark.flush.sweep.DeleteGuard;
import dev.tidemark.flush.sweep.Suspects;
import dev.tidemark.flush.write.Batch;
import dev.tidemark.flush.write.CollectionFlush;
import dev.tidemark.flush.write.CollectionWrites;
import dev.tidemark.flush.write.FlushReport;
import dev.tidemark.flush.write.LoadedDocuments;
import dev.tidemark.flush.write.MissingColumnLoader;
import dev.tidemark.flush.write.ParallelFlush;
import dev.tidemark.flush.write.PresentDocuments;
import dev.tidemark.flush.write.RowLoader;
import dev.tidemark.flush.write.Stopwatch;
import dev.tidemark.health.Health;
import dev.tidemark.retry.Backoff;
import dev.tidemark.retry.RetryLoop;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.SinkException;
import dev.tidemark.trace.TraceBuffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes changes durable, in Typesense or in the dead letters, and retries until it succeeds. Only an interrupt ends it early.
 * Flush thread only.
 */
final class DurableWrites {

    private static final Logger log = LoggerFactory.getLogger(DurableWrites.class);
    private static final String SUSPECTS = "the record of rows that were not found";

    private final Sink sink;
    private final Targets targets;
    private final FamilyRouting families;
    private final RowReader reader;
    private final MissingColumnLoader completion;
    private final Config.OnReject onReject;
    private final DeadLetters deadLetters;
    private final RetryLoop persistence;
    private final ParallelFlush parallel;
    private final FlushReport report;
    private final TraceBuffer traces;
    private final DeleteGuard guard;

    DurableWrites(
            SinkSide to,
            FamilyRouting families,
            RowReader reader,
            Config.OnReject onReject,
            RetryLoop persistence,
            FlushReport report,
            TraceBuffer traces) {
        this.sink = to.sink();
        this.targets = to.targets();
        this.parallel = to.parallel();
        this.deadLetters = to.deadLetters();
        this.guard = to.guard();
        this.families = families;
        this.reader = reader;
        this.completion = new MissingColumnLoader(reader);
        this.onReject = onReject;
        this.persistence = persistence;
        this.report = report;
        this.traces = traces;
    }

    /**
     * Writes what the changes are in each collection, and then deletes by filter.
     *
     * @param mayHold whether documents of the changes' rows may exist already
     */
    List<CollectionFlush> write(Cascades.Segment segment, Predicate<Target> mayHold, Stopwatch watch)
            throws InterruptedException {
        return write(segment, targets.ofRows(), families.route(segment.events()), mayHold, watch);
    }

    /**
     * Rows of a load that are being written.
     *
     * @param batch the number of their batch
     * @param requests one for each part of the documents
     */
    record Started(ChunkWriter.Page page, long batch, Map<LoadedDocuments, Future<@Nullable SinkException>> requests) {

        /** Returns whether another page may be started before this one is finished. */
        boolean mayOverlap() {
            return requests.keySet().stream()
                    .allMatch(loaded -> loaded.target().jsonTypes().mayOverlap());
        }

        /** Returns whether all requests have ended. */
        boolean isWritten() {
            return requests.values().stream().allMatch(Future::isDone);
        }

        void cancel() {
            requests.values().forEach(request -> request.cancel(true));
        }
    }

    /** Starts to write what readers have mapped of rows that a load has read. */
    Started start(ChunkWriter.Page page, long batch) throws InterruptedException {
        Map<LoadedDocuments, Future<@Nullable SinkException>> requests = new LinkedHashMap<>();
        for (LoadedDocuments loaded : page.documents()) {
            persistence.persist(
                    "collection " + loaded.target().collection(), Health.Part.FLUSH, () -> loaded.follow(sink));
            requests.put(loaded, parallel.submit(loaded, sink));
        }
        return new Started(page, batch, requests);
    }

    /** Waits until that is written, however long it takes, and writes all that needs more than that. */
    List<CollectionFlush> finish(Started started, Stopwatch watch) throws InterruptedException {
        ChunkWriter.Page page = started.page();
        List<ChangeEvent> odd = new ArrayList<>(page.odd());
        List<LoadedDocuments> failed = new ArrayList<>();
        for (Map.Entry<LoadedDocuments, Future<@Nullable SinkException>> each :
                started.requests().entrySet()) {
            if (ParallelFlush.join(each.getValue()) != null) {
                failed.add(each.getKey());
            }
        }
        send(failed, (loaded, failure) -> false);
        watch.lap(Stopwatch.Phase.WRITE);
        for (LoadedDocuments loaded : page.documents()) {
            loaded.rejected().forEach(row -> odd.add(page.event(row)));
            List<String> ids = loaded.written();
            resolve(loaded.target(), ids);
            traces.loaded(loaded.target().table(), loaded.target().collection(), ids);
            report.loaded(loaded);
        }
        List<CollectionFlush> flushes = new ArrayList<>();
        if (!page.rows().isEmpty()) {
            flushes.addAll(write(
                    new Cascades.Segment(page.rows(), Set.of()),
                    Map.of(page.table(), targets.others(page.table())),
                    families.route(page.rows()),
                    target -> page.mayHold(),
                    watch));
        }
        if (!odd.isEmpty()) {
            flushes.addAll(write(
                    new Cascades.Segment(odd, Set.of()),
                    Map.of(page.table(), targets.plain(page.table())),
                    FamilyRouting.Routed.NONE,
                    target -> page.mayHold(),
                    watch));
        }
        return flushes;
    }

    /** Resolves what is pending for documents that are written now. */
    private void resolve(Target target, List<String> ids) throws InterruptedException {
        Suspects suspects = guard.suspects();
        if (deadLetters.hasPending(target.collection()) || suspects.hasAny(target)) {
            persistence.persist(
                    "the dead letters", Health.Part.DEAD_LETTERS, () -> deadLetters.resolve(target.collection(), ids));
            suspects.resolved(target, ids);
            persistence.persist(SUSPECTS, Health.Part.OFFSETS, suspects::save);
        }
    }

    private List<CollectionFlush> write(
            Cascades.Segment segment,
            Map<TableId, List<Target>> ofRows,
            FamilyRouting.Routed routed,
            Predicate<Target> mayHold,
            Stopwatch watch)
            throws InterruptedException {
        List<CollectionWrites> all =
                Batch.of(segment.events(), ofRows, deadLetters, traces).writes();
        all.addAll(routed.writes());
        List<CollectionFlush> flushes = new ArrayList<>();
        for (CollectionWrites writes : all) {
            holdTruncate(writes);
            flushes.add(new CollectionFlush(writes, completion, onReject, mayHold.test(writes.target())));
        }
        watch.lap(Stopwatch.Phase.PREPARE);
        send(flushes, (flush, failure) -> false);
        watch.lap(Stopwatch.Phase.WRITE);
        persistence.persist("the dead letters", Health.Part.DEAD_LETTERS, () -> {
            storeDeadLetters(flushes);
            for (UnroutedRows strays : routed.strays()) {
                strays.resolve(deadLetters, report);
            }
        });
        track(flushes);
        watch.lap(Stopwatch.Phase.LETTERS);
        for (CascadeDelete deletion : CascadeDelete.of(segment.deletions())) {
            persistence.persist(
                    "deleteWhere of " + deletion.collection(),
                    Health.Part.FLUSH,
                    () -> report.cascaded(deletion.collection(), deletion.words(), deletion.run(sink)));
        }
        watch.lap(Stopwatch.Phase.WRITE);
        return flushes;
    }

    /** Holds back a TRUNCATE that needs an approval; that it waits is durable before the changes after it are written. */
    void holdTruncate(CollectionWrites writes) throws InterruptedException {
        if (writes.truncate() && (writes.dropped() || guard.holdsTruncate())) {
            persistence.persist(
                    "the approval of a truncate of " + writes.target().table(),
                    Health.Part.OFFSETS,
                    () -> guard.holdTruncate(writes.target(), writes.dropped()));
            writes.truncateHeld();
        }
    }

    /** Writes pages of joined documents. */
    void write(List<CollectionFlush> pages) throws InterruptedException {
        for (CollectionFlush page : pages) {
            holdTruncate(page.writes());
        }
        send(pages, (flush, failure) -> false);
        keepUnfound(pages); // rows of other tables may name roots that never had a document
        persistence.persist("the dead letters", Health.Part.DEAD_LETTERS, () -> storeDeadLetters(pages));
        track(pages);
    }

    /**
     * Writes the rows of one flush that are found.
     *
     * @return false if the table cannot be read before the operator has changed something; no change waits for that
     */
    boolean review(CollectionFlush flush) throws InterruptedException {
        boolean[] unreadable = {false};
        send(List.of(flush), (each, failure) -> {
            boolean hopeless = failure.kind() == SinkException.Kind.FATAL
                    && failure.reason().equals(RowLoader.ROW_READ);
            if (hopeless) {
                log.warn("documents whose row was not found cannot be looked at again: {}", failure.getMessage());
            }
            unreadable[0] |= hopeless;
            return hopeless;
        });
        persistence.persist("the dead letters", Health.Part.DEAD_LETTERS, () -> storeDeadLetters(List.of(flush)));
        resolve(flush);
        persistence.persist(SUSPECTS, Health.Part.OFFSETS, guard.suspects()::save);
        return !unreadable[0];
    }

    /** Treats rows that were not found and have no document as written: nothing remains to be deleted. */
    private void keepUnfound(List<CollectionFlush> flushes) throws InterruptedException {
        for (CollectionFlush flush : flushes) {
            if (flush.unfound().isEmpty()) {
                continue;
            }
            persistence.persist(
                    SUSPECTS,
                    Health.Part.FLUSH,
                    () -> flush.keepUnfound(PresentDocuments.of(
                            sink, flush.target().collection(), flush.unfound().keySet())));
        }
    }

    /** Records what is known of documents whose row was not found; durable when this returns, before any offset is stored. */
    private void track(List<CollectionFlush> flushes) throws InterruptedException {
        Suspects suspects = guard.suspects();
        for (CollectionFlush flush : flushes) {
            if (flush.truncated() || flush.writes().isTruncateHeld()) {
                suspects.clear(flush.target());
            }
            resolve(flush);
            if (!flush.unfound().isEmpty()) {
                Long end = persistence.ask(SUSPECTS, Health.Part.FLUSH, reader::logEnd);
                suspects.add(flush.target(), flush.unfound(), end == null ? Long.MAX_VALUE : end);
            }
        }
        persistence.persist(SUSPECTS, Health.Part.OFFSETS, suspects::save);
    }

    /** Resolves the suspects that were written, and those that were rejected: their row was found, a dead letter remains. */
    private void resolve(CollectionFlush flush) {
        Suspects suspects = guard.suspects();
        suspects.resolved(flush.target(), flush.written());
        if (!flush.rejected().isEmpty()) {
            suspects.resolved(
                    flush.target(),
                    flush.rejected().stream().map(DeadLetter::id).toList());
        }
    }

    /** Writes the rows of dead letters, as far as they can be read, and resolves their entries. */
    void write(ReplayPage page, FlushedTransactions flushed) throws InterruptedException {
        if (page.mayRead(flushed.prior(), flushed.recent())) {
            send(page.flushes(), page::givesUp);
        }
        keepUnfound(page.flushes());
        persistence.persist("the dead letters", Health.Part.DEAD_LETTERS, () -> page.resolve(deadLetters));
        track(page.flushes());
    }

    /** @param givenUp whether that failure ends that flush, which is then not retried */
    private <P extends ParallelFlush.Part> void send(List<P> flushes, BiPredicate<P, SinkException> givenUp)
            throws InterruptedException {
        List<P> left = flushes;
        Backoff backoff = new Backoff();
        while (!left.isEmpty()) {
            Map<P, SinkException> failed = parallel.attempt(left, sink);
            failed.entrySet().removeIf(each -> givenUp.test(each.getKey(), each.getValue()));
            left = List.copyOf(failed.keySet());
            if (!failed.isEmpty()) {
                persistence.failed(Health.Part.FLUSH, worst(failed), backoff);
            }
        }
        persistence.succeeded(Health.Part.FLUSH);
    }

    private static SinkException worst(Map<? extends ParallelFlush.Part, SinkException> failed) {
        return failed.values().stream()
                .filter(e -> e.kind() == SinkException.Kind.FATAL)
                .findFirst()
                .orElseGet(() -> failed.values().iterator().next());
    }

    /** Stores dead letters first, then what is resolved: both are on disk when this returns, and both may be repeated. */
    private void storeDeadLetters(List<CollectionFlush> flushes) throws IOException, DeadLettersFullException {
        for (CollectionFlush flush : flushes) {
            String collection = flush.target().collection();
            String table = flush.target().table().toString();
            if (flush.truncated() || flush.writes().isTruncateHeld()) {
                // Its rows were deleted; those rejected since follow.
                if (flush.target().isShared()) {
                    deadLetters.resolveAll(
                            collection, table, flush.target().config().idPrefix());
                } else {
                    deadLetters.resolveAll(collection);
                }
            }
            if (!flush.rejected().isEmpty()) {
                int fresh = deadLetters.append(flush.rejected());
                report.rejected(collection, fresh, flush.rejected());
            }
            if (deadLetters.hasPending(collection)) {
                deadLetters.resolve(collection, flush.written());
                deadLetters.resolveKeys(collection, table, flush.writtenKeys());
            }
        }
    }
}
