package dev.tidemark.collection;

import java.io.IOException;
import java.util.Collection;

/** Record of the collections that an expression has yielded; a change is durable when the call returns. */
public interface CollectionRecord {

    /** Records collections that are about to be created, or to be written to for the first time. */
    void announce(Collection<String> collections) throws IOException;

    /** Records that these collections exist. */
    void made(Collection<String> collections) throws IOException;

    /** Removes collections that no longer hold documents of the table. */
    void forget(Collection<String> collections) throws IOException;
}
