package dev.tidemark.flush.sweep;

import dev.tidemark.collection.Target;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.data.Row;
import dev.tidemark.ids.IdHashes;
import dev.tidemark.sink.SinkException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sweep of a collection whose ids an expression yields: such an id does not contain a key, so all rows are read, their ids
 * remembered as hashes, and documents with other ids have no row. A table with more rows than memory has room for takes several
 * passes, each for a part of the hashes.
 *
 * <p>It runs on the flush thread, so nothing is written meanwhile. A row that comes, or gets another id, after it was read
 * is in the queue, and written afterwards (invariant 2).
 */
final class ComputedSweep {

    private static final Logger log = LoggerFactory.getLogger(ComputedSweep.class);

    /** Hashes of a pass: at most 64 MB. */
    private static final int MOST_HASHES = 2_000_000;

    private final RowReader reader;
    private final int mostHashes;

    ComputedSweep(RowReader reader) {
        this(reader, MOST_HASHES);
    }

    ComputedSweep(RowReader reader, int mostHashes) {
        this.reader = reader;
        this.mostHashes = mostHashes;
    }

    /**
     * Collects the ids whose row does not exist any more, or belongs to another collection.
     *
     * @param own ids of the target's documents, the same each time they are requested
     * @return how many ids there were
     */
    long find(Target target, Sweep.Ids own, Sweep.Found found) throws SinkException, InterruptedException, IOException {
        long from = 0;
        boolean more = true;
        long documents = 0;
        while (more) {
            Rows rows = ids(target, from);
            long[] count = {0};
            own.forEach(id -> {
                count[0]++;
                if (rows.cover(id) && !rows.here().contains(id)) {
                    (rows.elsewhere().contains(id) ? found.moved() : found.gone()).add(id);
                }
            });
            documents = count[0];
            more = !rows.areLast();
            from = rows.next();
        }
        return documents;
    }

    /**
     * Ids of a pass, known if both sets know them.
     *
     * @param here of rows whose document belongs to the collection
     * @param elsewhere of rows that an expression puts into another one by now
     */
    private record Rows(IdHashes here, IdHashes elsewhere) {
        boolean cover(String id) {
            return here.covers(id) && elsewhere.covers(id);
        }

        boolean areLast() {
            return here.isLast() && elsewhere.isLast();
        }

        long next() {
            if (here.isLast() || elsewhere.isLast()) {
                return here.isLast() ? elsewhere.next() : here.next();
            }
            return Long.compareUnsigned(here.next(), elsewhere.next()) < 0 ? here.next() : elsewhere.next();
        }
    }

    private Rows ids(Target target, long from) throws SinkException {
        int most = !target.config().isDynamic() ? mostHashes : Math.max(2, mostHashes / 2);
        IdHashes there = new IdHashes(from, most);
        IdHashes elsewhere = new IdHashes(from, most);
        int[] rows = {0};
        @Nullable String[] missing = {null};
        @Nullable String[] twice = {null};
        reader.first(target.table(), target.key(), Integer.MAX_VALUE, (Row row) -> {
            rows[0]++;
            String id = target.ids(row.schema()).of(row);
            if (row.tooLarge() > 0 || id == null) { // invariant 9: its document is not one without a row
                missing[0] = target.ids(row.schema()).rejectionReason(row);
            } else if (!id.isEmpty() && !target.takes(row)) {
                elsewhere.add(id);
            } else if (!id.isEmpty() && there.add(id)) {
                twice[0] = id;
            }
        });
        if (missing[0] != null || rows[0] == Integer.MAX_VALUE) {
            throw new SinkException(
                    SinkException.Kind.FATAL,
                    "row_read",
                    "the sweep of collection " + target.collection() + " cannot compute the ids of " + target.table()
                            + ": " + (missing[0] == null ? "it has too many rows" : missing[0]),
                    "correct the expression of 'id', or give the process more memory, and restart",
                    null);
        }
        if (twice[0] != null) {
            log.atWarn()
                    .addKeyValue("collection", target.collection())
                    .addKeyValue("table", target.table())
                    .addKeyValue("id", twice[0])
                    .log(
                            "several rows of {} have one id, such as '{}': only one of them is a document of {}. Let the expression of"
                                    + " 'id' distinguish them",
                            target.table(),
                            twice[0],
                            target.collection());
        }
        return new Rows(there, elsewhere);
    }
}
