package dev.tidemark.load;

import dev.tidemark.collection.Target;
import dev.tidemark.collection.Targets;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowBytes;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.document.Columns;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads tables a chunk at a time, ahead of the flush. One thread. */
public final class ChunkReader {

    /** Reason of an unexpected failure. */
    private static final String FAULT = "this is a fault of Tidemark, please report it: ";

    private final Chunks chunks;
    private final Loads loads;
    private final Targets targets;
    private final RowReader reader;
    private final DocumentPreparation preparation = new DocumentPreparation();
    private final Proof prior;
    private final Rest rest;

    /** Proof that what an earlier process flushed is visible to other sessions. */
    @FunctionalInterface
    public interface Proof {
        /**
         * Returns once it is.
         *
         * @throws SourceException if something is not visible yet, or the database cannot be queried
         */
        void prove() throws InterruptedException;
    }

    /** Runs an action while no flush runs. */
    @FunctionalInterface
    public interface Rest {
        void run(Runnable action) throws InterruptedException;
    }

    /** @param prior thread-safe */
    public ChunkReader(Chunks chunks, Loads loads, Targets targets, RowReader reader, Proof prior, Rest rest) {
        this.targets = targets;
        this.chunks = chunks;
        this.loads = loads;
        this.reader = reader;
        this.prior = prior;
        this.rest = rest;
    }

    /** Reads until the chunks are closed. */
    void run() throws InterruptedException {
        for (Reading next = chunks.take(); next != null; next = chunks.take()) {
            read(next);
        }
    }

    /**
     * Reads one chunk, once the end of the log is known if its load waits for that. Returns false if there is nothing to do now.
     */
    public boolean step() throws InterruptedException {
        Reading next = chunks.poll();
        boolean any = next != null;
        while (next != null) {
            read(next);
            next = next.step() == Reading.Step.FENCE ? chunks.poll() : null;
        }
        return any;
    }

    private void read(Reading reading) throws InterruptedException {
        try {
            switch (reading.step()) {
                case FENCE -> chunks.fence(reading, reader.logEnd(), null);
                case READ -> fill(reading);
                case READ_WHILE_RESTING -> fillWhileResting(reading);
            }
        } catch (SourceException e) {
            chunks.failed(reading, e.getMessage(), e.hint(), e.isRetryable());
        } catch (RuntimeException e) {
            chunks.failed(reading, FAULT + e, "", false);
        }
    }

    private void fillWhileResting(Reading reading) throws InterruptedException {
        InterruptedException[] interrupted = {null};
        rest.run(() -> {
            try {
                fill(chunks.now(reading));
            } catch (InterruptedException e) {
                interrupted[0] = e;
            }
        });
        if (interrupted[0] != null) {
            throw interrupted[0];
        }
    }

    private void fill(Reading reading) throws InterruptedException {
        prior.prove();
        if (!reading.unproven().isEmpty()) {
            reader.awaitVisible(reading.unproven());
        }
        loads.reading(reading.load());
        List<Row> rows = new ArrayList<>();
        long[] taken = {0};
        reader.range(reading.load().table(), reading.table().key(), reading.range(), reading.limit(), row -> {
            rows.add(row);
            taken[0] += RowBytes.of(row);
            return taken[0] < reading.bytes() && ((rows.size() & 255) != 0 || chunks.isWanted(reading));
        });
        boolean last = rows.size() < reading.limit() && taken[0] < reading.bytes() && chunks.isWanted(reading);
        List<String> columns = rows.isEmpty() ? null : columns(rows.get(0).schema());
        List<PreparedDocuments> prepared = new ArrayList<>();
        long held = taken[0];
        if (!rows.isEmpty() && chunks.isWanted(reading)) {
            for (Target target : targets.plain(reading.load().table())) {
                PreparedDocuments documents =
                        preparation.prepare(target, rows, reading.load().mayHold());
                prepared.add(documents);
                held += documents.bytes();
            }
        }
        if (!chunks.put(reading, rows, prepared, columns, held, last)) {
            chunks.fence(reading, reader.logEnd(), columns);
        }
    }

    private @Nullable RowSchema lastSchema;
    private List<String> lastColumns = List.of();

    private List<String> columns(RowSchema schema) {
        if (schema != lastSchema) {
            lastColumns = Columns.texts(schema);
            lastSchema = schema;
        }
        return lastColumns;
    }
}
