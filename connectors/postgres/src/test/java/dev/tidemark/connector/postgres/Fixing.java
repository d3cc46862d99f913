package dev.tidemark.connector.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.connector.Connector;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A thread in {@link Connector#fixPosition}, and what the server shows of its session. */
final class Fixing {

    static final Duration TIMEOUT = Duration.ofSeconds(60);

    private static final String WAITING = "SELECT count(*) FROM pg_stat_activity w WHERE w.application_name LIKE"
            + " 'tidemark position%' AND w.datname = current_database() AND w.wait_event_type = 'Lock'"
            + " AND (SELECT pid FROM pg_stat_activity WHERE application_name = '%s' AND datname = current_database())"
            + " = ANY (pg_blocking_pids(w.pid))";

    private final FutureTask<Map<String, Object>> task;
    private final Thread thread;

    Fixing(Connector connector) {
        task = new FutureTask<>(connector::fixPosition);
        thread = new Thread(task, "fixing");
        thread.setDaemon(true);
        thread.start();
    }

    /** Waits until the server lets it wait for the session with that application name. */
    Fixing awaitWaitingFor(TestDatabase database, String session) {
        await().atMost(TIMEOUT).until(() -> {
            assertThat(task.isDone()).isFalse();
            return count(database, WAITING.replace("%s", session)) == 1;
        });
        return this;
    }

    boolean isDone() {
        return task.isDone();
    }

    void interrupt() {
        thread.interrupt();
    }

    Map<String, Object> offset() throws InterruptedException, ExecutionException, TimeoutException {
        return task.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    }

    /** Returns what it threw; {@code null} if it returned an offset. */
    @Nullable
    Throwable outcome() throws InterruptedException, TimeoutException {
        try {
            offset();
            return null;
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }

    /** Waits until neither a slot nor a session that creates one is left. */
    static void awaitNothingLeft(TestDatabase database) {
        await().atMost(TIMEOUT)
                .until(() -> count(
                                database,
                                "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'tidemark position%'"
                                        + " AND datname = current_database()")
                        == 0);
        assertThat(slots(database)).isZero();
    }

    static long slots(TestDatabase database) {
        return count(database, "SELECT count(*) FROM pg_replication_slots WHERE slot_name = '" + database.slot() + "'");
    }

    static long count(TestDatabase database, String sql) {
        return Long.parseLong(text(database, sql));
    }

    static String text(TestDatabase database, String sql) {
        try (Connection connection = database.server.connect(database.name)) {
            return text(connection, sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    static String text(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return String.valueOf(row.getString(1));
        }
    }

    /** Opens a session with that application name, in a transaction that has a number: a slot's creation waits for it. */
    static Connection open(TestDatabase database, String session, String... statements) throws SQLException {
        Connection connection = database.server.connect(database.name);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET application_name = '" + session + "'");
            statement.execute("SET synchronous_commit = local");
            connection.setAutoCommit(false);
            statement.execute("SELECT pg_current_xact_id()");
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
        return connection;
    }
}
