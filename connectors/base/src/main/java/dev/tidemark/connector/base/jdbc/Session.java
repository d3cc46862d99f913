package dev.tidemark.connector.base.jdbc;

/** Runs the attempts of one read, each with a connection. */
@FunctionalInterface
public interface Session {

    /**
     * Runs an attempt.
     *
     * @throws dev.tidemark.connector.SourceException if the database is away or does not take a statement; rows that were read
     *     before may have been handed on
     */
    void read(ReadPool.Work<RuntimeException> work);
}
