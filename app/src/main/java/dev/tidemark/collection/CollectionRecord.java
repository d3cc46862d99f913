package dev.tidemark.collection;

import java.io.IOException;
import java.util.Collection;

/** Where it is recorded which collections an expression has led to; what is told is durable when a call returns. */
public interface CollectionRecord {

    /** These are about to be made, or to be written to for the first time. */
    void announce(Collection<String> collections) throws IOException;

    /** These are there. */
    void made(Collection<String> collections) throws IOException;

    /** These hold no documents of the table any more. */
    void forget(Collection<String> collections) throws IOException;
}
