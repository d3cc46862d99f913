package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.contract.Shop;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code kill -9}, or a signal, while the pipeline is replaced by one with a table that has come to match a pattern. */
abstract class NewTableKillContract {

    private static final Logger log = LoggerFactory.getLogger(NewTableKillContract.class);
    private static final int ROUNDS = Integer.getInteger("tidemark.kill.rounds", 4);
    private static final long SEED = Long.getLong("tidemark.kill.seed", System.nanoTime());
    private static final String BEGUN = "match a pattern: the pipeline starts again";
    private static final int ROWS = 2_000;

    /** A database of its own. */
    abstract Shop database() throws Exception;

    private static Service run(Shop shop) throws Exception {
        return Service.withFlags(shop.configFile(), "-Dtidemark.tables.millis=200");
    }

    private static void create(Shop shop, int number) {
        shop.sql(
                "CREATE TABLE orders_" + number + " (id int PRIMARY KEY, name varchar(60), n int)",
                "INSERT INTO orders_" + number + " SELECT i, concat('row ', i), i FROM "
                        + shop.source().numbers(ROWS));
    }

    private static void awaitEqual(Shop shop, Service service, int tables) {
        for (int i = 1; i <= tables; i++) {
            String table = "orders_" + i;
            await().atMost(Duration.ofSeconds(120))
                    .ignoreExceptions()
                    .failFast("the service ended", () -> !service.isAlive())
                    .untilAsserted(() -> shop.assertEqual(table, "SELECT id, name, n FROM " + table));
        }
    }

    @Test
    void killedWhileATableIsAdded_missesNothing_andReadsNoOther() throws Exception {
        Random random = new Random(SEED);
        log.warn("{}: {} rounds, seed {} (-Dtidemark.kill.seed)", getClass().getSimpleName(), ROUNDS, SEED);
        try (Shop shop = database()) {
            create(shop, 1);
            shop.documentsOf("orders_(\\d+)", "orders_$1");
            Service service = run(shop);
            try {
                awaitEqual(shop, service, 1);
                for (int round = 1; round <= ROUNDS; round++) {
                    int id = ROWS + 10 * round;
                    shop.sql("INSERT INTO orders_1 VALUES (" + id + ", 'before', 0)");
                    create(shop, round + 1);
                    shop.sql("INSERT INTO orders_1 VALUES (" + (id + 1) + ", 'then', 0)");
                    service.awaitLine(BEGUN, "orders_" + (round + 1));
                    shop.sql("UPDATE orders_1 SET n = " + round + " WHERE id < 100");
                    service.runFor(Duration.ofMillis(random.nextInt(2_500)));
                    service.kill();
                    shop.sql(
                            "INSERT INTO orders_1 VALUES (" + (id + 2) + ", 'after', 0)",
                            "DELETE FROM orders_" + (round + 1) + " WHERE id < 50",
                            "UPDATE orders_" + (round + 1) + " SET n = 0 WHERE id > 1900");
                    service = run(shop);
                    awaitEqual(shop, service, round + 1);
                    assertThat(service.get("/metrics").body())
                            .as("rows of other tables that were loaded")
                            .contains("tidemark_load_rows_total{pipeline=\"" + shop.name() + "\",table=\""
                                    + shop.table("orders_1") + "\"} 0.0");
                }
            } finally {
                service.close();
            }
        }
    }

    @Test
    void stoppedWhileATableIsAdded_endsInOrder() throws Exception {
        Random random = new Random(SEED);
        try (Shop shop = database()) {
            create(shop, 1);
            shop.documentsOf("orders_(\\d+)", "orders_$1");
            for (int round = 1; round <= 2; round++) {
                Service service = run(shop);
                try {
                    service.awaitLine("the source is connected"); // else the start itself would add the table
                    awaitEqual(shop, service, round);
                    create(shop, round + 1);
                    service.awaitLine(BEGUN, "orders_" + (round + 1));
                    service.runFor(Duration.ofMillis(random.nextInt(1_500)));
                    service.terminate();
                    Service.Ended ended = service.awaitEnd();
                    assertThat(ended.code()).as(ended.output()).isZero();
                    assertThat(ended.output()).doesNotContain("Exception");
                } finally {
                    service.close();
                }
            }
            Service service = run(shop);
            try {
                awaitEqual(shop, service, 3);
            } finally {
                service.close();
            }
        }
    }
}
