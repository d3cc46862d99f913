package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.Pipeline;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PostgresEndToEndIT {

    private static final String ROWS =
            "SELECT json_strip_nulls(json_build_object('id', id::text, 'name', name, 'price',"
                    + " price, 'body', body)) AS doc FROM products";

    @Test
    void snapshotAndStream_everyRowBecomesItsDocument() throws Exception {
        try (Shop shop = Shop.onSharedServers()) {
            shop.sql(
                    "CREATE TABLE products (id int PRIMARY KEY, name text NOT NULL, price numeric(10,2), body text)",
                    "INSERT INTO products SELECT i, 'product ' || i, i * 1.25, repeat('x', 10) FROM"
                            + " generate_series(1, 1000) i");
            shop.document("products");
            try (Pipeline pipeline = shop.start()) {
                awaitEqual(shop);
                shop.sql(
                        "INSERT INTO products VALUES (2000, 'new', NULL, NULL)",
                        "UPDATE products SET name = 'changed' WHERE id < 10",
                        "DELETE FROM products WHERE id BETWEEN 20 AND 30",
                        "UPDATE products SET id = 5000 WHERE id = 40");
                awaitEqual(shop);
                shop.sql("TRUNCATE products", "INSERT INTO products VALUES (1, 'after', 1, 'b')");
                awaitEqual(shop);
                assertThat(pipeline.health().conditions()).isEmpty();
            }
            try (Pipeline again = shop.start()) {
                shop.sql("INSERT INTO products VALUES (2, 'second run', 2, 'b')");
                awaitEqual(shop);
                assertThat(shop.registry()
                                .get("tidemark.snapshot.rows")
                                .counter()
                                .count())
                        .isZero();
                assertThat(again.health().conditions()).isEmpty();
            }
        }
    }

    private static void awaitEqual(Shop shop) {
        await().atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(shop.documents("products")).isEqualTo(shop.rows(ROWS)));
    }
}
