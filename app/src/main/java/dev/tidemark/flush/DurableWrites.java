package dev.tidemark.flush;

import dev.tidemark.config.Config;
import dev.tidemark.deadletter.DeadLetters;
import dev.tidemark.deadletter.DeadLettersFullException;
import dev.tidemark.metrics.Health;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.SinkException;
import dev.tidemark.trace.TraceBuffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/**
 * Makes changes durable, in Typesense or in the dead letters, and tries until that is so. Only an interrupt ends it early. Flush
 * thread only.
 */
final class DurableWrites {

    private final Sink sink;
    private final Targets targets;
    private final FamilyRouting families;
    private final RowCompletion completion;
    private final Config.OnReject onReject;
    private final DeadLetters deadLetters;
    private final Persistence persistence;
    private final ParallelFlush parallel;
    private final FlushReport report;
    private final TraceBuffer traces;

    DurableWrites(
            FlushWorker.SinkSide to,
            FamilyRouting families,
            RowCompletion completion,
            Config.OnReject onReject,
            Persistence persistence,
            FlushReport report,
            TraceBuffer traces) {
        this.sink = to.sink();
        this.targets = to.targets();
        this.parallel = to.parallel();
        this.deadLetters = to.deadLetters();
        this.families = families;
        this.completion = completion;
        this.onReject = onReject;
        this.persistence = persistence;
        this.report = report;
        this.traces = traces;
    }

    /**
     * Writes what the changes are in each collection, and then deletes by filter.
     *
     * @param mayHold whether documents of the changes' rows may be there already
     */
    List<CollectionFlush> write(Cascades.Segment segment, Predicate<Target> mayHold, Stopwatch watch)
            throws InterruptedException {
        FamilyRouting.Routed routed = families.route(segment.events());
        List<CollectionWrites> all = Batch.of(segment.events(), targets.ofRows(), deadLetters, traces)
                .writes();
        all.addAll(routed.writes());
        List<CollectionFlush> flushes = new ArrayList<>();
        for (CollectionWrites writes : all) {
            flushes.add(new CollectionFlush(writes, completion, onReject, mayHold.test(writes.target())));
        }
        watch.lap(Stopwatch.Phase.PREPARE);
        send(flushes, (flush, failure) -> false);
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

    /** Writes pages of joined documents. */
    void write(List<CollectionFlush> pages) throws InterruptedException {
        send(pages, (flush, failure) -> false);
        persistence.persist("the dead letters", Health.Part.DEAD_LETTERS, () -> settle(pages));
    }

    /** Writes rows of dead letters, as far as they can be read, and settles the letters. */
    void write(RereadPage page, FlushedBefore before) throws InterruptedException {
        if (page.mayRead(before)) {
            send(page.flushes(), page::givesUp);
        }
        persistence.persist("the dead letters", Health.Part.DEAD_LETTERS, () -> page.settle(deadLetters));
    }

    /** @param givenUp whether that failure is the end of that flush, which is then not tried again */
    private void send(List<CollectionFlush> flushes, BiPredicate<CollectionFlush, SinkException> givenUp)
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
}
