package dev.tidemark.admin;

import dev.tidemark.approval.Approvals;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.deadletter.DeadLetter;
import dev.tidemark.deadletter.DeadLetterFilter;
import dev.tidemark.deadletter.LetterReview;
import dev.tidemark.load.TableSnapshots;
import dev.tidemark.sink.SinkException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** What can be asked of a running pipeline. Any thread. */
public interface Operations {

    /**
     * No batch is written from now on; what waits stays, and the source waits when the queue is full. Remembered over a
     * restart. Nothing happens where it is paused already.
     *
     * @param patience how long to wait for the flush in flight
     * @return whether no flush is in flight any more
     * @throws IOException if it cannot be remembered; then it continues as before
     */
    boolean pause(Duration patience) throws IOException, InterruptedException;

    /**
     * Continues.
     *
     * @throws IOException where the pause cannot be forgotten; then it stays paused
     */
    void resume() throws IOException;

    boolean isPaused();

    /**
     * Makes what has been received due at once. What is received later is not waited for, nor are joined documents that it marks again.
     *
     * @param patience how long to wait for it
     * @return whether all of it is durable, the joined documents that it concerns among it
     */
    boolean flush(Duration patience) throws InterruptedException;

    /**
     * Begins to do something with dead letters. Only one such job runs at a time.
     *
     * @return false if one is running already
     */
    boolean start(LetterJob.Action action, DeadLetterFilter filter);

    /**
     * Reads dead letters.
     *
     * @return how many fit, those past the limit included
     */
    long letters(DeadLetterFilter filter, int limit, Consumer<DeadLetter> reader) throws IOException;

    /** Returns the dead letters that are pending, for people to look at. */
    LetterReview letterReview();

    /** Returns the names of the collections that are written to. */
    Set<String> collections();

    /**
     * Returns a document as the sink has it now, as JSON; empty if it has none of that id.
     *
     * @param collection one of {@link #collections}
     */
    Optional<String> document(String collection, String id) throws SinkException, InterruptedException;

    /** Tables whose rows documents are made of. */
    Set<TableId> tables();

    /**
     * What became of the last changes of a row, and what they wait for.
     *
     * @param table one of {@link #tables}
     * @param key the row's key or its document's id, as text
     * @param limit so many of the newest
     */
    RowTraces.Trace trace(TableId table, String key, int limit);

    /** A place in the source's log in words. */
    String describe(long position);

    /** The tables that are read again while changes are streamed. */
    TableSnapshots snapshots();

    /** Those that can be. */
    SnapshotTables snapshotTables();

    /** Returns what waits for an operator's decision, and what was decided and is not carried out yet. */
    Approvals approvals();

    /** Carries out what was decided as soon as possible: it does not wait for the next change. */
    void approved();

    /** How far the last job is, nothing if there was none since the start. */
    Optional<LetterJob.Progress> job();
}
