package dev.tidemark.load;

import dev.tidemark.collection.Targets;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.data.Transaction;
import dev.tidemark.document.CollectionDesign;
import dev.tidemark.document.Columns;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The place at which readers and the flush thread meet: what may be read, and what was read and is not written yet.
 *
 * <p>A reader gets the flush sequence before it reads, and proves that all that was flushed up to it is visible; so its rows
 * contain that. All that is flushed later is recorded by the flush thread, which leaves out the rows that it concerns: what was
 * flushed is at least as new. What is still in the queue is written after the rows, and converges (invariants 2 and 4). A chunk
 * counts once its documents are durable.
 *
 * <p>Invariant 3: chunks take at most a bound of bytes; a reader waits for room.
 */
public final class Chunks {

    private static final Logger log = LoggerFactory.getLogger(Chunks.class);

    /** Rows of a chunk; enough for an import of its own. */
    private static final int ROWS = 5_000;

    /** The parts of the bound: one is read while others wait or are written. */
    private static final int PARTS = 4;

    private static final long WAIT_MILLIS = 500;

    private final Loads loads;
    private final LoadRetries retries;
    private final Targets targets;
    private final int rows;
    private final long bytes;
    private final Runnable wake;
    private final Pace pace;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<TableId, Cursor> cursors = new LinkedHashMap<>();
    private final Set<Reading> readings = new HashSet<>();
    private final Deque<Chunk> ready = new ArrayDeque<>();
    /** The columns of the last row in the log, by table, as far as rows came. */
    private final Map<TableId, List<String>> streamed = new HashMap<>();

    private long held;
    private long completed;
    private long committed = Long.MIN_VALUE;
    private boolean inBatch;
    private Set<TableId> recorded = Set.of();
    private @Nullable List<Transaction> unproven;
    private boolean wanting;
    private boolean closed;

    /** Decides whether reading would hold up the stream. */
    @FunctionalInterface
    public interface Pace {
        boolean mayRead();
    }

    /**
     * @param rows of a chunk at most
     * @param bytes bound of all chunks
     * @param wake makes the flush thread check for chunks
     */
    public Chunks(Loads loads, LoadRetries retries, Targets targets, int rows, long bytes, Runnable wake, Pace pace) {
        this.loads = loads;
        this.retries = retries;
        this.targets = targets;
        this.rows = Math.min(ROWS, rows);
        this.bytes = bytes;
        this.wake = wake;
        this.pace = pace;
        loads.wakes(this::wakeReaders);
    }

    private void wakeReaders() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    // Readers

