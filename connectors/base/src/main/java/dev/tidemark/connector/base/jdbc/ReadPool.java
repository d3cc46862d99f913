package dev.tidemark.connector.base.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import dev.tidemark.connector.ReadConnections;
import dev.tidemark.connector.SourceException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The few connections that all readers of a connector share. They are opened when they are needed, closed when they were idle for
 * a while, and dropped after a failure: the database being away blocks nothing but the read itself. Any thread.
 *
 * <p>The pool exists while a reader does: from the first {@link #lease} to the last one that is given back.
 */
public final class ReadPool {

    /** Max time that the driver may take to open a connection and log in, tries included. */
    private static final Duration OPENING = Duration.ofSeconds(6);

    private static final Duration CLOSING = Duration.ofSeconds(1);

    private static final Duration IDLE = Duration.ofMinutes(1);

    private final String name;
    private final int size;
    private final Sessions sessions;
    private final Function<SQLException, SourceException> explain;
    /** Hikari cannot distinguish a busy pool from a database that is away, so no caller waits for a connection there. */
    private final Semaphore permits;

    private @Nullable HikariDataSource pool;
    private int leases;

    /**
     * Settings by which a session is opened and prepared for reads.
     *
     * @param url as the driver wants it
     * @param properties of the driver, with user and password; requested when a pool is opened
     * @param prepare one statement, run once
     */
    public record Sessions(String url, Supplier<Properties> properties, String prepare) {

        @Override
        public String toString() {
            return url; // the properties hold secrets (invariant 8)
        }
    }

    /** Work with a connection; it is handed on with auto-commit. */
    @FunctionalInterface
    public interface Work<X extends Exception> {
        void with(Connection connection) throws SQLException, X;
    }

    /**
     * Creates a pool; opens nothing.
     *
     * @param name of its threads
     * @param size max number of connections
     * @param explain turns the database's error into a human-readable one
     */
    public ReadPool(String name, int size, Sessions sessions, Function<SQLException, SourceException> explain) {
        this.name = name;
        this.size = size;
        this.sessions = sessions;
        this.explain = explain;
        this.permits = new Semaphore(size, true);
    }

    /** A reader's right to read. */
    public final class Lease implements Reads {

        private boolean open = true;

        private Lease() {}

        /**
         * Runs something with a connection. Work that requests a second one may wait indefinitely.
         *
         * @throws SourceException if the database is away or rejects the connection or a statement; the connection is closed then
         */
        @Override
        public <X extends Exception> void read(Work<X> work) throws X {
            synchronized (ReadPool.this) {
                if (!open) { // else a pool would be opened that is never closed
                    throw SourceException.retryable("the reader is closed", "");
                }
            }
            ReadPool.this.read(work);
        }

        @Override
        public void close() {
            synchronized (ReadPool.this) {
                if (open) {
                    open = false;
                    giveBack();
                }
            }
        }
    }

    public synchronized Lease lease() {
        leases++;
        return new Lease();
    }

    private void giveBack() {
        leases--;
        HikariDataSource current = pool;
        if (leases == 0 && current != null) {
            pool = null;
            close(current);
        }
    }

    /**
     * Closes the pool. A driver that is connecting to a host that does not answer cannot be interrupted: a stop does not wait for
     * it.
     */
    private void close(HikariDataSource ended) {
        Thread closing = new Thread(ended::close, name + "-close");
        closing.setDaemon(true);
        closing.start();
        try {
            closing.join(CLOSING.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private <X extends Exception> void read(Work<X> work) throws X {
        acquire();
        try {
            HikariDataSource connections = opened();
            try (Connection connection = connections.getConnection()) {
                try {
                    work.with(connection);
                } catch (SQLException e) {
                    connections.evictConnection(connection); // its state is unknown
                    throw e;
                }
            }
        } catch (SQLException e) {
            throw explain.apply(e);
        } finally {
            permits.release();
        }
    }

    private void acquire() {
        try {
            permits.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw SourceException.retryable(
                    "interrupted while all " + size + " connections for reads were busy", "", e);
        }
    }

    private synchronized HikariDataSource opened() {
        HikariDataSource current = pool;
        if (current == null) {
            HikariConfig config = new HikariConfig();
            config.setPoolName(name);
            config.setJdbcUrl(sessions.url());
            config.setDataSourceProperties(sessions.properties().get());
            config.setConnectionInitSql(sessions.prepare());
            config.setMaximumPoolSize(size);
            config.setMinimumIdle(0);
            config.setIdleTimeout(IDLE.toMillis());
            config.setConnectionTimeout(OPENING.toMillis());
            config.setInitializationFailTimeout(-1);
            current = new HikariDataSource(config);
            pool = current;
        }
        return current;
    }

    /** Returns what its connections do now. */
    public synchronized ReadConnections connections() {
        HikariDataSource current = pool;
        HikariPoolMXBean state = current == null ? null : current.getHikariPoolMXBean();
        return state == null
                ? new ReadConnections(0, 0, permits.getQueueLength())
                : new ReadConnections(
                        state.getActiveConnections(), state.getIdleConnections(), permits.getQueueLength());
    }
}
