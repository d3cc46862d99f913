package dev.tidemark.connector.postgres.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.data.Transaction;
import dev.tidemark.testkit.postgres.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** After a restart: which transactions have to be waited for, and what is said of one that nobody ends. */
class HiddenTransactionsIT {

    private final PostgresServer server = PostgresServer.start(Map.of("max_prepared_transactions", "5"));

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void forgottenTransaction_isToldWithItsName_andWithWhatToType() throws Exception {
        for (String database : List.of("here", "elsewhere")) {
            server.createDatabase(database);
            server.execute(database, "CREATE TABLE items (n int)");
            try (Connection connection = session(database)) {
                execute(
                        connection,
                        "BEGIN",
                        "INSERT INTO items VALUES (1)",
                        "PREPARE TRANSACTION 'left in " + database + "''s'");
            }
        }
        try (Connection idle = session("here");
                Connection ending = session("here");
                Connection asking = session("here")) {
            execute(idle, "BEGIN", "INSERT INTO items VALUES (2)");
            VisibleTransactions visible = new VisibleTransactions(asking);
            assertThat(visible.hiddenBefore()).as("without a standby").isEmpty();
            server.execute("here", "ALTER SYSTEM SET synchronous_standby_names = 'nobody'", "SELECT pg_reload_conf()");
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> !HiddenTransactions.standbys(asking).isEmpty());

            Collection<Transaction> hidden = visible.hiddenBefore();
            assertThat(hidden)
                    .as("neither the idle one nor that of another database")
                    .hasSize(1);
            SourceException told = rejection(visible, hidden);
            assertThat(told.isRetryable()).isTrue();
            assertThat(told)
                    .hasMessageContainingAll(
                            "transaction " + hidden.iterator().next() + " was prepared as 'left in here''s' by "
                                    + server.user(),
                            "not visible to other sessions yet");
            assertThat(told.hint())
                    .contains("in database here, type COMMIT PREPARED 'left in here''s' or"
                            + " ROLLBACK PREPARED 'left in here''s'");
            execute(ending, "ROLLBACK PREPARED 'left in here''s'");
            visible.await(hidden);
            assertThat(visible.hiddenBefore()).isEmpty();
        }
    }

    /** To a user without the privilege, that a session is idle is as hidden as that it waits for a standby. */
    @Test
    void sessionThatTheUserMayNotSee_isWaitedFor_andTheGrantIsNamed() throws Exception {
        server.createDatabase("here");
        server.execute(
                "here",
                "CREATE TABLE items (n int)",
                "CREATE ROLE plain LOGIN PASSWORD 'p'",
                "ALTER SYSTEM SET synchronous_standby_names = 'nobody'",
                "SELECT pg_reload_conf()");
        String url = "jdbc:postgresql://" + server.host() + ":" + server.port() + "/here";
        try (Connection idle = session("here");
                Connection asking = DriverManager.getConnection(url, "plain", "p")) {
            execute(idle, "BEGIN", "INSERT INTO items VALUES (2)");
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> !HiddenTransactions.standbys(asking).isEmpty());
            VisibleTransactions visible = new VisibleTransactions(asking);
            Collection<Transaction> hidden = visible.hiddenBefore();
            assertThat(hidden).hasSize(1);
            SourceException told = rejection(visible, hidden);
            assertThat(told)
                    .hasMessageContaining("(user " + server.user())
                    .hasMessageContaining("runs, or is in the log and waits for a synchronous standby");
            assertThat(told.hint()).contains("GRANT pg_read_all_stats");
            try (Connection granting = session("here")) {
                execute(granting, "GRANT pg_read_all_stats TO plain");
            }
            try (Connection again = DriverManager.getConnection(url, "plain", "p")) {
                assertThat(new VisibleTransactions(again).hiddenBefore()).isEmpty();
            }
        }
    }

    private static SourceException rejection(VisibleTransactions visible, Collection<Transaction> hidden) {
        SourceException rejection = catchThrowableOfType(SourceException.class, () -> visible.await(hidden));
        assertThat(rejection).isNotNull();
        return rejection;
    }

    /** Its commits wait for no standby. */
    private Connection session(String database) throws SQLException {
        Connection connection = server.connect(database);
        execute(connection, "SET synchronous_commit = local");
        return connection;
    }

    private static void execute(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
