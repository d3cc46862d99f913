package dev.tidemark.flush;

import dev.tidemark.collection.Target;
import dev.tidemark.collection.Targets;
import dev.tidemark.config.Config;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.deadletter.DeadLetters;
import dev.tidemark.flush.replay.Repair;
import dev.tidemark.flush.replay.ReplayLoader;
import dev.tidemark.flush.sweep.DeleteGuard;
import dev.tidemark.flush.sweep.Suspects;
import dev.tidemark.flush.write.Batch;
import dev.tidemark.flush.write.CollectionFlush;
import dev.tidemark.flush.write.CollectionWrites;
import dev.tidemark.flush.write.DocumentTrace;
import dev.tidemark.flush.write.PresentDocuments;
import dev.tidemark.flush.write.RowLoader;
import dev.tidemark.health.Health;
import dev.tidemark.ids.IdSpool;
import dev.tidemark.retry.RetryLoop;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.SinkException;
import dev.tidemark.trace.Operation;
import dev.tidemark.trace.TraceBuffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks documents again whose row was not found, once all of the log before that reading is durable: a row that is found now is
 * written, and a document whose row is still not found is deleted, within the limit of the guard. Flush thread only, between two
 * batches.
 * Upholds invariant 9.
 */
final class SuspectReview {

    private static final Logger log = LoggerFactory.getLogger(SuspectReview.class);

    private static final int PAGE = 500;
    private static final long RETRY_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final String WHAT = "documents whose row was not found";

    private final DeleteGuard guard;
    private final Suspects suspects;
    private final Sink sink;
    private final Targets targets;
    private final DeadLetters deadLetters;
    private final RowReader reader;
    private final WriteSteps steps;
    private final FlushedTransactions flushed;
    private final RetryLoop persistence;
    private final TraceBuffer traces;
    private long durable = Long.MIN_VALUE;
    private long notBefore = System.nanoTime();

    SuspectReview(
            RowReader reader,
            SinkSide to,
            WriteSteps steps,
            FlushedTransactions flushed,
            RetryLoop persistence,
            TraceBuffer traces) {
        this.guard = to.guard();
        this.suspects = to.guard().suspects();
        this.sink = to.sink();
        this.targets = to.targets();
        this.deadLetters = to.deadLetters();
        this.reader = reader;
        this.steps = steps;
        this.flushed = flushed;
        this.persistence = persistence;
        this.traces = traces;
    }

    /** Records that all of the log before that position is durable. */
    void durableTo(long position) {
        durable = Math.max(durable, position);
    }

    /** Discards the durable position: positions of the old history are not comparable with those of the new one. */
    void forgetHistory() {
        durable = Long.MIN_VALUE;
    }

    /** Returns whether there is something to do now. What is held back is checked again after the decision on it. */
    boolean isDue() {
        return !suspects.isEmpty() && targets.all().stream().anyMatch(this::isDue);
    }

    private boolean isDue(Target target) {
        return System.nanoTime() - notBefore >= 0
                && suspects.isDue(target, durable)
                && guard.of(target).isEmpty();
    }

    List<CollectionFlush> run() throws InterruptedException {
        List<CollectionFlush> flushes = new ArrayList<>();
        if (suspects.isEmpty()) {
            return flushes;
        }
        for (Target target : targets.all()) {
            if (isDue(target) && isVisible()) {
                CollectionFlush flush = reread(target, suspects.due(target, durable, PAGE));
                if (!flush.unfound().isEmpty()) {
                    persistence.persist(WHAT, Health.Part.FLUSH, () -> confirm(target, flush.unfound()));
                    persistence.persist(WHAT, Health.Part.FLUSH, () -> decide(target));
                }
                flushes.add(flush);
            }
        }
        return flushes;
    }

    /**
     * Returns whether everything flushed is visible; if not, postpones the check by 1 min. A transaction may wait for days for a
     * standby: no change waits for it here.
     */
    private boolean isVisible() throws InterruptedException {
        try {
            flushed.prove();
            return true;
        } catch (SourceException e) {
            notBefore = System.nanoTime() + RETRY_NANOS;
            log.info("{} are looked at again in 1 min: {}", WHAT, e.getMessage());
            return false;
        }
    }

    /**
     * Re-reads rows whose documents are not what they are, and writes them as they are now. What changes later follows in the queue.
     */
    List<CollectionFlush> repair(List<Repair.Rewrite> requests) throws InterruptedException {
        Map<Target, Map<String, Repair.Rewrite>> byTarget = new LinkedHashMap<>();
        boolean visible = isVisible();
        for (Repair.Rewrite request : requests) {
            if (!visible || request.changed().getAsBoolean()) {
                request.onOutcome().accept(Repair.Outcome.NOT_NOW);
            } else {
                byTarget.computeIfAbsent(request.target(), target -> new LinkedHashMap<>())
                        .put(request.id(), request);
            }
        }
        List<CollectionFlush> flushes = new ArrayList<>();
        for (Map.Entry<Target, Map<String, Repair.Rewrite>> each : byTarget.entrySet()) {
            Map<String, String[]> keys = new LinkedHashMap<>();
            each.getValue().forEach((id, request) -> keys.put(id, request.key()));
            CollectionFlush flush = reread(each.getKey(), keys);
            report(flush, each.getValue());
            flushes.add(flush);
        }
        return flushes;
    }

