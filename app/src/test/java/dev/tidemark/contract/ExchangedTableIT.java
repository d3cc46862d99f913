package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.connector.data.TableId;
import dev.tidemark.health.Health;
import dev.tidemark.pipeline.Pipeline;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;

/** A table is exchanged under its name: it is in doubt until it was loaded again. */
class ExchangedTableIT {

    private static final String ROWS = "SELECT id, name FROM products";

    private static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofSeconds(60));
    }

    private static Shop shop() throws Exception {
        Shop shop = Shop.onSharedServers();
        shop.sql(
                "CREATE TABLE products (id int PRIMARY KEY, name varchar(40))",
                "INSERT INTO products SELECT i, 'old' FROM generate_series(1, 100) i");
        return shop.document("products");
    }

    private static void swap(Shop shop) {
        shop.sql(
                "CREATE TABLE products_new (id int PRIMARY KEY, name varchar(40))",
                "INSERT INTO products_new SELECT i, 'new' FROM generate_series(50, 120) i");
        shop.transaction(
                "ALTER TABLE products RENAME TO products_old",
                "ALTER TABLE products_new RENAME TO products",
                "ALTER PUBLICATION " + shop.slot() + " SET TABLE products");
    }

    private static void awaitLoaded(Pipeline pipeline, Shop shop) {
        shop.awaitEqual("products", ROWS);
        Shop.awaitStreaming(pipeline);
    }

    @Test
    void tableSwappedInOneTransaction_isLoaded_whileTheServiceStaysReady() throws Exception {
        try (Shop shop = shop();
                Pipeline pipeline = shop.start()) {
            awaitLoaded(pipeline, shop);
            swap(shop);
            shop.sql("UPDATE products SET name = 'changed' WHERE id = 60");
            await().until(() -> Files.exists(shop.state().resolve("doubts.json")));
            awaitLoaded(pipeline, shop);
            Shop.awaitHealthy(pipeline);
            assertThat(pipeline.health().doubts()).isEmpty();
            assertThat(Files.readString(shop.state().resolve("doubts.json"))).contains("\"reason\" : \"identity\"");
        }
    }

    /** Nothing is loaded automatically: an operator does it. */
    @Test
    void tableSwapped_withoutInitialLoads_isReported_untilALoadByRequest() throws Exception {
        try (Shop shop = shop()) {
            try (Pipeline pipeline = shop.start()) {
                awaitLoaded(pipeline, shop);
            }
            shop.withSource("snapshot: never");
            try (Pipeline pipeline = shop.start()) {
                Shop.awaitStreaming(pipeline);
                swap(shop);
                await().until(() -> pipeline.health().of(Health.Part.TABLE).isPresent());
                Health.Condition condition =
                        pipeline.health().of(Health.Part.TABLE).orElseThrow();
                assertThat(condition.message())
                        .contains("table public.products is another one than was loaded: its oid is ");
                assertThat(condition.hint()).contains("tidemark load -c FILE --table public.products");
                assertThat(Objects.requireNonNull(pipeline.operations())
                                .snapshots()
                                .request(TableId.parse(shop.table("products")), -1))
                        .isEmpty();
                shop.awaitEqual("products", ROWS);
                await().until(() -> pipeline.health().conditions().isEmpty());
            }
        }
    }

    /** What happens while it is stopped is found at the start. */
    @Test
    void tableSwapped_isLoadedByARestart() throws Exception {
        try (Shop shop = shop()) {
            try (Pipeline pipeline = shop.start()) {
                awaitLoaded(pipeline, shop);
            }
            swap(shop);
            try (Pipeline again = shop.start()) {
                shop.awaitEqual("products", ROWS);
                await().until(() -> again.health().conditions().isEmpty());
            }
            shop.transaction( // DROP and CREATE under the publication's name, while nobody looks
                    "DROP TABLE products",
                    "CREATE TABLE products (id int PRIMARY KEY, name varchar(40))",
                    "INSERT INTO products SELECT i, 'third' FROM generate_series(1, 30) i",
                    "ALTER PUBLICATION " + shop.slot() + " SET TABLE products");
            try (Pipeline third = shop.start()) {
                shop.awaitEqual("products", ROWS);
                await().until(() -> third.health().conditions().isEmpty());
            }
        }
    }
}
