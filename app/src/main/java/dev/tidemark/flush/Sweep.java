package dev.tidemark.flush;

import dev.tidemark.connector.Row;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.SourceException;
import dev.tidemark.document.DocumentIds;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.SinkException;
import dev.tidemark.trace.TraceBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * After a snapshot into a collection that had documents: deletes those whose row is gone, or belongs to another collection.
 *
 * <p>The database itself is asked which rows exist, so nothing has to be remembered of the snapshot and memory stays
 * bounded. It runs on the flush thread: a row inserted after it was asked for arrives later in the queue and is written
 * after the delete (invariant 2).
 */
final class Sweep {

    private static final Logger log = LoggerFactory.getLogger(Sweep.class);
    private static final int PAGE = 1000;

    /** Ids to delete that are kept in memory (invariant 3): where more are gone, it takes another pass. */
    static final int MOST_GONE = 200_000;

    private final Sink sink;
    private final RowReader reader;
    private final Targets targets;
    private final Visibility flushed;
    private final TraceBuffer traces;
    private final int mostGone;

    /** @param flushed what may not be visible in the database yet */
    Sweep(Sink sink, RowReader reader, Targets targets, Visibility flushed, TraceBuffer traces) {
        this(sink, reader, targets, flushed, traces, MOST_GONE);
    }

    Sweep(Sink sink, RowReader reader, Targets targets, Visibility flushed, TraceBuffer traces, int mostGone) {
        this.sink = sink;
        this.reader = reader;
        this.targets = targets;
        this.flushed = flushed;
        this.traces = traces;
        this.mostGone = mostGone;
    }

    /**
     * Sweeps one collection; safe to repeat. Where tables share it, the others' documents are left alone.
     *
     * @return how many documents were deleted
     * @throws dev.tidemark.connector.SourceException where something that was flushed is not visible yet
     */
    int run(Target target) throws SinkException, InterruptedException {
        flushed.prove(reader); // else it finds no row of what was streamed after the snapshot
        List<Target> others = others(target);
        Predicate<String> foreign = id -> others.stream().anyMatch(other -> other.owns(id));
        int deleted;
        try {
            deleted = target.config().idCel() == null
                    ? deleteGone(target, foreign)
                    : new ComputedSweep(sink, reader, traces).run(target, foreign);
        } catch (SourceException e) {
            throw new SinkException(
                    e.heals() ? SinkException.Kind.RETRYABLE : SinkException.Kind.FATAL,
                    "row_read",
                    "the sweep of collection " + target.collection() + " could not read table " + target.table() + ": "
                            + e.getMessage(),
                    e.hint(),
                    e);
        }
        log.info(
                "sweep of collection {}: {} documents whose row of {} is gone were deleted",
                target.collection(),
                deleted,
                target.table());
        return deleted;
    }

    /** What else feeds the target's collection: each has a prefix of its own. */
    private List<Target> others(Target target) {
        return targets.ofRows().values().stream()
                .flatMap(List::stream)
                .filter(other -> other.collection().equals(target.collection())
                        && !other.config().idPrefix().equals(target.config().idPrefix()))
                .toList();
    }

    private int deleteGone(Target target, Predicate<String> foreign) throws SinkException, InterruptedException {
        int deleted = 0;
        boolean more = true;
        while (more) {
            List<String> gone = gone(target, foreign);
            delete(target, gone, sink, traces);
            deleted += gone.size();
            more = gone.size() >= mostGone;
        }
        return deleted;
    }

    /** In parts: where a request fails, what the ones before it deleted is in the traces. */
    static void delete(Target target, List<String> gone, Sink sink, TraceBuffer traces)
            throws SinkException, InterruptedException {
        for (int from = 0; from < gone.size(); from += PAGE) {
            List<String> part = gone.subList(from, Math.min(gone.size(), from + PAGE));
            sink.delete(target.collection(), part);
            traces.swept(target.table(), target.collection(), part);
        }
    }

    /** The ids without a row; where there are more than have room, some of them. */
    private List<String> gone(Target target, Predicate<String> foreign) throws SinkException, InterruptedException {
        List<String> page = new ArrayList<>(PAGE);
        List<String> gone = new ArrayList<>();
        sink.exportIds(target.collection(), id -> {
            if (gone.size() >= mostGone || foreign.test(id)) {
                return;
            }
            page.add(id);
            if (page.size() == PAGE) {
                collectGone(target, page, gone);
            }
        });
        collectGone(target, page, gone);
        return gone;
    }

    /** Of the rows that exist, takes those off that belong to another collection by now: an expression tells by their columns. */
    private void leaveMoved(Target target, List<@Nullable Object[]> keys, Set<String> there) {
        if (target.config().collectionBy() == null || keys.isEmpty()) {
            return;
        }
        there.clear();
        reader.read(target.table(), target.key(), keys, row -> {
            String id = target.ids(row.schema()).of(row);
            if (id != null && target.takes(row)) {
                there.add(id);
            }
        });
    }

    private void collectGone(Target target, List<String> page, List<String> gone) {
        List<String[]> keys = new ArrayList<>(page.size());
        DocumentIds ids = target.ids(target.tableInfo().schema());
        for (String id : page) {
            String @Nullable [] texts = ids.texts(id);
            if (texts != null) {
                keys.add(texts);
            }
        }
        Set<String> there = new HashSet<>();
        List<@Nullable Object[]> present = new ArrayList<>();
        reader.existing(target.table(), target.key(), keys, (Row row) -> {
            String id = target.ids(row.schema()).of(row);
            if (id != null && there.add(id)) {
                present.add(target.ids(row.schema()).key(row));
            }
        });
        leaveMoved(target, present, there);
        for (String id : page) {
            if (!there.contains(id)) {
                gone.add(id);
            }
        }
        page.clear();
    }
}
