package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.contract.PostgresSource;
import dev.tidemark.contract.Shop;
import dev.tidemark.testkit.FreePorts;
import dev.tidemark.testkit.postgres.PostgresServer;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A standby of Postgres takes the primary's place: the same history if it has received all of it, another one if it has not. */
@Tag("long")
class FailoverIT {

    private static final String ROWS = "SELECT id, name FROM products";

    @Test
    void plannedFailover_continues_andOneThatLosesLog_isHeld() throws Exception {
        try (PostgresServer primary = PostgresServer.startAsProcess(Map.of());
                Shop shop = new Shop(new PostgresSource(primary), TypesenseServer.shared())) {
            shop.sql(
                    "CREATE TABLE products (id int PRIMARY KEY, name varchar(80))",
                    "INSERT INTO products SELECT i, 'first' FROM generate_series(1, 100) i");
            shop.document("products").with("http: {port: " + FreePorts.next() + "}");
            try (Service service = Service.run(shop.configFile())) {
                shop.awaitEqual("products", ROWS);
                failOver(primary, shop, "planned", true);
                shop.sql("INSERT INTO products VALUES (1000, 'on timeline 2')");
                shop.awaitEqual("products", ROWS);
                assertThat(service.output()).doesNotContain("put back in time");
                failOver(primary, shop, "lossy", false);
                service.awaitLine("WARN", "put back in time, or is a fork", "left timeline 2 at");
                shop.sql("INSERT INTO products SELECT i + 2000, repeat('n', 80) FROM generate_series(1, 5000) i");
                service.runFor(Duration.ofSeconds(4));
                assertThat(service.get("/health/ready").statusCode()).isEqualTo(503);
                assertThat(shop.documents("products")).containsKey("5000").doesNotContainKey("2001");
                Service.Ended approved =
                        Service.command("approve", "-c", shop.configFile().toString(), "history-1");
                assertThat(approved.code()).as(approved.output()).isZero();
                shop.awaitEqual("products", ROWS); // without a restart
                await().until(() -> service.get("/health/ready").statusCode() == 200);
            }
        }
    }

    /** The standby takes the primary's place and port. Without {@code all}, it does not receive the last row. */
    private static void failOver(PostgresServer primary, Shop shop, String name, boolean all) throws Exception {
        Path copy = shop.directory().resolve(name);
        Path promoted = shop.directory().resolve(name + "-promoted");
        try (PostgresServer standby = PostgresServer.standbyOf(primary, copy)) {
            shop.sql("INSERT INTO products SELECT i + 100, 'before the failover' FROM generate_series(1, 50) i"
                    + " ON CONFLICT (id) DO UPDATE SET name = excluded.name || ' again'");
            shop.awaitEqual("products", ROWS);
            if (all) {
                primary.stop(); // in order: the standby receives everything
            } else {
                standby.stop();
                shop.sql("INSERT INTO products VALUES (5000, 'lost')");
                shop.awaitEqual("products", ROWS);
                primary.stopImmediate();
                standby.startAgain();
            }
            standby.execute("postgres", "SELECT pg_promote()");
            await().until(() -> {
                try (var connection = standby.connect("postgres");
                        var row = connection.createStatement().executeQuery("SELECT pg_is_in_recovery()")) {
                    return row.next() && !row.getBoolean(1);
                }
            });
            standby.stop();
            standby.saveData(promoted);
        }
        primary.putBackData(promoted);
        primary.startAgain();
    }
}
