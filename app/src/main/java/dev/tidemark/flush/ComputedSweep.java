package dev.tidemark.flush;

import dev.tidemark.connector.Row;
import dev.tidemark.connector.RowReader;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.SinkException;
import dev.tidemark.trace.TraceBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sweep of a collection whose ids an expression yields: no key can be taken out of such an id, so all rows are read, their ids
 * remembered as hashes, and documents with other ids deleted. A table with more rows than memory has room for takes several
 * passes, each for a part of the hashes.
 *
 * <p>It runs on the flush thread, so nothing is written meanwhile. A row that comes, or gets another id, after it was read
 * is in the queue, and written afterwards (invariant 2).
 */
final class ComputedSweep {

    private static final Logger log = LoggerFactory.getLogger(ComputedSweep.class);

    /** Hashes of a pass: at most 64 MB. */
    private static final int MOST_HASHES = 2_000_000;

    private final Sink sink;
    private final RowReader reader;
    private final TraceBuffer traces;
    private final int mostHashes;
    private final int mostGone;

    ComputedSweep(Sink sink, RowReader reader, TraceBuffer traces) {
        this(sink, reader, traces, MOST_HASHES, Sweep.MOST_GONE);
    }

    ComputedSweep(Sink sink, RowReader reader, TraceBuffer traces, int mostHashes, int mostGone) {
        this.sink = sink;
        this.reader = reader;
        this.traces = traces;
        this.mostHashes = mostHashes;
        this.mostGone = mostGone;
    }

    /**
     * Deletes the documents whose row is gone; safe to repeat.
     *
     * @param foreign ids of documents that others feed
     * @return how many were deleted
     */
    int run(Target target, Predicate<String> foreign) throws SinkException, InterruptedException {
        int deleted = 0;
        long from = 0;
        boolean more = true;
        while (more) {
            IdHashes there = ids(target, from);
            deleted += delete(target, id -> !foreign.test(id) && there.covers(id) && !there.contains(id));
            more = !there.isLast();
            from = there.next();
        }
        return deleted;
    }

    private IdHashes ids(Target target, long from) throws SinkException {
        IdHashes there = new IdHashes(from, mostHashes);
        int[] rows = {0};
        @Nullable String[] untold = {null};
        @Nullable String[] twice = {null};
        reader.first(target.table(), target.key(), Integer.MAX_VALUE, (Row row) -> {
            rows[0]++;
            String id = target.ids(row.schema()).of(row);
            if (id == null) {
                untold[0] = target.ids(row.schema()).refusal(row);
            } else if (!id.isEmpty() && there.add(id)) {
                twice[0] = id;
            }
        });
        if (untold[0] != null || rows[0] == Integer.MAX_VALUE) {
            throw new SinkException(
                    SinkException.Kind.FATAL,
                    "row_read",
                    "the sweep of collection " + target.collection() + " cannot tell the ids of " + target.table()
                            + ": " + (untold[0] == null ? "it has too many rows" : untold[0]),
                    "correct the expression of 'id' and restart",
                    null);
        }
        if (twice[0] != null) {
            log.warn(
                    "several rows of {} have one id, such as '{}': only one of them is a document of {}. Let the expression of"
                            + " 'id' tell them apart",
                    target.table(),
                    twice[0],
                    target.collection());
        }
        return there;
    }

    private int delete(Target target, Predicate<String> isGone) throws SinkException, InterruptedException {
        int deleted = 0;
        boolean more = true;
        while (more) {
            List<String> gone = new ArrayList<>();
            sink.exportIds(target.collection(), id -> {
                if (gone.size() < mostGone && isGone.test(id)) {
                    gone.add(id);
                }
            });
            Sweep.delete(target, gone, sink, traces);
            deleted += gone.size();
            more = gone.size() == mostGone;
        }
        return deleted;
    }
}
