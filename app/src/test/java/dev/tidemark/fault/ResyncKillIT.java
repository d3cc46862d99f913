package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.contract.DumpThreads;
import dev.tidemark.contract.MySqlSource;
import dev.tidemark.contract.Shop;
import dev.tidemark.testkit.mysql.MySqlServer;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * A resync that is killed after each of its steps continues at the next start: afterwards documents equal rows, those that were deleted
 * in the gap included, and it counts as one.
 */
class ResyncKillIT {

    private static final String PRODUCTS = "SELECT * FROM products";
    /** By file and its content: what is on disk when the process is killed. */
    private static final Map<String, String> STEPS = Map.of(
            "1 the loss is recorded", "\"message\"",
            "2 the resync has begun", "\"begun\" : \"20",
            "3 the position is stored", "\"fixed\" : true");

    /** Loses the log after the stored position. */
    @FunctionalInterface
    private interface Losing {
        void run() throws Exception;
    }

    @Test
    void postgres() throws Exception {
        try (Shop shop = Shop.onSharedServers()) {
            killedAtEachStep(shop, "generate_series(1, 30000) i", () -> SlotIT.dropSlot(shop));
        }
    }

    @Test
    void mySql() throws Exception {
        try (MySqlServer server = MySqlServer.start();
                Shop shop = new Shop(new MySqlSource(server), TypesenseServer.shared())) {
            shop.sql("SET GLOBAL cte_max_recursion_depth = 100000");
            killedAtEachStep(
                    shop,
                    "(WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 30000) SELECT i FROM n) t",
                    () -> {
                        DumpThreads.end(shop);
                        shop.sql("FLUSH BINARY LOGS", "PURGE BINARY LOGS BEFORE DATE_ADD(NOW(), INTERVAL 1 DAY)");
                    });
        }
    }

    private static void killedAtEachStep(Shop shop, String rows, Losing lose) throws Exception {
        shop.sql(
                "CREATE TABLE products (id int PRIMARY KEY, name varchar(100) NOT NULL)",
                "INSERT INTO products SELECT i, CONCAT('first ', i) FROM " + rows,
                "CREATE TABLE kinds (id int PRIMARY KEY, name varchar(100) NOT NULL)",
                "INSERT INTO kinds VALUES (1, 'one'), (2, 'two')");
        shop.document("products").document("kinds");
        Path file = shop.configFile();
        try (Service service = Service.run(file)) {
            awaitEqual(shop, service);
            service.awaitLine("initial load is complete");
            shop.sql("UPDATE products SET name = 'streamed' WHERE id = 1");
            awaitEqual(shop, service);
            service.kill();
        }
        shop.sql("DELETE FROM products WHERE id <= 500", "UPDATE products SET name = 'gap' WHERE id > 29000");
        lose.run();
        int round = 0;
        for (String content : new TreeMap<>(STEPS).values()) {
            try (Service service = Service.run(file)) {
                awaitRecord(shop, service, content);
                service.kill();
            }
            round++;
            shop.sql("UPDATE products SET name = 'round " + round + "' WHERE id = " + (1000 + round));
        }
        for (int rowsBefore : new int[] {1, 10_000, 20_000}) { // in the middle of the load
            try (Service service = Service.run(file)) {
                await().atMost(Duration.ofMinutes(2))
                        .pollInterval(Duration.ofMillis(5))
                        .failFast(() -> !service.isAlive())
                        .until(() -> durableRows(shop) >= rowsBefore);
                service.kill();
            }
            shop.sql("DELETE FROM products WHERE id = " + (2_000 + rowsBefore));
        }
        try (Service service = Service.run(file)) {
            awaitEqual(shop, service);
            service.awaitLine("all tables were loaded again");
            SlotIT.awaitState(service, "streaming");
            shop.sql("DELETE FROM products WHERE id = 700");
            awaitEqual(shop, service);
            service.terminate();
            assertThat(service.awaitEnd().code()).isZero();
        }
        assertThat(Files.readString(shop.state().resolve("resync.json")))
                .as("one resync")
                .containsOnlyOnce("\"time\"");
    }

    /** The rows of the load of the large table that are durable; all of them once it has ended. */
    private static long durableRows(Shop shop) throws Exception {
        Path loads = shop.state().resolve("loads.json");
        if (!Files.exists(loads)) {
            return Long.MAX_VALUE;
        }
        String content = Files.readString(loads);
        int at = content.indexOf("products");
        return at < 0
                ? Long.MAX_VALUE
                : Long.parseLong(content.substring(at).replaceFirst("(?s).*?\"rows\" : (\\d+).*", "$1"));
    }

    private static void awaitRecord(Shop shop, Service service, String content) {
        Path record = shop.state().resolve("resync.json");
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(1))
                .failFast(() -> !service.isAlive())
                .ignoreExceptions()
                .until(() -> Files.readString(record).contains(content));
    }

    private static void awaitEqual(Shop shop, Service service) {
        await().atMost(Duration.ofMinutes(4))
                .pollInterval(Duration.ofMillis(200))
                .failFast(() -> !service.isAlive())
                .ignoreExceptions()
                .untilAsserted(() -> {
                    shop.assertEqual("products", PRODUCTS);
                    shop.assertEqual("kinds", "SELECT * FROM kinds");
                });
    }
}