    private static void report(CollectionFlush flush, Map<String, Repair.Rewrite> requests) {
        Set<String> written = new HashSet<>(flush.written());
        Set<String> rejected = new HashSet<>();
        flush.rejected().forEach(deadLetter -> rejected.add(deadLetter.id()));
        requests.forEach((id, request) -> {
            Repair.Outcome outcome = Repair.Outcome.NOT_NOW;
            if (flush.unfound().containsKey(id)) {
                outcome = Repair.Outcome.NO_ROW;
            } else if (rejected.contains(id)) {
                outcome = Repair.Outcome.REJECTED;
            } else if (written.contains(id)) {
                outcome = Repair.Outcome.DONE;
            }
            request.onOutcome().accept(outcome);
        });
    }

    /** Deletes documents that have no row, within the limit of the guard. Tried once: no change waits for it. */
    void delete(Repair.Deletes request) throws InterruptedException {
        Repair.Outcome outcome = Repair.Outcome.NOT_NOW;
        Target target = request.target();
        try {
            if (isVisible()) {
                boolean deleted =
                        steps.sweep().listed(target, id -> request.ids().forEach(id), documents(target));
                outcome = deleted ? Repair.Outcome.DONE : Repair.Outcome.HELD;
            }
        } catch (SinkException | SourceException | IOException e) {
            log.warn(
                    "documents of collection {} that have no row stay for now: {}",
                    target.collection(),
                    e.getMessage());
        } finally {
            request.onOutcome().accept(outcome);
        }
    }

    /**
     * Writes those that were held back and whose row is found by now.
     *
     * @throws SourceException if rows are not visible yet, or the database cannot be queried
     */
    void rewrite(Target target) throws InterruptedException {
        flushed.prove();
        Map<String, String[]> page = new LinkedHashMap<>();
        for (Map.Entry<String, String[]> each : suspects.confirmed(target).entrySet()) {
            page.put(each.getKey(), each.getValue());
            if (page.size() == PAGE) {
                reread(target, page);
                page.clear();
            }
        }
        if (!page.isEmpty()) {
            reread(target, page);
        }
    }

    private CollectionFlush reread(Target target, Map<String, String[]> keys) throws InterruptedException {
        DocumentTrace trace = new DocumentTrace(target, traces);
        ChangeEvent event =
                new ChangeEvent(new Change.Heartbeat(), Math.max(0, durable), System.currentTimeMillis(), null, 0);
        Map<String, Batch.Write> pending = new LinkedHashMap<>();
        keys.forEach((id, key) ->
                pending.put(id, Batch.Write.delete(event, trace.begin(event, id, null, Operation.REPLAY, null))));
        RowLoader completion = steps.joined().completion(target);
        CollectionFlush flush = new CollectionFlush(
                new CollectionWrites(trace, pending, List.of(), 0),
                completion == null ? new ReplayLoader(reader, Map.copyOf(keys)) : completion,
                Config.OnReject.DEAD_LETTER,
                true);
        if (!steps.writes().review(flush)) {
            notBefore = System.nanoTime() + RETRY_NANOS;
        }
        return flush;
    }

    private void confirm(Target target, Map<String, String[]> unfound)
            throws SinkException, InterruptedException, IOException {
        Set<String> present = PresentDocuments.of(sink, target.collection(), unfound.keySet());
        Set<String> absent = new HashSet<>(unfound.keySet());
        absent.removeAll(present);
        deadLetters.resolve(target.collection(), absent);
        suspects.resolved(target, absent);
        suspects.confirm(target, present);
        suspects.save();
    }

    private void decide(Target target) throws SinkException, InterruptedException, IOException {
        List<String> gone = List.copyOf(suspects.confirmed(target).keySet());
        try (IdSpool spool = guard.spool()) {
            gone.forEach(spool::add);
            if (gone.isEmpty() || guard.holds(target, spool, documents(target), suspects.recent(target))) {
                return;
            }
        }
        suspects.deleted(target, gone.size());
        suspects.save(); // before they are deleted: after a crash they may be counted twice, but are never missed
        sink.delete(target.collection(), gone);
        traces.swept(target.table(), target.collection(), gone);
        deadLetters.resolve(target.collection(), gone);
        suspects.resolved(target, gone);
        suspects.save();
    }

    private long documents(Target target) throws SinkException, InterruptedException {
        if (!target.isShared()) {
            return sink.find(target.collection())
                    .map(there -> there.documents())
                    .orElse(0L);
        }
        long[] own = {0};
        sink.exportIds(target.collection(), id -> {
            if (target.owns(id)) {
                own[0]++;
            }
        });
        return own[0];
    }
}
