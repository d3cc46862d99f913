package dev.tidemark.sink;

import dev.tidemark.connector.Check;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where documents go. Every call blocks until the sink has answered or its deadline has passed, whichever is first;
 * nothing waits for ever. Calls for different collections, and calls for disjoint ids of one collection, may be made at
 * the same time; whoever makes them joins them before anything that depends on them. An interrupt ends a call with
 * {@link InterruptedException}.
 *
 * <p>Writes name a concrete collection, never an alias (invariant 5). After a start and after any connection failure or
 * timeout no write is sent before the sink is settled: healthy, nothing pending, two equal listings two seconds apart.
 * Until then a missing collection is retryable; afterwards it is fatal.
 */
public interface Sink extends AutoCloseable {

    /** What a preflight finds: reachable, version, key accepted. Changes nothing, does not wait. */
    List<Check> preflight();

    /** What is wrong with the sink, and what to do; empty where it answers and is healthy. At most 2 seconds. */
    Optional<Check> unhealthy() throws InterruptedException;

    /**
     * Waits until the sink is settled, as the class comment says, or fails with what is wrong. Cheap when it is already.
     */
    void settle() throws SinkException, InterruptedException;

    /** Looks a collection or an alias up; the answer's name is the concrete one. */
    Optional<CollectionInfo> find(String collectionOrAlias) throws SinkException, InterruptedException;

    /** Creates a collection. {@code nested} enables nested fields. */
    void create(String collection, List<SinkField> fields, boolean nested) throws SinkException, InterruptedException;

    /** Adds optional fields to a collection and drops others from its schema, in one call. */
    void alter(String collection, List<SinkField> add, List<String> drop) throws SinkException, InterruptedException;

    /**
     * Writes whole documents, each replacing what was there under its id.
     *
     * @param documents with distinct ids; split into requests as the sink sees fit
     * @return those that were refused, by their place in the list; all others are durable
     */
    List<Rejection> upsert(String collection, List<Document> documents) throws SinkException, InterruptedException;

    /**
     * Writes some fields of documents that exist, and leaves their other fields as they are; a null takes a field away.
     *
     * @param documents with distinct ids, each with only the fields to be written; split as the sink sees fit
     * @return those that were refused, and those that do not exist
     */
    Updated update(String collection, List<Document> documents) throws SinkException, InterruptedException;

    /** Deletes documents by id; those that do not exist are fine. Ids are never empty. */
    void delete(String collection, List<String> ids) throws SinkException, InterruptedException;

    /**
     * Deletes the documents that a filter matches. A barrier: every earlier write of the collection is joined before it.
     *
     * @param filter in the sink's own language, its values escaped
     * @return how many were deleted; a repeated call counts those that were left
     */
    long deleteBy(String collection, String filter) throws SinkException, InterruptedException;

    /** Deletes all documents of a collection; the collection stays. */
    void truncate(String collection) throws SinkException, InterruptedException;

    /** Streams the ids of all documents of a collection. */
    void exportIds(String collection, Consumer<String> ids) throws SinkException, InterruptedException;

    /**
     * Streams some fields of documents. Each document that is there before is handed over; where it throws, some were, and the rest
     * is unknown.
     *
     * @param filter which documents, in the sink's own language, its values escaped; null: all of them
     * @param fields their names, all of the top level
     */
    void exportFields(String collection, @Nullable String filter, List<String> fields, Consumer<FoundDocument> found)
            throws SinkException, InterruptedException;

    @Override
    void close();
}
