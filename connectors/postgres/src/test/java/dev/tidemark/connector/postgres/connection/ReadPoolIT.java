package dev.tidemark.connector.postgres.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tidemark.connector.ReadConnections;
import dev.tidemark.connector.SnapshotMode;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.base.jdbc.ReadPool;
import dev.tidemark.connector.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ReadPoolIT {

    private final TestDatabase database = new TestDatabase();

    private ReadPool pool(int connections) {
        SourceSettings of =
                database.settings(SnapshotMode.INITIAL, List.of(), database.server.user(), database.server.password());
        return new Database(of.like()
                        .reads(new SourceSettings.Reads(connections, Duration.ofSeconds(30), 1000))
                        .build())
                .reads();
    }

    private static String ask(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    @Test
    void sessions_areOpenedWhenNeeded_prepared_andClosedWithTheLastReader() {
        ReadPool pool = pool(2);
        ReadPool.Lease one = pool.lease();
        ReadPool.Lease other = pool.lease();
        assertThat(pool.connections()).isEqualTo(ReadConnections.NONE);
        List<String> pids = new ArrayList<>();
        one.read(connection -> {
            pids.add(ask(connection, "SELECT pg_backend_pid()"));
            assertThat(ask(connection, "SHOW default_transaction_read_only")).isEqualTo("on");
            assertThat(ask(connection, "SHOW statement_timeout")).isEqualTo("30s");
            assertThat(pool.connections()).isEqualTo(new ReadConnections(1, 0, 0));
        });
        one.close();
        one.close();
        other.read(connection -> pids.add(ask(connection, "SELECT pg_backend_pid()")));
        assertThat(pids.get(1)).as("the same session again").isEqualTo(pids.get(0));
        assertThat(pool.connections()).isEqualTo(new ReadConnections(0, 1, 0));
        other.close();
        assertThat(pool.connections()).isEqualTo(ReadConnections.NONE);
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(backends(pids.get(0))).isEqualTo("0"));
    }

    private String backends(String pid) throws SQLException {
        try (Connection connection = database.server.connect("postgres")) {
            return ask(connection, "SELECT count(*) FROM pg_stat_activity WHERE pid = " + pid);
        }
    }

    @Test
    void manyReaders_takeTurnsWithOneConnection() throws Exception {
        ReadPool pool = pool(1);
        AtomicInteger inside = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (ReadPool.Lease lease = pool.lease()) {
            List<CompletableFuture<Void>> readers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                readers.add(CompletableFuture.runAsync(
                        () -> lease.read(connection -> {
                            assertThat(inside.incrementAndGet()).isEqualTo(1);
                            ask(connection, "SELECT pg_sleep(0.05)");
                            inside.decrementAndGet();
                        }),
                        threads));
            }
            for (CompletableFuture<Void> reader : readers) {
                reader.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void brokenConnection_isDropped() {
        ReadPool pool = pool(1);
        try (ReadPool.Lease lease = pool.lease()) {
            List<String> pid = new ArrayList<>();
            lease.read(connection -> pid.add(ask(connection, "SELECT pg_backend_pid()")));
            assertThatThrownBy(() -> lease.read(connection -> {
                        database.server.execute("postgres", "SELECT pg_terminate_backend(" + pid.get(0) + ")");
                        ask(connection, "SELECT 1");
                    }))
                    .isInstanceOfSatisfying(
                            SourceException.class,
                            e -> assertThat(e.isRetryable()).isTrue());
            lease.read(connection ->
                    assertThat(ask(connection, "SELECT pg_backend_pid()")).isNotEqualTo(pid.get(0)));
            assertThatThrownBy(() -> lease.read(connection -> ask(connection, "SELECT nothing")))
                    .isInstanceOf(SourceException.class)
                    .hasMessageContaining("nothing");
            lease.read(connection -> assertThat(ask(connection, "SELECT 1")).isEqualTo("1"));
        }
    }

    @Test
    void databaseThatIsAway_failsTheRead_inWordsWithoutSecrets() {
        Properties login = new Properties();
        login.setProperty("user", "postgres");
        login.setProperty("password", "very-secret");
        Database of =
                new Database(database.settings(SnapshotMode.INITIAL, List.of(), database.server.user(), "very-secret"));
        ReadPool pool = new ReadPool(
                "away",
                1,
                new ReadPool.Sessions("jdbc:postgresql://127.0.0.1:1/x", () -> login, "SELECT 1"),
                of::explain);
        try (ReadPool.Lease lease = pool.lease()) {
            assertThatThrownBy(() -> lease.read(connection -> ask(connection, "SELECT 1")))
                    .isInstanceOfSatisfying(
                            SourceException.class,
                            e -> assertThat(e.isRetryable()).isTrue())
                    .hasMessageContaining("cannot be reached")
                    .hasMessageNotContaining("very-secret");
        }
    }
}
