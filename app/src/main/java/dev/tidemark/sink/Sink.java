package dev.tidemark.sink;

import dev.tidemark.connector.Check;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Destination of documents. Every call blocks until the sink has answered or its deadline has passed, whichever is first; nothing
 * waits indefinitely. Calls for different collections, and calls for disjoint ids of one collection, may be made at the same
 * time; the caller joins them before anything that depends on them. An interrupt ends a call with {@link InterruptedException}.
 *
 * <p>Writes name a concrete collection, never an alias (invariant 5). After a start and after any connection failure or timeout
 * no write to a collection is sent before our own earlier writes to it are proven to be done. What other clients write is not
 * waited for. A missing collection is fatal only if that is proven; one that is still loading is retryable.
 */
public interface Sink extends CollectionLooks, AutoCloseable {

    /** The reason of an alteration that failed because of values in stored documents; nothing was altered. */
    String INCOMPATIBLE = "incompatible";

    /** Returns the results of a preflight: reachable, version, key accepted. Changes nothing, does not wait. */
    List<Check> preflight();

    /** Returns what is wrong with the sink, and what to do; empty if it answers and is healthy. Takes at most 2 seconds. */
    Optional<Check> unhealthy() throws InterruptedException;

    /**
     * Returns the collections in which an older write may have been applied after newer ones, each once: a node that was presumed
     * lost with a write that it had not answered is back. Their rows must be re-read. To be called every few seconds, by one
     * thread.
     */
    default Set<String> overtaken() throws InterruptedException {
        return Set.of();
    }

    /**
     * Waits until the sink is healthy and has read what was sent to it earlier, or fails with what is wrong. Cheap when it is
     * already. That earlier writes to a collection are done is proven when the collection is first used.
     */
    void settle() throws SinkException, InterruptedException;

    /**
     * Records that no write of an earlier process can be on its way: until the first sign of an error, no call gives the sink time
     * to read such a write. To be called before any other method.
     */
    default void nothingPending() {}

    /**
     * Ends writing: every later write fails as retryable. Returns whether nothing is pending: each write was answered, and the
     * sink has had time to read everything since the start and since the last sign of an error. Does not block.
     */
    default boolean endWrites() {
        return false;
    }

    /** Looks a collection or an alias up; the answer's name is the concrete one. */
    Optional<CollectionInfo> find(String collectionOrAlias) throws SinkException, InterruptedException;

    /** Creates a collection. {@code nested} enables nested fields. */
    void create(String collection, List<SinkField> fields, boolean nested) throws SinkException, InterruptedException;

    /**
     * Adds optional fields to a collection and drops others from its schema, in one call that takes effect entirely or not at
     * all. A name in both lists is a field that is replaced.
     *
     * @throws SinkException of the reason {@link #INCOMPATIBLE} if documents hold values that an added field cannot take
     */
    void alter(String collection, List<SinkField> add, List<String> drop) throws SinkException, InterruptedException;

    /**
     * Writes full documents, each replacing what was stored under its id.
     *
     * @param documents with distinct ids; split into requests as the sink sees fit
     * @return those that were rejected, by their index in the list; all others are durable
     */
    List<Rejection> upsert(String collection, List<Document> documents) throws SinkException, InterruptedException;

    /**
     * Writes some fields of documents that exist, and leaves their other fields as they are; a null removes a field.
     *
     * @param documents with distinct ids, each with only the fields to be written; split as the sink sees fit
     * @return those that were rejected, and those that do not exist
     */
    Updated update(String collection, List<Document> documents) throws SinkException, InterruptedException;

    /** Deletes documents by id; those that do not exist are fine. Ids are never empty. */
    void delete(String collection, List<String> ids) throws SinkException, InterruptedException;

    /**
     * Deletes the documents that a filter matches. A barrier: every earlier write of the collection is joined before it.
     *
     * @param filter in the sink's own language, its values escaped
     * @return how many were deleted; a repeated call counts those that were still left
     */
    long deleteBy(String collection, String filter) throws SinkException, InterruptedException;

    /** Deletes all documents of a collection; the collection stays. */
    void truncate(String collection) throws SinkException, InterruptedException;

    /** Streams the ids of all documents of a collection. */
    void exportIds(String collection, Consumer<String> ids) throws SinkException, InterruptedException;

    /**
     * Streams some fields of documents. Each document that existed before the call is handed over; if the call throws, some were,
     * and the rest is unknown.
     *
     * @param filter which documents, in the sink's own language, its values escaped; null: all of them
     * @param fields their names, all of the top level
     */
    void exportFields(String collection, @Nullable String filter, List<String> fields, Consumer<FoundDocument> found)
            throws SinkException, InterruptedException;

    /**
     * Streams all documents of a collection, in no particular order: each that exists during the call, and those that are written or
     * deleted meanwhile in either state.
     *
     * @throws SinkException also if fewer were received than the collection has; some were handed over then
     */
    void exportDocuments(String collection, Consumer<StoredDocument> found) throws SinkException, InterruptedException;

    /**
     * Reads documents by id, from the server that writes go to, after our earlier writes.
     *
     * @param ids distinct ones; those that do not exist are left out
     */
    void documents(String collection, List<String> ids, Consumer<StoredDocument> found)
            throws SinkException, InterruptedException;

    /**
     * Returns a document as the sink has it now, as JSON; empty if there is none. For display: it does not wait for earlier
     * writes, and takes a few seconds at most.
     */
    Optional<String> document(String collection, String id) throws SinkException, InterruptedException;

    @Override
    void close();
}