    /** Returns what to read next, waiting for it; null when it was closed. */
    @Nullable
    Reading take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed) {
                Reading next = next();
                if (next != null) {
                    return next;
                }
                changed.await(WAIT_MILLIS, TimeUnit.MILLISECONDS);
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** Returns what to read next; null if there is nothing now. */
    @Nullable
    Reading poll() {
        lock.lock();
        try {
            return closed ? null : next();
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Reading next() {
        if (!loads.mayRead()) {
            return null;
        }
        List<Load> wanted = loads.wanted();
        follow(wanted);
        long part = Math.max(1, bytes / PARTS);
        boolean room = held == 0 || held + part <= bytes;
        if (wanted.isEmpty() || !room || !pace.mayRead()) {
            return null;
        }
        for (Load load : wanted) {
            Cursor cursor = cursors.get(load.table());
            if (cursor == null || cursor.reading || cursor.ended || retries.isPut(load) || loads.isHeld(load)) {
                continue;
            }
            if (!isRecorded(load.table())) {
                wanting = true;
                wake.run();
            } else if (cursor.isBehindFence(committed)) {
                return reading(load, cursor, part);
            }
        }
        return null;
    }

    /** Returns whether all changes of the table that are flushed from now on are recorded. */
    private boolean isRecorded(TableId table) {
        return unproven != null && (!inBatch || recorded.contains(table));
    }

    private Reading reading(Load load, Cursor cursor, long part) {
        Reading.Step step = !cursor.fenced
                ? Reading.Step.FENCE
                : cursor.overtaken > 1 ? Reading.Step.READ_WHILE_RESTING : Reading.Step.READ;
        Reading next = new Reading(
                load,
                cursor.table,
                cursor.range(),
                cursor.at,
                completed,
                unproven == null ? List.of() : unproven,
                part,
                cursor.limit(rows, part),
                step,
                cursor.turn);
        cursor.reading = true;
        readings.add(next);
        held += part;
        return next;
    }

    /** Gives each load that is wanted a cursor, and discards what was read for others. */
    private void follow(List<Load> wanted) {
        Map<TableId, Load> now = new HashMap<>();
        wanted.forEach(load -> now.put(load.table(), load));
        for (TableId table : List.copyOf(cursors.keySet())) {
            Load load = now.get(table);
            Cursor cursor = cursors.get(table);
            if (load == null || cursor == null || !cursor.at.requested().equals(load.requested())) {
                cursors.remove(table);
                forget(table);
            }
        }
        for (Load load : wanted) {
            if (!cursors.containsKey(load.table()) && !retries.isPut(load)) {
                begin(load);
            }
        }
    }

    private void begin(Load load) {
        TableInfo table = targets.table(load.table());
        try {
            if (table == null) {
                throw SourceException.fatal(
                        "no document of the configuration comes from table " + load.table() + " any more", "");
            }
            cursors.put(load.table(), new Cursor(load, table, CollectionDesign.columns(table.schema())));
        } catch (SourceException e) {
            failed(load, e.getMessage(), e.hint(), e.isRetryable());
        }
    }

    /** Returns the same reading at the flush sequence of this moment; while no flush runs. */
    Reading now(Reading reading) {
        lock.lock();
        try {
            Reading later = reading.at(completed, unproven == null ? List.of() : unproven);
            if (readings.remove(reading)) {
                readings.add(later);
            }
            return later;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns whether the reading's rows are still wanted; a reader that reads on would be in vain.
     */
    boolean isWanted(Reading reading) {
        lock.lock();
        try {
            return !closed && isCurrent(reading);
        } finally {
            lock.unlock();
        }
    }

    private boolean isCurrent(Reading reading) {
        Cursor cursor = cursors.get(reading.load().table());
        return cursor != null
                && cursor.turn == reading.turn()
                && cursor.at.requested().equals(reading.load().requested());
    }

    /**
     * Takes rows that were read.
     *
     * @param prepared their documents, for some of the collections
     * @param columns their columns, null if there are none
     * @param taken bytes of rows and documents
     * @param last whether no rows are left after these
     * @return false if their columns are not those that the log has reached: then {@link #fence} follows
     */
    boolean put(
            Reading reading,
            List<Row> rows,
            List<PreparedDocuments> prepared,
            @Nullable List<String> columns,
            long taken,
            boolean last) {
        lock.lock();
        try {
            Cursor cursor = cursors.get(reading.load().table());
            if (cursor == null || !isCurrent(reading)) {
                release(reading);
                return true;
            }
            boolean reached = columns == null || columns.equals(reached(cursor));
            if (!reached && targets.hasRowsOf(reading.load().table())) { // of a root, only its key matters
                return false;
            }
            cursor.columns = columns == null ? cursor.columns : columns;
            Load then = reading.from();
            if (!rows.isEmpty()) {
                Row end = rows.get(rows.size() - 1);
                cursor.rowBytes = Math.max(1, taken / rows.size());
                cursor.after = KeyPosition.values(cursor.table, end);
                then = then.upTo(cursor.table.key(), KeyPosition.texts(cursor.table, end), rows.size());
            }
            cursor.at = then;
            cursor.ended = last;
            cursor.reading = false;
            release(reading);
            held += taken;
            ready.add(new Chunk(reading.load(), rows, prepared, reading.sequence(), taken, then, last));
            retries.succeeded(reading.load());
            changed.signalAll();
            wake.run();
            return true;
        } finally {
            lock.unlock();
        }
    }

    private List<String> reached(Cursor cursor) {
        if (cursor.columns != null) {
            return cursor.columns;
        }
        List<String> ofLog = streamed.get(cursor.table.schema().table());
        return ofLog == null ? Columns.texts(cursor.table.schema()) : ofLog;
    }

    /**
     * Lets the table wait until the log is committed up to an end.
     *
     * @param columns that the rows have then; null if nothing was read
     */
    void fence(Reading reading, long end, @Nullable List<String> columns) {
        lock.lock();
        try {
            release(reading);
            Cursor cursor = cursors.get(reading.load().table());
            if (cursor != null && isCurrent(reading)) {
                cursor.fenced = true;
                cursor.fence = end;
                cursor.columnsBehindFence = columns;
                if (columns == null) {
                    cursor.reading = false;
                } else {
                    goBack(cursor, Restart.DDL);
                }
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Records that a table cannot be read now. */
    void failed(Reading reading, @Nullable String message, String hint, boolean retryable) {
        lock.lock();
        try {
            release(reading);
            if (isCurrent(reading)) {
                failed(reading.load(), message, hint, retryable);
                Cursor cursor = cursors.get(reading.load().table());
                if (cursor != null) {
                    cursor.reading = false;
                }
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void failed(Load load, @Nullable String message, String hint, boolean retryable) {
        try {
            retries.failed(load, message, hint, retryable);
        } catch (IOException e) {
            log.warn("the end of the load of {} cannot be stored, trying again: {}", load.table(), e.getMessage());
        }
    }

    private void release(Reading reading) {
        if (readings.remove(reading)) {
            held -= reading.bytes();
        }
    }

    // The flush thread

    /** Returns the tables whose changes in the batch that begins are to be recorded. */
    public Set<TableId> beginBatch() {
        lock.lock();
        try {
            Set<TableId> wanted = new HashSet<>();
            // With the lock: a reader must not begin with a load that is requested right after this.
            loads.wanted().forEach(load -> wanted.add(load.table()));
            inBatch = true;
            recorded = wanted;
            return wanted;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Records that a batch is durable.
     *
     * @param sequence its number
     * @param transactions those that were flushed and are possibly not visible to other sessions yet
     * @param committedTo the position up to which the stored offset has come; null if it has not moved
     * @param discarded why nothing counts that was read of a table during the batch: a change of it concerned rows that it does not
     *     name, and was possibly not visible yet; null if it counts
     */
    public void endBatch(
            long sequence,
            Collection<Transaction> transactions,
            @Nullable Long committedTo,
            Function<TableId, @Nullable Restart> discarded) {
        lock.lock();
        try {
            for (Cursor cursor : cursors.values()) {
                Restart why = discarded.apply(cursor.table.schema().table());
                if (why != null && isAhead(cursor)) {
                    goBack(cursor, why);
                }
            }
            inBatch = false;
            completed = sequence;
            committed = committedTo == null ? committed : committedTo;
            unproven = recorded.isEmpty() ? null : List.copyOf(transactions);
            wanting = false;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether the flush thread has something to do for readers, or for what they have read. */
    public boolean isDue() {
        lock.lock();
        try {
            return wanting || !ready.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Returns the chunk that was read first; null if none is ready. */
    public @Nullable Chunk ready() {
        lock.lock();
        try {
            follow(loads.wanted());
            return ready.poll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until a chunk is ready.
     *
     * @return false if none is ready
     */
    public boolean awaitReady(long nanos) throws InterruptedException {
        long left = nanos;
        lock.lockInterruptibly();
        try {
            while (ready.isEmpty() && left > 0) {
                left = changed.awaitNanos(left);
            }
            return !ready.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Frees the room of a chunk: its rows are written. */
    public void written(Chunk chunk) {
        lock.lock();
        try {
            held -= chunk.bytes();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Records that a chunk counts. */
    public void counted(Chunk chunk) {
        lock.lock();
        try {
            Cursor cursor = cursors.get(chunk.load().table());
            if (cursor != null) {
                cursor.overtaken = 0;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Returns the flush sequence before which no chunk was read that is not written yet. */
    public long oldestSequence() {
        lock.lock();
        try {
            long oldest = completed;
            for (Chunk chunk : ready) {
                oldest = Math.min(oldest, chunk.sequence());
            }
            for (Reading reading : readings) {
                oldest = Math.min(oldest, reading.sequence());
            }
            return oldest;
        } finally {
            lock.unlock();
        }
    }

    /** Records that rows of these columns come from the log, and discards what was read of the table if they are others. */
    public void streamed(TableId table, List<String> columns) {
        lock.lock();
        try {
            Cursor cursor = cursors.get(table);
            List<String> before = cursor == null ? columns : reached(cursor);
            streamed.put(table, columns);
            if (cursor != null && !columns.equals(before)) {
                cursor.columns = null;
                goBack(cursor, Restart.DDL);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Returns the tables of which something was read. */
    public Set<TableId> tables() {
        lock.lock();
        try {
            return Set.copyOf(cursors.keySet());
        } finally {
            lock.unlock();
        }
    }

    /** Discards what was read of a table and is not durable. */
    public void discard(TableId table, Restart why) {
        lock.lock();
        try {
            Cursor cursor = cursors.get(table);
            if (cursor != null) {
                goBack(cursor, why);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Discards everything that was read and is not durable: too many rows changed meanwhile. */
    public void overtaken() {
        lock.lock();
        try {
            cursors.values().forEach(cursor -> goBack(cursor, Restart.CHANGES));
        } finally {
            lock.unlock();
        }
    }

    /** Discards everything that was read and is not durable: changes will be sent again. */
    public void discardAll() {
        lock.lock();
        try {
            for (Cursor cursor : cursors.values()) {
                cursor.columns = null;
                goBack(cursor, Restart.ENGINE);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Forgets how far the log of a history was committed that the database does not have any more. */
    public void forgetHistory() {
        lock.lock();
        try {
            committed = Long.MIN_VALUE;
            streamed.clear();
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether rows are being read, or wait to be written. */
    private boolean isAhead(Cursor cursor) {
        TableId table = cursor.table.schema().table();
        return cursor.reading
                || ready.stream().anyMatch(chunk -> chunk.load().table().equals(table));
    }

    /** @param why what is discarded counts as re-read for this reason */
    private void goBack(Cursor cursor, Restart why) {
        TableId table = cursor.table.schema().table();
        cursor.overtaken++;
        boolean ahead = isAhead(cursor);
        forget(table);
        loads.wanted().stream()
                .filter(load -> load.table().equals(table) && load.requested().equals(cursor.at.requested()))
                .findFirst()
                .ifPresent(durable -> {
                    boolean discarded = ahead || cursor.at.rows() > durable.rows();
                    cursor.goBack(durable);
                    if (discarded) {
                        loads.restarted(durable, why);
                    }
                });
        changed.signalAll();
    }

    private void forget(TableId table) {
        ready.removeIf(chunk -> {
            boolean of = chunk.load().table().equals(table);
            held -= of ? chunk.bytes() : 0;
            return of;
        });
    }

    /** Ends it: nothing more is read. */
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
