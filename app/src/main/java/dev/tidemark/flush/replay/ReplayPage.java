package dev.tidemark.flush.replay;

import dev.tidemark.collection.Target;
import dev.tidemark.config.Config;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.deadletter.DeadLetter;
import dev.tidemark.deadletter.DeadLetters;
import dev.tidemark.document.DocumentIds;
import dev.tidemark.flush.join.JoinedDocuments;
import dev.tidemark.flush.replay.ReplayRequest.Outcome;
import dev.tidemark.flush.write.Batch;
import dev.tidemark.flush.write.CollectionFlush;
import dev.tidemark.flush.write.CollectionWrites;
import dev.tidemark.flush.write.DocumentTrace;
import dev.tidemark.flush.write.FlushReport;
import dev.tidemark.flush.write.PriorRunVisibility;
import dev.tidemark.flush.write.RowLoader;
import dev.tidemark.flush.write.Visibility;
import dev.tidemark.sink.SinkException;
import dev.tidemark.trace.Operation;
import dev.tidemark.trace.TraceBuffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Some dead letters whose rows are re-read: a flush for each collection, and the outcome of each entry. Created, written and
 * resolved by the flush thread between two batches, so no other write of these documents is in progress (invariant 2).
 */
public final class ReplayPage {

    private static final String UNFOUND =
            "its row was not found, and its document exists: the document stays until the log shows"
                    + " of a delete, or until it is looked at again; then it is deleted within the limit of 'guard'";

    private final TraceBuffer traces;
    private final List<CollectionFlush> flushes = new ArrayList<>();
    private final Map<CollectionFlush, Map<String, ReplayRequest>> requests = new HashMap<>();
    private final Map<CollectionFlush, String> unreadable = new HashMap<>();
    private final Map<ReplayRequest, Integer> begun = new HashMap<>();
    private final Map<ReplayRequest, Outcome> outcomes = new LinkedHashMap<>();

    private ReplayPage(TraceBuffer traces) {
        this.traces = traces;
    }

    /**
     * Groups the entries by the target of their documents. One that was resolved meanwhile is done.
     *
     * @param targets all targets
     */
    public static ReplayPage of(
            List<ReplayRequest> rereads,
            List<Target> targets,
            JoinedDocuments joined,
            RowReader reader,
            DeadLetters deadLetters,
            TraceBuffer traces) {
        ReplayPage page = new ReplayPage(traces);
        Map<Target, Map<String, ReplayRequest>> byTarget = new LinkedHashMap<>();
        for (ReplayRequest reread : rereads) {
            DeadLetter deadLetter = reread.deadLetter();
            Target target = target(deadLetter, targets);
            if (!deadLetters.isPending(deadLetter.collection(), deadLetter.id())) {
                page.outcomes.put(reread, Outcome.RESOLVED);
            } else if (target == null || keyTexts(target, deadLetter) == null) {
                page.outcomes.put(reread, Outcome.UNKNOWN);
            } else {
                ReplayRequest same = byTarget.computeIfAbsent(target, t -> new LinkedHashMap<>())
                        .put(deadLetter.id(), reread);
                if (same != null) {
                    page.outcomes.put(same, Outcome.RESOLVED); // by the newer one of the two
                }
            }
        }
        byTarget.forEach((target, byId) -> page.add(target, byId, joined, reader));
        return page;
    }

    private static @Nullable Target target(DeadLetter deadLetter, List<Target> targets) {
        return targets.stream()
                .filter(target -> target.collection().equals(deadLetter.collection())
                        && target.table().toString().equals(deadLetter.table())
                        && target.owns(deadLetter.id()))
                .findFirst()
                .orElse(null);
    }

    /** Returns the texts of the key of the dead letter's row; null if the entry does not contain them. */
    private static String @Nullable [] keyTexts(Target target, DeadLetter deadLetter) {
        RowSchema schema = target.tableInfo().schema();
        return target.config().hasComputedId()
                ? DocumentIds.of(target.key(), schema).texts(deadLetter.key()) // such an id does not contain a key
                : target.ids(schema).texts(deadLetter.id());
    }

