package dev.tidemark.connector.postgres.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tidemark.connector.SnapshotMode;
import dev.tidemark.connector.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DatabaseIT {

    private static final String WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            + " AND wait_event_type = 'Lock'";

    private final TestDatabase database = new TestDatabase();

    /** A migration that holds its lock for minutes must not fill the server's connections with questions of ours. */
    @Test
    void questionThatWaitsForALock_isGivenUpByTheServer() throws Exception {
        database.execute("CREATE TABLE items (id int PRIMARY KEY)");
        Database asking = new Database(
                database.settings(SnapshotMode.INITIAL, List.of(), database.server.user(), database.server.password()));
        try (Connection migration = database.server.connect(database.name);
                Statement statement = migration.createStatement()) {
            migration.setAutoCommit(false);
            statement.execute("ALTER TABLE items ADD COLUMN n int");
            for (int i = 0; i < 2; i++) {
                SQLException failure = catchThrowableOfType(SQLException.class, () -> ask(asking));
                assertThat(failure.getSQLState()).isEqualTo("55P03");
                assertThat(asking.explain(failure).isRetryable()).isTrue();
                assertThat(asking.explain(failure)).hasMessageContaining("holds a lock");
            }
            try (ResultSet waiting = statement.executeQuery(WAITING)) {
                waiting.next();
                assertThat(waiting.getInt(1)).isZero();
            }
        }
    }

    private static void ask(Database database) throws SQLException {
        try (Connection connection = database.open(Duration.ofSeconds(2));
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT 1 FROM items");
        }
    }
}
