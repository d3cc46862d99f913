package dev.tidemark.flush.reload;

import dev.tidemark.collection.Target;
import dev.tidemark.collection.Targets;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.document.Columns;
import dev.tidemark.flush.write.LoadedDocuments;
import dev.tidemark.flush.write.MappedDocuments;
import dev.tidemark.flush.write.Visibility;
import dev.tidemark.load.Chunk;
import dev.tidemark.load.Chunks;
import dev.tidemark.load.Load;
import dev.tidemark.load.LoadRetries;
import dev.tidemark.load.Loads;
import dev.tidemark.load.Loads.Phase;
import dev.tidemark.load.Restart;
import dev.tidemark.sink.SinkException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The flush thread's part of loads: writes chunks that were read ahead, without the rows that changed since, and ends loads whose
 * rows are all durable. Flush thread only.
 *
 * <p>No position in the source's log depends on a chunk, and nothing of it is sent again by the source. So it counts only when its
 * documents are durable, those that are joined from it among them; until then it is re-read after an engine's end or a crash.
 */
public final class ChunkWriter {

    private final Loads loads;
    private final Chunks chunks;
    private final LoadRetries retries;
    private final Targets targets;
    private final TouchedRows touched;
    private final Map<TableId, RowSchema> streamed = new HashMap<>();
    private final Deque<Written> written = new ArrayDeque<>();
    /** Loads whose rows are all durable, and whose other documents are to be deleted. */
    private final Map<TableId, Load> read = new LinkedHashMap<>();

    private boolean recording;
    /** Tables of which the batch changes rows that it does not name, and how. */
    private final Map<TableId, Restart> unnamed = new HashMap<>();

    private boolean filtered;

    /** A chunk that was written in a batch; joined documents may be pending for it. */
    private record Written(Chunk chunk, long batch) {}

    /**
     * Rows of a chunk to write, without those that changed since they were read.
     *
     * @param documents that are mapped
     * @param rows as changes of their table: of these, the documents of other collections are to be written in full
     * @param odd rows as changes of their table: of these, those of the same collections
     * @param size how many rows all these are
     * @param position of what was flushed last
     */
    public record Page(
            Chunk chunk,
            List<LoadedDocuments> documents,
            List<ChangeEvent> rows,
            List<ChangeEvent> odd,
            int size,
            long position) {

        public TableId table() {
            return chunk.load().table();
        }

        /** Returns a row as a change of its table. */
        public ChangeEvent event(Row row) {
            return PageBuilder.event(row, position);
        }

        /** Returns whether the collections may hold documents of rows that are left out now. */
        public boolean mayHold() {
            return chunk.load().mayHold();
        }
    }

    /** Deletes a collection's documents without a row. */
    @FunctionalInterface
    public interface Sweeper {
        void sweep(Target target) throws SinkException, InterruptedException, IOException;
    }

    public ChunkWriter(Loads loads, Chunks chunks, LoadRetries retries, Targets targets) {
        this.loads = loads;
        this.chunks = chunks;
        this.retries = retries;
        this.targets = targets;
        this.touched = new TouchedRows(targets::table);
    }

    /** Returns whether there is something to do at once. */
    public boolean isDue() {
        return chunks.isDue() || read.values().stream().anyMatch(this::mayEnd);
    }

    private boolean mayEnd(Load load) {
        return !retries.isPut(load) && !loads.isHeld(load);
    }

    /** Returns whether something is read or written, or an end is not recorded yet. */
    public boolean isActive() {
        return chunks.isDue() || !written.isEmpty() || !read.isEmpty();
    }

    /**
     * Begins a batch of changes, before any of them is written: from here on, rows of chunks that they concern are not written any
     * more.
     */
    public void begin(long batch, List<ChangeEvent> events) {
        unnamed.clear();
        filtered = false;
        Set<TableId> recorded = chunks.beginBatch();
        targets.loading(recorded);
        touched.forget(chunks.oldestSequence());
        recording = !recorded.isEmpty();
        if (recorded.isEmpty()) {
            return;
        }
        touched.add(batch, events, recorded).forEach(table -> unnamed.put(table, Restart.CHANGES));
        for (ChangeEvent event : events) {
            if (event.change() instanceof Change.Truncate truncate) {
                unnamed.put(truncate.table(), Restart.TRUNCATE);
            } else if (event.change() instanceof Change.Upsert upsert
                    && streamed.put(upsert.table(), upsert.after().schema())
                            != upsert.after().schema()) {
                chunks.streamed(upsert.table(), Columns.texts(upsert.after().schema()));
            }
        }
        unnamed.forEach(this::discard);
        if (touched.isFull()) {
            chunks.overtaken();
            touched.clear();
        }
    }

