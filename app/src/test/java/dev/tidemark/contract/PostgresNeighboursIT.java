package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.connector.data.TableId;
import dev.tidemark.load.Loads;
import dev.tidemark.pipeline.Pipeline;
import dev.tidemark.sink.typesense.Neighbours;
import dev.tidemark.testkit.postgres.PostgresServer;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.DoubleAccumulator;
import org.junit.jupiter.api.Test;

/** Others import into the same Typesense without a pause: it is never silent, and nothing of ours waits for that. */
class PostgresNeighboursIT {

    private static final int IMPORTERS = 6;
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String PRODUCTS = "SELECT id, name FROM products";

    @Test
    void startStreamSnapshotSweepAndNewTenant_goOn() throws Exception {
        try (TypesenseServer typesense = TypesenseServer.start();
                Shop shop = new Shop(PostgresServer.shared(), typesense);
                Neighbours neighbours = new Neighbours(typesense, IMPORTERS)) {
            shop.sql(
                    "CREATE TABLE products (id int PRIMARY KEY, name varchar(100))",
                    "CREATE TABLE items (id int PRIMARY KEY, tenant varchar(40), name varchar(100))",
                    "INSERT INTO products SELECT i, 'p' || i FROM generate_series(1, 5000) i",
                    "INSERT INTO items VALUES (1, 'a', 'anvil'), (2, 'b', 'bulb')");
            shop.sql(shop.source().tellRowsBefore("items"));
            shop.document("products")
                    .documentBy("items", "'items_' + row.tenant")
                    .with("flush: {interval: 250ms}");
            await().atMost(LIMIT).until(() -> neighbours.imported() > IMPORTERS);
            try (Pipeline pipeline = shop.start()) { // The first start.
                awaitEqual(shop, "products", PRODUCTS);
                awaitEqual(shop, "items_a", items("a"));
                try (Lag lag = new Lag(pipeline)) {
                    shop.sql(
                            "UPDATE products SET name = 'new' WHERE id <= 100", "DELETE FROM products WHERE id > 4900");
                    shop.sql(
                            "INSERT INTO items VALUES (3, 'fresh', 'fig')",
                            "UPDATE items SET tenant = 'b' WHERE id = 1");
                    awaitEqual(shop, "products", PRODUCTS);
                    awaitEqual(shop, "items_fresh", items("fresh"));
                    awaitEqual(shop, "items_b", items("b"));
                    readAgain(shop, pipeline);
                    assertThat(lag.highest())
                            .isLessThan(30); // they import without end: who waited for them would wait longer
                }
            }
            try (Pipeline pipeline = shop.start()) { // A start into filled collections.
                shop.sql("INSERT INTO products VALUES (9999, 'after')");
                awaitEqual(shop, "products", PRODUCTS);
                assertThat(pipeline.status().tables()).isNotEmpty();
            }
        }
    }

    /** The table is read again, and the sweep deletes a document that has no row. */
    private static void readAgain(Shop shop, Pipeline pipeline) {
        shop.typesense()
                .admin()
                .post(
                        "/collections/" + shop.collection("products") + "/documents",
                        "{\"id\":\"777777\",\"name\":\"ghost\"}");
        Loads snapshots = Objects.requireNonNull(pipeline.operations()).snapshots();
        await().atMost(LIMIT)
                .ignoreExceptions()
                .until(() ->
                        snapshots.request(TableId.parse("public.products"), -1).isEmpty());
        shop.sql("UPDATE products SET name = 'meanwhile' WHERE id = 7");
        await().atMost(LIMIT)
                .until(() -> snapshots.progress().stream().allMatch(each -> each.phase() == Loads.Phase.DONE));
        awaitEqual(shop, "products", PRODUCTS);
    }

    private static String items(String tenant) {
        return "SELECT id, tenant, name FROM items WHERE tenant = '" + tenant + "'";
    }

    private static void awaitEqual(Shop shop, String table, String query) {
        await().atMost(LIMIT).ignoreExceptions().untilAsserted(() -> shop.assertEqual(table, query));
    }

    /** The highest lag since it was opened. */
    private static final class Lag implements AutoCloseable {
        private final ScheduledExecutorService sampler = Executors.newSingleThreadScheduledExecutor();
        private final DoubleAccumulator highest = new DoubleAccumulator(Math::max, 0);

        private Lag(Pipeline pipeline) {
            sampler.scheduleAtFixedRate(
                    () -> highest.accumulate(pipeline.status().lagSeconds()), 0, 200, TimeUnit.MILLISECONDS);
        }

        private double highest() {
            return highest.get();
        }

        @Override
        public void close() {
            sampler.shutdownNow();
        }
    }
}
