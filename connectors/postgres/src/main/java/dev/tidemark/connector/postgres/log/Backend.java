package dev.tidemark.connector.postgres.log;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * The server's process of a session. Other sessions of the same role may query and end it.
 *
 * @param pid which the server may give to another session later
 * @param start distinguishes them
 */
record Backend(int pid, String start) {

    private static final String OWN =
            "SELECT pid, backend_start::text FROM pg_catalog.pg_stat_activity WHERE pid = pg_backend_pid()";

    private static final String EXISTS =
            "SELECT FROM pg_catalog.pg_stat_activity WHERE pid = ? AND backend_start = ?::timestamptz";

    private static final String TERMINATE = "SELECT pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity"
            + " WHERE pid = ? AND backend_start = ?::timestamptz";

    /** Returns the one of the connection. */
    static Backend of(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(OWN);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return new Backend(row.getInt(1), row.getString(2));
        }
    }

    boolean exists(Connection other) throws SQLException {
        return found(other, EXISTS);
    }

    /** Ends the session, whatever it waits for; returns whether there was one. The server may need a moment for it. */
    boolean terminate(Connection other) throws SQLException {
        return found(other, TERMINATE);
    }

    private boolean found(Connection other, String sql) throws SQLException {
        try (PreparedStatement statement = other.prepareStatement(sql)) {
            statement.setInt(1, pid);
            statement.setString(2, start);
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        }
    }
}
