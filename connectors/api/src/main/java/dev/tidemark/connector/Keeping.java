package dev.tidemark.connector;

/** Connections that a connector keeps open for queries that repeat, until this is closed; once. */
@FunctionalInterface
public interface Keeping extends AutoCloseable {

    @Override
    void close();
}
