package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.contract.MySqlSource;
import dev.tidemark.contract.Shop;
import dev.tidemark.pipeline.Pipeline;
import dev.tidemark.testkit.mysql.MySqlServer;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The initial load takes no lock, misses nothing, and is not cut off while it waits. */
class MySqlWaitingIT {

    private static final String ROWS = "SELECT id, name FROM products";

    private static Shop with(MySqlServer server, TypesenseServer typesense, int rows) throws Exception {
        Shop shop = new Shop(new MySqlSource(server), typesense);
        shop.sql(
                "CREATE TABLE products (id int PRIMARY KEY, name varchar(300) NOT NULL)",
                "INSERT INTO products SELECT i, repeat('n', 200) FROM "
                        + shop.source().numbers(rows),
                "CREATE USER IF NOT EXISTS tidemark IDENTIFIED BY '" + server.password() + "'",
                "GRANT SELECT ON " + shop.name() + ".* TO tidemark",
                "GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO tidemark");
        return shop.document("products", "fields: { name: name }").withUser("tidemark");
    }

    /** Runs work again and again on a connection of its own until it is closed; keeps the longest time that one took. */
    private static final class Application implements AutoCloseable {

        private final AtomicBoolean over = new AtomicBoolean();
        private final AtomicLong longest = new AtomicLong();
        private final CompletableFuture<Void> work;

        interface Step {
            void on(Statement statement) throws SQLException;
        }

