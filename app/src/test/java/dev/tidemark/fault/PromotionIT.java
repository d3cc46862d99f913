package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.contract.PostgresSource;
import dev.tidemark.contract.Proxy;
import dev.tidemark.contract.Shop;
import dev.tidemark.testkit.Directories;
import dev.tidemark.testkit.FreePorts;
import dev.tidemark.testkit.postgres.PostgresServer;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A name that moves to a standby after the primary has crashed. The standby, promoted under load, has a copy of the slot (Postgres
 * 17), so nothing is loaded again. It needs no data of the primary, unlike the one of {@link FailoverIT}.
 */
@Tag("long")
class PromotionIT {

    private static final String STANDBY = "standby1";

    @Test
    void promotedStandby_isFollowedFromItsCopyOfTheSlot_underLoad() throws Exception {
        Path copy = Directories.temporary("tidemark-promotion");
        try (PostgresServer first = PostgresServer.startAsProcess(Map.of());
                PostgresServer second = PostgresServer.standbyWithSlotsOf(first, copy.resolve("data"), STANDBY);
                Shop shop = new Shop(new PostgresSource(first), TypesenseServer.shared());
                Proxy name = new Proxy(first.port())) {
            first.execute(
                    "postgres",
                    "ALTER SYSTEM SET synchronized_standby_slots = '" + STANDBY + "'",
                    "SELECT pg_reload_conf()");
            shop.sql(
                    "CREATE TABLE products (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL)",
                    "INSERT INTO products (name) SELECT 'first' FROM generate_series(1, 1000)");
            shop.document("products").with("http: {port: " + FreePorts.next() + "}");
            Path config = Files.writeString(
                    shop.configFile(),
                    Files.readString(shop.configFile()).replace("port: " + first.port(), "port: " + name.port()));
            try (Service service = Service.run(config);
                    Writer writer = new Writer(first, shop.name())) {
                service.awaitLine("initial load is complete");
                standbyThatIsAway_isNamed(second, service, writer);
                awaitCopy(second, shop.slot());
                copyOfAStandby_cannotBeUsed(config, name.port(), second.port());
                writer.awaitMore(100);
                writer.to(second, () -> {
                    awaitReceived(first, second);
                    first.stopImmediate();
                    second.execute("postgres", "SELECT pg_promote()");
                });
                name.leadTo(second.port());
                writer.awaitMore(200);
                writer.close();
                await().atMost(Duration.ofSeconds(60))
                        .untilAsserted(() -> assertThat(documents(shop)).isEqualTo(rows(second, shop.name())));
                assertThat(service.output()).doesNotContain("put back in time", "tidemark approve", "loads all tables");
                assertThat(service.output().split("initial load is complete", -1))
                        .hasSize(2);
                await().until(() -> service.get("/health/ready").statusCode() == 200);
                assertThat(text(
                                second,
                                "SELECT active AND failover FROM pg_replication_slots WHERE slot_name = '" + shop.slot()
                                        + "'"))
                        .isEqualTo("t");
            }
            first.startAgain(); // takes its slot away
        } finally {
            Directories.delete(copy);
        }
    }

    /** The primary sends nothing until the standby has it: that is said, and it passes. */
    private static void standbyThatIsAway_isNamed(PostgresServer standby, Service service, Writer writer)
            throws Exception {
        standby.stop();
        service.awaitLine("sends no changes until standbys have received them", STANDBY);
        assertThat(service.get("/health/ready").statusCode()).isEqualTo(503);
        writer.awaitMore(50);
        standby.startAgain();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> service.get("/health/ready").statusCode() == 200);
    }

    /** As when a name moves before the promotion. */
    private static void copyOfAStandby_cannotBeUsed(Path config, int port, int standby) throws Exception {
        Path there = Files.writeString(
                config.resolveSibling("standby.yml"),
                Files.readString(config).replace("port: " + port, "port: " + standby));
        Service.Ended check = Service.command("check", "-c", there.toString());
        assertThat(check.output())
                .contains("is a copy that this standby keeps of its primary's", "promote the standby");
    }

    /** Waits until the standby's copy would be kept by a promotion. */
    private static void awaitCopy(PostgresServer standby, String slot) {
        await().atMost(Duration.ofSeconds(90))
                .until(() -> text(
                                standby,
                                "SELECT coalesce(bool_or(synced AND NOT temporary AND invalidation_reason IS NULL), false)"
                                        + " FROM pg_replication_slots WHERE slot_name = '" + slot + "'")
                        .equals("t"));
    }

    private static void awaitReceived(PostgresServer primary, PostgresServer standby) throws SQLException {
        String end = text(primary, "SELECT pg_current_wal_insert_lsn()");
        await().until(() -> text(
                        standby, "SELECT pg_last_wal_receive_lsn() >= '" + end + "'::pg_lsn AND pg_is_in_recovery()")
                .equals("t"));
    }

    private static String text(PostgresServer server, String sql) throws SQLException {
        try (Connection connection = server.connect("postgres");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getString(1) : "";
        }
    }

    private static Map<String, String> documents(Shop shop) {
        Map<String, String> names = new TreeMap<>();
        shop.documents("products")
                .forEach((id, document) -> names.put(id, document.get("name").asText()));
        return names;
    }

    private static Map<String, String> rows(PostgresServer server, String database) throws SQLException {
        Map<String, String> names = new TreeMap<>();
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT id::text, name FROM products")) {
            while (rows.next()) {
                names.put(rows.getString(1), rows.getString(2));
            }
        }
        return names;
    }

    /** Inserts and updates row after row, each in a transaction of its own. */
    private static final class Writer implements AutoCloseable {
        private final Thread thread = new Thread(this::write, "writer");
        private final String database;
        private final ReentrantLock lock = new ReentrantLock(true);
        private final AtomicInteger written = new AtomicInteger();
        private PostgresServer server;
        private volatile boolean closed;

        Writer(PostgresServer server, String database) {
            this.server = server;
            this.database = database;
            thread.start();
        }

        private void write() {
            while (!closed) {
                lock.lock();
                try {
                    int n = written.get();
                    server.execute(
                            database,
                            n % 3 == 0
                                    ? "UPDATE products SET name = 'changed " + n + "' WHERE id = " + (n % 1000 + 1)
                                    : n % 3 == 1
                                            ? "INSERT INTO products (name) VALUES ('row " + n + "')"
                                            : "DELETE FROM products WHERE id = " + (n / 2));
                } finally {
                    lock.unlock();
                }
                written.incrementAndGet();
            }
        }

        /** Writes to another server after something has been done, and nothing in between. */
        void to(PostgresServer other, Switch work) throws Exception {
            lock.lock();
            try {
                work.run();
                server = other;
            } finally {
                lock.unlock();
            }
        }

        void awaitMore(int rows) {
            int until = written.get() + rows;
            await().atMost(Duration.ofSeconds(60)).until(() -> written.get() >= until);
        }

        @Override
        public void close() throws InterruptedException {
            closed = true;
            thread.join();
        }
    }

    private interface Switch {
        void run() throws Exception;
    }
}