    private void add(Target target, Map<String, ReplayRequest> byId, JoinedDocuments joined, RowReader reader) {
        Map<String, Batch.Write> writes = new LinkedHashMap<>();
        Map<String, String[]> keys = new HashMap<>();
        DocumentTrace trace = new DocumentTrace(target, traces);
        byId.forEach((id, reread) -> {
            ChangeEvent event = event(reread.deadLetter());
            int ticket = trace.begin(event, id, reread.deadLetter().key(), Operation.REPLAY, null);
            begun.put(reread, ticket);
            writes.put(id, Batch.Write.delete(event, ticket));
            keys.put(id, Objects.requireNonNull(keyTexts(target, reread.deadLetter())));
        });
        RowLoader completion = joined.completion(target);
        CollectionFlush flush = new CollectionFlush(
                new CollectionWrites(trace, writes, List.of(), 0),
                completion == null ? new ReplayLoader(reader, keys) : completion,
                Config.OnReject.DEAD_LETTER, // it is one already
                true);
        flushes.add(flush);
        requests.put(flush, byId);
    }

    /** Returns an event at the entry's own position in the source: if rejected again, it is the same entry. */
    private static ChangeEvent event(DeadLetter deadLetter) {
        return new ChangeEvent(
                new Change.Heartbeat(),
                deadLetter.position(),
                deadLetter.committed().toEpochMilli(),
                null,
                0);
    }

    public List<CollectionFlush> flushes() {
        return flushes;
    }

    /**
     * Returns whether the rows of this flush cannot be read before the operator fixes something: the table was dropped, or
     * Tidemark is not permitted to read it. If so, records the reason. Parts before it may have been written. An operator's
     * request does not keep the changes of the queue waiting for that: its entries stay.
     */
    public boolean givesUp(CollectionFlush flush, SinkException failure) {
        boolean hopeless =
                failure.kind() == SinkException.Kind.FATAL && failure.reason().equals(RowLoader.ROW_READ);
        if (hopeless) {
            unreadable.put(flush, words(failure.getMessage(), failure.hint()));
        }
        return hopeless;
    }

    /**
     * Returns whether everything flushed, by this process or an earlier one, is visible (invariant 2). A standby that is
     * unavailable may delay that indefinitely, and an operator's request must not delay the changes of the queue: then nothing is
     * read, and all entries stay.
     */
    public boolean mayRead(PriorRunVisibility before, Visibility flushed) throws InterruptedException {
        try {
            before.proveWith(flushed);
            return true;
        } catch (SourceException e) {
            String reason = "its row cannot be read yet: " + words(e.getMessage(), e.hint());
            flushes.forEach(flush -> unreadable.put(flush, reason));
            return false;
        }
    }

    private static String words(@Nullable String message, String hint) {
        return message + (hint.isEmpty() ? "" : "; " + hint);
    }

    /** Stores the outcome of each entry after all was written. May be repeated after a failure. */
    public void resolve(DeadLetters deadLetters) throws IOException {
        for (CollectionFlush flush : flushes) {
            Map<String, ReplayRequest> byId = Objects.requireNonNull(requests.get(flush));
            List<DeadLetter> again = new ArrayList<>();
            String reason = unreadable.get(flush);
            if (reason != null) {
                Set<String> decided = new HashSet<>(flush.written()); // before a later part could not be read
                flush.rejected().forEach(deadLetter -> decided.add(deadLetter.id()));
                decided.addAll(flush.unfound().keySet());
                byId.forEach((id, reread) -> {
                    if (decided.contains(id)) {
                        return;
                    }
                    again.add(reread.deadLetter().triedAgain(reason));
                    outcomes.put(reread, Outcome.REJECTED);
                    int trace = Objects.requireNonNull(begun.get(reread));
                    traces.end(trace, dev.tidemark.trace.Outcome.DEAD_LETTER);
                    traces.note(trace, reason);
                });
            }
            for (DeadLetter rejected : flush.rejected()) {
                ReplayRequest reread = Objects.requireNonNull(byId.get(rejected.id()));
                again.add(rejected.triedAgainAfter(reread.deadLetter()));
                outcomes.put(reread, Outcome.REJECTED);
            }
            flush.unfound().keySet().forEach(id -> {
                ReplayRequest reread = Objects.requireNonNull(byId.get(id));
                again.add(reread.deadLetter().triedAgain(UNFOUND));
                outcomes.put(reread, Outcome.REJECTED);
            });
            deadLetters.rejectedAgain(again);
            deadLetters.resolve(flush.target().collection(), flush.written());
            deadLetters.resolveKeys(
                    flush.target().collection(), flush.target().table().toString(), flush.writtenKeys());
            byId.values().forEach(reread -> outcomes.putIfAbsent(reread, Outcome.RESOLVED));
        }
    }

    /** Reports each outcome to the requester; to be called once. */
    public void report(FlushReport report) {
        outcomes.forEach((reread, outcome) -> {
            report.replayed(reread.deadLetter().collection(), outcome.label());
            reread.onOutcome().accept(outcome);
        });
    }
}