        Application(Shop shop, Step step) {
            work = CompletableFuture.runAsync(() -> {
                try (Connection connection = shop.connect();
                        Statement statement = connection.createStatement()) {
                    while (!over.get()) {
                        long began = System.nanoTime();
                        step.on(statement);
                        longest.accumulateAndGet(System.nanoTime() - began, Math::max);
                    }
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
        }

        Duration longest() {
            return Duration.ofNanos(longest.get());
        }

        void stop() {
            over.set(true);
            work.join();
        }

        @Override
        public void close() {
            stop();
        }
    }

    @Test
    void longSelect_atTheFirstStart_holdsUpNoWriter() throws Exception {
        MySqlServer server = MySqlServer.shared();
        AtomicLong id = new AtomicLong(1000);
        try (Shop shop = with(server, TypesenseServer.shared(), 10);
                Connection reader = shop.connect();
                Statement select = reader.createStatement()) {
            long session = id(select);
            CompletableFuture<Void> report = CompletableFuture.runAsync(() -> {
                try {
                    select.execute("SELECT count(*), sleep(600) FROM products GROUP BY id LIMIT 1");
                } catch (SQLException ended) {
                    // killed at the end
                }
            });
            await().untilAsserted(() -> assertThat(sleeping(server)).isPositive());
            try (Application inserts = new Application(
                            shop,
                            statement -> statement.execute(
                                    "INSERT INTO products VALUES (" + id.incrementAndGet() + ", 'x')"));
                    Pipeline pipeline = shop.start()) {
                await().atMost(Duration.ofMinutes(4)).until(() -> shop.size("products") > 1000);
                assertThat(sleeping(server)).isPositive();
                // Behind the report a lock would hold them up for longer than that; a busy disk does not.
                assertThat(inserts.longest()).isLessThan(Duration.ofSeconds(5));
                inserts.stop();
                shop.awaitEqual("products", ROWS);
                assertThat(pipeline.status()).isNotNull();
            }
            server.execute("", "KILL " + session);
            report.join();
        }
    }

    private static long id(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT connection_id()")) {
            row.next();
            return row.getLong(1);
        }
    }

    private static int sleeping(MySqlServer server) throws SQLException {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT count(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE 'SELECT count(*), sleep%'")) {
            row.next();
            return row.getInt(1);
        }
    }

    @Test
    void writersDuringTheFirstStart_missNothing() throws Exception {
        race(MySqlServer.shared());
    }

    @Test
    @Tag("long")
    void writersDuringTheFirstStart_missNothing_withoutGtids() throws Exception {
        try (MySqlServer server = MySqlServer.start("--gtid-mode=OFF", "--enforce-gtid-consistency=OFF")) {
            race(server);
        }
    }

    private static void race(MySqlServer server) throws Exception {
        for (int round = 0; round < 2; round++) {
            try (Shop shop = with(server, TypesenseServer.shared(), 200)) {
                List<Application> writers = new ArrayList<>();
                for (int i = 0; i < 2; i++) {
                    Random random = new Random(round * 10 + i);
                    int first = 1 + i * 100;
                    writers.add(new Application(shop, statement -> write(statement, random, first)));
                }
                try (Pipeline pipeline = shop.start()) {
                    await().atMost(Duration.ofMinutes(4)).until(() -> shop.size("products") > 100);
                    writers.forEach(Application::stop);
                    shop.awaitEqual("products", ROWS);
                    assertThat(pipeline.status()).isNotNull();
                } finally {
                    writers.forEach(Application::stop);
                }
            }
        }
    }

    private static void write(Statement statement, Random random, int first) throws SQLException {
        int id = first + random.nextInt(100);
        switch (random.nextInt(3)) {
            case 0 -> statement.execute("DELETE FROM products WHERE id = " + id);
            case 1 -> statement.execute("UPDATE products SET name = '" + random.nextInt() + "' WHERE id = " + id);
            default -> statement.execute("REPLACE INTO products VALUES (" + id + ", '" + random.nextInt() + "')");
        }
    }

    /** The table's columns come, go and change places while the first start reads them. */
    @Test
    void ddlDuringTheFirstStart_missesAndMixesNothing() throws Exception {
        try (Shop shop = with(MySqlServer.shared(), TypesenseServer.shared(), 200)) {
            Random random = new Random(7);
            AtomicLong turn = new AtomicLong();
            try (Application ddl = new Application(
                            shop,
                            statement -> statement.execute(
                                    turn.getAndIncrement() % 2 == 0
                                            ? "ALTER TABLE products ADD COLUMN first_one varchar(300) FIRST"
                                            : "ALTER TABLE products DROP COLUMN first_one"));
                    Application writer = new Application(
                            shop,
                            statement -> statement.execute("UPDATE products SET name = '" + random.nextInt()
                                    + "' WHERE id = " + (1 + random.nextInt(200))));
                    Pipeline pipeline = shop.start()) {
                await().during(Duration.ofSeconds(5))
                        .atMost(Duration.ofSeconds(30))
                        .until(() -> pipeline.status() != null);
                ddl.stop();
                await().atMost(Duration.ofMinutes(4)).until(() -> shop.size("products") == 200);
                writer.stop();
                shop.awaitEqual("products", ROWS);
            }
        }
    }

    @Test
    @Tag("long")
    void hostileTimeouts_ofTheServer_cutTheInitialLoadNotOff() throws Exception {
        try (MySqlServer server = MySqlServer.start(
                        "--net-write-timeout=1",
                        "--net-read-timeout=1",
                        "--wait-timeout=2",
                        "--max-execution-time=300",
                        "--lock-wait-timeout=1");
                TypesenseServer typesense = TypesenseServer.start();
                Shop shop = with(server, typesense, 50_000).with("queue: {changes: 1000}");
                Pipeline pipeline = shop.start()) {
            await().until(() -> typesense.admin().get("/collections").contains(shop.collection("products")));
            typesense.pause();
            try {
                await().during(Duration.ofSeconds(5))
                        .atMost(Duration.ofSeconds(30))
                        .until(() -> shop.count("tidemark.source.restarts") == 0);
            } finally {
                typesense.resume();
            }
            await().atMost(Duration.ofMinutes(4)).until(() -> shop.size("products") == 50_000);
            assertThat(shop.count("tidemark.source.restarts")).isZero();
            assertThat(shop.source()
                            .factory()
                            .create(shop.config().source().settings())
                            .preflight(null, true))
                    .anySatisfy(check -> assertThat(check.message()).contains("net_write_timeout is 1 s"));
            assertThat(pipeline.status()).isNotNull();
        }
    }

    @Test
    void lockOnATable_isNamed() throws Exception {
        MySqlServer server = MySqlServer.shared();
        try (Shop shop = with(server, TypesenseServer.shared(), 10);
                Connection open = shop.connect();
                Statement statement = open.createStatement()) {
            server.execute("", "GRANT PROCESS ON *.* TO tidemark");
            long session = id(statement);
            open.setAutoCommit(false);
            statement.execute("UPDATE products SET name = 'a secret' WHERE id = 1");
            CompletableFuture<Void> alter =
                    CompletableFuture.runAsync(() -> shop.sql("ALTER TABLE products ADD COLUMN later int"));
            await().untilAsserted(() -> assertThat(waiting(server)).isPositive());
            try (Service service = Service.run(shop.configFile())) {
                service.awaitLine("WARN", "waits for a lock since", "session " + session + ", user");
                assertThat(service.get("/health/ready").statusCode()).isEqualTo(503);
                assertThat(service.output()).doesNotContain("secret");
                open.commit();
                alter.join();
                shop.awaitEqual("products", ROWS);
            }
            server.execute("", "REVOKE PROCESS ON *.* FROM tidemark");
        }
    }

    private static int waiting(MySqlServer server) throws SQLException {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT count(*) FROM information_schema.PROCESSLIST WHERE STATE = 'Waiting for table metadata lock'")) {
            row.next();
            return row.getInt(1);
        }
    }
}
