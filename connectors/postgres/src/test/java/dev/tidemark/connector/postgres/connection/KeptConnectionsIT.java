package dev.tidemark.connector.postgres.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tidemark.connector.Keeping;
import dev.tidemark.connector.SnapshotMode;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeptConnectionsIT {

    private final TestDatabase database = new TestDatabase();
    private final Database asking = new Database(
            database.settings(SnapshotMode.INITIAL, List.of(), database.server.user(), database.server.password()));

    @Test
    void whileKept_queriesShareAConnection_andTheLastUseClosesIt() throws Exception {
        int first;
        try (Keeping outer = asking.keepConnections()) {
            try (Keeping inner = asking.keepConnections()) {
                first = asking.look(KeptConnectionsIT::session);
                assertThat(asking.look(KeptConnectionsIT::session)).isEqualTo(first);
            }
            assertThat(asking.look(KeptConnectionsIT::session))
                    .as("one use is left")
                    .isEqualTo(first);
        }
        awaitGone(first);
    }

    @Test
    void withoutUse_eachQueryHasItsOwn() throws Exception {
        int first = asking.look(KeptConnectionsIT::session);
        awaitGone(first);
        assertThat(asking.look(KeptConnectionsIT::session)).isNotEqualTo(first);
    }

    @Test
    void oneThatTheServerHasEnded_isReplaced_withoutAFailure() throws Exception {
        try (Keeping kept = asking.keepConnections()) {
            int first = asking.look(KeptConnectionsIT::session);
            database.execute("SELECT pg_terminate_backend(" + first + ")");
            awaitGone(first);
            assertThat(asking.look(KeptConnectionsIT::session)).isNotEqualTo(first);
        }
    }

    /** What a failed statement leaves behind in its session is not known. */
    @Test
    void oneWhoseStatementFailed_isNotUsedAgain() throws Exception {
        try (Keeping kept = asking.keepConnections()) {
            int first = asking.look(KeptConnectionsIT::session);
            assertThatThrownBy(() -> asking.look(
                            connection -> connection.createStatement().execute("SELECT 1 / 0")))
                    .isInstanceOf(SourceException.class);
            assertThat(asking.look(KeptConnectionsIT::session)).isNotEqualTo(first);
        }
    }

    @Test
    void queriesAtTheSameTime_haveConnectionsOfTheirOwn() throws Exception {
        try (Keeping kept = asking.keepConnections()) {
            int outer = asking.look(connection -> {
                int inner = asking.look(KeptConnectionsIT::session);
                assertThat(session(connection)).isNotEqualTo(inner);
                return session(connection);
            });
            assertThat(outer).isPositive();
        }
    }

    private static int session(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
            row.next();
            return row.getInt(1);
        }
    }

    private void awaitGone(int session) {
        await().until(() -> {
            try (Connection connection = database.server.connect(database.name);
                    Statement statement = connection.createStatement();
                    ResultSet row =
                            statement.executeQuery("SELECT count(*) FROM pg_stat_activity WHERE pid = " + session)) {
                row.next();
                return row.getInt(1) == 0;
            }
        });
    }
}