    /** Discards what was read of a table and is not durable. */
    private void discard(TableId table, Restart why) {
        chunks.discard(table, why);
        written.removeIf(each -> each.chunk().load().table().equals(table));
    }

    /** Discards what was read of all tables, because documents were deleted by a filter: rows of any of them may be concerned. */
    public void deletedByFilter() {
        filtered = true;
        chunks.tables().forEach(table -> discard(table, Restart.DELETE_WHERE));
    }

    /** Ends a batch of changes: all of it is durable. */
    public void end(long batch, Visibility flushed, @Nullable Long committed) {
        chunks.endBatch(
                batch,
                recording ? flushed.unproven() : List.of(),
                committed,
                table -> filtered ? Restart.DELETE_WHERE : unnamed.get(table));
    }

    /** Discards what was read and is not durable, and what was written and is not known to be. */
    public void forget() {
        chunks.discardAll();
        written.clear();
        touched.clear();
    }

    /** Forgets how far the log of a history was read that the database does not have any more. */
    public void forgetHistory() {
        chunks.forgetHistory();
    }

    /**
     * Returns the next rows to write; null if there are none.
     *
     * @param position of what was flushed last
     */
    @Nullable
    public Page next(long position) {
        Chunk ready = chunks.ready();
        return ready == null ? null : new PageBuilder(ready, targets, touched, position).build();
    }

    /** Waits for rows to write; returns whether there are some. */
    public boolean await(long nanos) throws InterruptedException {
        return chunks.awaitReady(nanos);
    }

    /** Informs the observers if a load of all rows begins with this page. A part of a table proves nothing about its documents. */
    public void begun(Page page) throws InterruptedException, IOException {
        Chunk chunk = page.chunk();
        if (!chunk.load().selection().isPart()
                && chunk.load().rows() == 0
                && chunk.then().rows() == chunk.rows().size()) {
            for (Loads.Observer observer : loads.observers()) {
                observer.begun(page.table());
            }
        }
    }

    /** Records that the rows were written; joined documents may be pending for this batch. */
    public void written(Page page, long batch) {
        chunks.written(page.chunk());
        written.add(new Written(page.chunk(), batch));
    }

    /**
     * Stores how far the tables are.
     *
     * @param oldestPending the oldest batch with pending joined documents
     */
    public void advance(long oldestPending) throws IOException {
        while (!written.isEmpty() && written.element().batch() < oldestPending) {
            Chunk chunk = written.element().chunk();
            boolean wanted = loads.advanced(chunk.then());
            written.remove();
            chunks.counted(chunk);
            if (wanted && chunk.last() && loads.sweeping(chunk.then())) {
                read.put(chunk.load().table(), chunk.then());
            }
        }
    }

    /**
     * Deletes documents without a row, once all rows are durable, and ends the load. If that fails, it is tried again later, and
     * changes continue meanwhile.
     *
     * @throws IOException if the end of the load cannot be stored
     */
    public void finish(Sweeper sweeper) throws InterruptedException, IOException {
        for (Load load : List.copyOf(read.values())) {
            if (!loads.isWanted(load)) {
                read.remove(load.table());
            } else if (loads.mayRead() && mayEnd(load)) {
                finish(load, sweeper);
            }
        }
    }

    private void finish(Load load, Sweeper sweeper) throws InterruptedException, IOException {
        try {
            for (Target target : load.sweeps() ? targets.of(load.table()) : List.<Target>of()) {
                if (!loads.isWanted(load)) {
                    return;
                }
                sweeper.sweep(target);
            }
            for (Loads.Observer observer : load.selection().isPart() ? List.<Loads.Observer>of() : loads.observers()) {
                observer.done(load); // a crash after it only sweeps again
            }
            loads.ended(load, Phase.DONE, null);
            read.remove(load.table());
            retries.succeeded(load);
        } catch (SinkException e) {
            failed(load, e.getMessage(), e.hint(), e.kind() != SinkException.Kind.FATAL);
        } catch (SourceException e) {
            failed(load, e.getMessage(), e.hint(), e.isRetryable());
        } catch (RuntimeException e) {
            failed(load, MappedDocuments.FAULT + e, "", false);
        }
    }

    private void failed(Load load, @Nullable String message, String hint, boolean retryable) throws IOException {
        if (!retries.failed(load, message, hint, retryable)) {
            read.remove(load.table());
        }
    }
}
