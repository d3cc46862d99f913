package dev.tidemark.verify;

import dev.tidemark.connector.data.TableId;
import dev.tidemark.flush.replay.Repair;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** The pipeline around a verification: what it writes meanwhile, and how far it is. */
public interface Surroundings {

    /** Returns why the table's documents cannot be compared now, such as a load that has not ended. */
    Optional<VerifyException> obstacle(TableId table);

    /** Returns whether a page of rows may be read now; if not, changes have to be written first. */
    boolean mayRead();

    /**
     * Records from now on which of the documents are written, and waits until all that was flushed before is visible: rows that are
     * read after this are at least as new as their documents.
     *
     * @param ids the ids of the documents, by collection
     * @throws dev.tidemark.connector.SourceException if it is not visible yet, or the database cannot be queried
     */
    void watch(Map<String, ? extends Collection<String>> ids) throws InterruptedException;

    /** Returns whether the document was written since, or may have been. */
    boolean isTouched(String collection, String id);

    /** Ends the records. */
    void endWatch();

    /**
     * Waits until all of the log before a position is flushed and committed.
     *
     * @throws VerifyException if the log does not advance
     */
    void awaitDurable(long position) throws VerifyException, InterruptedException;

    /** Returns whether a dead letter of the document is pending. */
    boolean hasDeadLetter(String collection, String id);

    /** Hands a repair to the flush thread, waiting for room. */
    void repair(Repair repair) throws InterruptedException;
}
