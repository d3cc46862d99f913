package dev.tidemark.connector.postgres.connection;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Timeouts of the server, the database or the role that would cut off a session that waits: a session of ours may wait as long as
 * the queue is full, and has deadlines of its own.
 */
public final class SessionTimeouts {

    /** Start options that every supported server knows; they count more than what ALTER ROLE and ALTER DATABASE set. Questions have timeouts of ours instead. */
    static final String OFF = "-c statement_timeout=0 -c lock_timeout=0 -c idle_in_transaction_session_timeout=0"
            + " -c tcp_user_timeout=0";

    /** A server fails the start of a session that has an option that it does not know: 14 and 17 brought these. */
    private static final String NEWER = "('idle_session_timeout', 'transaction_timeout')";

    /** Sets the newer ones, as far as the server has them, in a session that is open. */
    static final String NEWER_OFF =
            "SELECT set_config(name, '0', false) FROM pg_catalog.pg_settings WHERE name IN " + NEWER;

    /** A reader that waits for the queue answers the server only every few seconds. */
    private static final int SHORTEST_SENDER_MILLIS = 60_000;

    private static final String OPTIONS = "SELECT name, setting FROM pg_catalog.pg_settings WHERE name IN " + NEWER
            + " OR name = 'wal_sender_timeout'"
            + " AND setting::bigint BETWEEN 1 AND " + (SHORTEST_SENDER_MILLIS - 1) + " ORDER BY name";

    /**
     * Lets the server notice that the client was killed while a statement waits; servers before 14, and those on some systems,
     * notice only when the statement has ended. Its commits do not wait for a synchronous standby, whose absence has no end.
     */
    private static final String WAITING =
            "SELECT set_config('synchronous_commit', 'local', false), (SELECT set_config(name, '2000', false)"
                    + " FROM pg_catalog.pg_settings WHERE name = 'client_connection_check_interval'"
                    + " AND version() !~* 'windows|mingw|visual c')";

    private SessionTimeouts() {}

    /** Sets no timeout for the statements of an open session that started with {@link #OFF}. */
    static void lift(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(NEWER_OFF);
            statement.execute(WAITING);
        }
    }

    /** Returns the further start options of an engine's sessions on this server; may be empty. */
    public static String engineOptions(Connection connection) throws SQLException {
        StringBuilder options = new StringBuilder();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(OPTIONS)) {
            while (rows.next()) {
                String name = rows.getString(1);
                options.append(" -c ")
                        .append(name)
                        .append('=')
                        .append(name.equals("wal_sender_timeout") ? SHORTEST_SENDER_MILLIS : 0);
            }
        }
        return options.toString().strip();
    }
}
