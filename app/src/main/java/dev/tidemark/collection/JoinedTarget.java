package dev.tidemark.collection;

import dev.tidemark.connector.Join;
import dev.tidemark.connector.JoinReader;

/**
 * A collection of joined documents.
 *
 * @param target its collection, with the columns that the join yields
 * @param join what the documents consist of
 * @param reader reads them; used by one thread at a time
 */
public record JoinedTarget(Target target, Join join, JoinReader reader) implements AutoCloseable {

    @Override
    public void close() {
        reader.close();
    }
}
