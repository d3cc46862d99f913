package dev.tidemark.startup;

import dev.tidemark.collection.CollectionRecord;
import dev.tidemark.state.DynamicCollectionFile;
import java.io.IOException;
import java.util.Collection;

/**
 * One document's part of the record of collections by expression.
 *
 * @param name the document's {@link dev.tidemark.config.Config.Document#recordName}
 */
record FedCollections(String name, DynamicCollectionFile fed) implements CollectionRecord {

    /** Of collections that are neither created nor forgotten. */
    static final CollectionRecord UNRECORDED = new Unrecorded();

    @Override
    public void announce(Collection<String> collections) throws IOException {
        fed.announce(name, collections);
    }

    @Override
    public void made(Collection<String> collections) throws IOException {
        fed.made(name, collections);
    }

    @Override
    public void forget(Collection<String> collections) throws IOException {
        fed.forget(name, collections);
    }

    private static final class Unrecorded implements CollectionRecord {
        @Override
        public void announce(Collection<String> collections) {
            throw new IllegalStateException("no change comes that could lead to a new collection");
        }

        @Override
        public void made(Collection<String> collections) {
            // none is
        }

        @Override
        public void forget(Collection<String> collections) {
            // no sweep empties one
        }
    }
}
