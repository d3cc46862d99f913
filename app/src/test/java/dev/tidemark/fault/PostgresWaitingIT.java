package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.contract.PostgresSource;
import dev.tidemark.contract.Shop;
import dev.tidemark.health.Health;
import dev.tidemark.pipeline.Pipeline;
import dev.tidemark.testkit.postgres.PostgresServer;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Sessions that wait are not cut off, and what a start waits for has a name. */
class PostgresWaitingIT {

    private static final String ROWS = "SELECT id, name FROM products";

    private static Shop with(Shop shop, int rows) {
        shop.sql(
                "CREATE TABLE products (id int PRIMARY KEY, name text NOT NULL)",
                "INSERT INTO products SELECT i, repeat('n', 200) FROM generate_series(1, " + rows + ") i");
        return shop.document("products").with("queue: {changes: 1000}");
    }

    /** Typesense stands still during the initial load and the stream, so that the sessions wait. */
    @Test
    @Tag("long")
    void hostileTimeouts_ofTheDatabase_cutNothingOff() throws Exception {
        try (TypesenseServer typesense = TypesenseServer.start();
                Shop shop = with(new Shop(PostgresServer.shared(), typesense), 50_000)) {
            hostile(shop);
            try (Pipeline running = shop.start()) {
                await().until(() -> typesense.admin().get("/collections").contains(shop.collection("products")));
                standsStill(shop, typesense);
                awaitEqual(shop);
                standsStill(shop, typesense);
                shop.sql("INSERT INTO products VALUES (0, 'streamed')");
                awaitEqual(shop);
                assertThat(shop.count("tidemark.source.restarts")).isZero();
                assertThat(running.health().conditions()).doesNotContainKey(Health.Part.SOURCE);
            }
        }
    }

    private static void hostile(Shop shop) {
        Map.of(
                        "statement_timeout", "1s",
                        "lock_timeout", "200ms",
                        "idle_in_transaction_session_timeout", "500ms",
                        "idle_session_timeout", "500ms",
                        "transaction_timeout", "1500ms",
                        "tcp_user_timeout", "500ms",
                        "wal_sender_timeout", "1s")
                .forEach((name, value) -> shop.source()
                        .execute("postgres", "ALTER DATABASE " + shop.name() + " SET " + name + " = '" + value + "'"));
    }

    private static void standsStill(Shop shop, TypesenseServer typesense) {
        typesense.pause();
        try {
            await().during(Duration.ofSeconds(4))
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> shop.count("tidemark.source.restarts") == 0);
        } finally {
            typesense.resume();
        }
    }

    /** Read by a session without the database's settings: it takes longer than they allow. */
    private static void awaitEqual(Shop shop) {
        // Ignored: the time of a statement on a busy machine.
        await().atMost(Duration.ofMinutes(2)).ignoreExceptions().untilAsserted(() -> {
            try (Connection connection = shop.connect();
                    Statement statement = connection.createStatement();
                    ResultSet count = statement.executeQuery("SELECT count(*) FROM products")) {
                count.next();
                assertThat(shop.size("products")).isEqualTo(count.getLong(1));
            }
        });
    }

    @Test
    void openTransaction_isNamed_andTheStartGoesOnWhenItEnds() throws Exception {
        try (PostgresServer server = PostgresServer.start(Map.of("max_prepared_transactions", "5"));
                Shop shop = with(new Shop(new PostgresSource(server), TypesenseServer.shared()), 10);
                Connection open = server.connect("postgres");
                Statement statement = open.createStatement()) {
            open.setAutoCommit(false);
            int pid = pid(statement);
            statement.execute("CREATE TABLE junk (a text)");
            statement.execute("INSERT INTO junk VALUES ('a secret')");
            server.createDatabase("other");
            server.execute("other", "BEGIN; CREATE TABLE junk (a int); PREPARE TRANSACTION 'left behind'");
            try (Service service = Service.run(shop.configFile())) {
                service.awaitLine("WARN", "creation of slot " + shop.slot() + " waits", "process " + pid);
                assertThat(service.output()).doesNotContain("the source is connected");
                HttpResponse<String> ready = service.get("/health/ready");
                assertThat(ready.statusCode()).isEqualTo(503);
                assertThat(ready.body())
                        .contains("process " + pid, "database postgres", "user postgres", "from 127.0.0.1")
                        .contains("INSERT INTO junk VALUES (?)", "pg_terminate_backend(" + pid + ")")
                        .contains("prepared transaction 'left behind'", "database other")
                        .doesNotContain("secret");
                service.kill(); // the server notices within 2 s, or only when the slot is created
            }
            try (Service service = Service.run(shop.configFile())) {
                service.awaitLine("WARN", "waits", "process " + pid);
                open.commit();
                service.awaitLine("WARN", "ROLLBACK PREPARED 'left behind' in database other");
                server.execute("other", "ROLLBACK PREPARED 'left behind'");
                shop.awaitEqual("products", ROWS);
                await().until(() -> service.get("/health/ready").statusCode() == 200);
                service.terminate();
                assertThat(service.awaitEnd().code()).isZero();
            }
        }
    }

    /** An application that holds a table's lock: the publication cannot be created. */
    @Test
    void lockOnATable_isNamed() throws Exception {
        try (Shop shop = with(Shop.onSharedServers(), 10);
                Connection open = shop.connect();
                Statement statement = open.createStatement()) {
            open.setAutoCommit(false);
            int pid = pid(statement);
            statement.execute("LOCK TABLE products IN SHARE ROW EXCLUSIVE MODE");
            try (Service service = Service.run(shop.configFile())) {
                service.awaitLine("WARN", "waits for a lock", "process " + pid, "LOCK TABLE products");
                assertThat(service.get("/health/ready").statusCode()).isEqualTo(503);
                open.commit();
                shop.awaitEqual("products", ROWS);
            }
        }
    }

    private static int pid(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
            row.next();
            return row.getInt(1);
        }
    }
}
