package dev.tidemark.connector.base.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** A transaction that only reads: Postgres' driver fetches rows in pieces only inside one. */
public final class ReadTransaction {

    /** Work to be done inside a transaction. */
    @FunctionalInterface
    public interface Work {
        void run() throws SQLException;
    }

    private ReadTransaction() {}

    /** Runs the work and ends the transaction; a failure of the work is not hidden by one of the end. */
    static void run(Connection connection, Work work) throws SQLException {
        connection.setAutoCommit(false);
        try {
            work.run();
        } catch (SQLException | RuntimeException e) {
            try {
                end(connection);
            } catch (SQLException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
        end(connection);
    }

    /**
     * Runs the work while the columns of a table stay as they are: with the query that begins the transaction the server keeps any ALTER
     * TABLE waiting until the end. Without it, what was described before an ALTER TABLE would be read in another form after it.
     *
     * @param table as SQL quotes it
     */
    public static void of(Connection connection, String table, Work work) throws SQLException {
        run(connection, () -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute("SELECT 1 FROM " + table + " LIMIT 0");
            }
            work.run();
        });
    }

    private static void end(Connection connection) throws SQLException {
        connection.rollback();
        connection.setAutoCommit(true);
    }
}
