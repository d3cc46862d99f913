package dev.tidemark.connector.base.jdbc;

import dev.tidemark.connector.SourceException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** A database that answers questions over connections of their own; {@link ReadPool} is for reading rows. Any thread. */
public abstract class JdbcDatabase {

    /** For questions to the catalog. */
    public static final Duration QUICK = Duration.ofSeconds(5);

    /** So much longer than the server takes for a statement at most does the driver wait for its answer. */
    protected static final Duration GRACE = Duration.ofSeconds(10);

    /** Work that needs a connection. */
    @FunctionalInterface
    public interface Work<T> {
        T with(Connection connection) throws SQLException;
    }

    /** A connection with auto-commit; a single statement on it takes at most that long. */
    public abstract Connection open(Duration deadline) throws SQLException;

    /** An error for people. */
    public abstract SourceException explain(SQLException failure);

    /**
     * Opens a connection for one piece of work.
     *
     * @throws SourceException where the database is away or refuses
     */
    public final <T> T ask(Work<T> work) {
        try (Connection connection = open(QUICK)) {
            return work.with(connection);
        } catch (SQLException e) {
            throw explain(e);
        }
    }
}
