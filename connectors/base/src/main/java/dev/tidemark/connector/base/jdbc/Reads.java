package dev.tidemark.connector.base.jdbc;

/** A reader's right to read with a connection. Any thread. */
public interface Reads extends AutoCloseable {

    /**
     * Runs reads with a connection. Work that requests a second one may wait indefinitely.
     *
     * @throws dev.tidemark.connector.SourceException if the database is away or does not take a statement; rows that were read
     *     before may have been handed on
     */
    <X extends Exception> void read(ReadPool.Work<X> work) throws X;

    /** Returns what runs the attempts of one read. */
    default Session session() {
        return this::read;
    }

    @Override
    void close();
}
