package dev.tidemark.admin;

import dev.tidemark.approval.Approvals;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.deadletter.DeadLetter;
import dev.tidemark.deadletter.DeadLetterFilter;
import dev.tidemark.deadletter.DeadLetterReview;
import dev.tidemark.health.PipelineStatus;
import dev.tidemark.load.Loads;
import dev.tidemark.sink.SinkException;
import dev.tidemark.verify.Report;
import dev.tidemark.verify.UnknownException;
import dev.tidemark.verify.VerifyRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Operations that a running pipeline offers. Any thread. */
public interface Operations {

    /**
     * Pauses: no batch is written from now on; what waits stays, and the source waits when the queue is full. The pause
     * persists across restarts. Has no effect if the pipeline is paused already.
     *
     * @param timeout how long to wait for the flush in flight
     * @return whether no flush is in flight any more
     * @throws IOException if the pause cannot be stored; then the pipeline continues as before
     */
    boolean pause(Duration timeout) throws IOException, InterruptedException;

    /**
     * Resumes.
     *
     * @throws IOException if the stored pause cannot be removed; then the pipeline stays paused
     */
    void resume() throws IOException;

    boolean isPaused();

    /**
     * Flushes at once all that has been received. Does not wait for what is received later, nor for joined documents that this
     * marks again.
     *
     * @param timeout how long to wait for it
     * @return whether all of it is durable, the joined documents that it concerns among it
     */
    boolean flush(Duration timeout) throws InterruptedException;

    /**
     * Starts a job that applies an action to dead letters. Only one such job runs at a time.
     *
     * @return false if one is running already
     */
    boolean start(DeadLetterJob.Action action, DeadLetterFilter filter);

    /**
     * Reads dead letters.
     *
     * @return how many entries match, those past the limit included
     */
    long deadLetters(DeadLetterFilter filter, int limit, Consumer<DeadLetter> reader) throws IOException;

    /** Returns a readable summary of the pending dead letters. */
    DeadLetterReview deadLetterReview();

    /** Returns the names of the collections that are written to. */
    Set<String> collections();

    /**
     * Returns a document as the sink has it now, as JSON; empty if it has none of that id.
     *
     * @param collection one of {@link #collections}
     */
    Optional<String> document(String collection, String id) throws SinkException, InterruptedException;

    /** Returns the tables whose rows documents are formed from. */
    Set<TableId> tables();

    /**
     * Returns the outcome of the last changes of a row, and what they wait for.
     *
     * @param table one of {@link #tables}
     * @param key the row's key or its document's id, as text
     * @param limit max number of the newest changes in batches, and of the oldest that wait
     */
    RowTraces.Trace trace(TableId table, String key, int limit);

    /** Describes a position in the source's log in human-readable form. */
    String describe(long position);

    /** Returns the loads of tables. */
    Loads snapshots();

    /** Returns the tables that can be loaded again. */
    LoadableTables loadableTables();

    /** Returns the doubts that have not ended. */
    List<PipelineStatus.Doubt> doubts();

    /** Returns what waits for an operator's decision, and what was decided and is not carried out yet. */
    Approvals approvals();

    /** Carries out what was decided as soon as possible: it does not wait for the next change. */
    void approved();

    /**
     * Starts to compare documents with their rows. Only one verification runs at a time.
     *
     * @return false if one is running already
     * @throws UnknownException if no document comes from the requested table, or goes to the requested collection
     */
    boolean verify(VerifyRequest request) throws UnknownException;

    /** Returns what the last verification has found so far; empty if there was none since the start. */
    Optional<Report> verification();

    /** Returns the progress of the last job; empty if there was none since the start. */
    Optional<DeadLetterJob.Progress> job();
}
