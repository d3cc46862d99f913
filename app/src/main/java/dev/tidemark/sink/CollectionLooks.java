package dev.tidemark.sink;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** Questions about the collections that a sink has. They change nothing and are safe from any thread. */
public interface CollectionLooks {

    /**
     * Returns what the server shows of these collections now, whether earlier writes are done or not; those that it does not show
     * are left out. One request for many of them; takes a few seconds at most.
     *
     * @param collections concrete names
     */
    Map<String, Seen> look(Collection<String> collections) throws SinkException, InterruptedException;

    /** Returns the collection after everything is applied that the server accepted before; empty if it does not exist then. */
    Optional<CollectionInfo> prove(String collection) throws SinkException, InterruptedException;

    /** Returns the concrete collection, possibly missing, that a name or an alias leads to now; empty if it leads nowhere. */
    Optional<String> resolve(String collectionOrAlias) throws SinkException, InterruptedException;
}
