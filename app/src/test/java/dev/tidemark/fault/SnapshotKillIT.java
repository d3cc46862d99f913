package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.contract.Shop;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** An initial load that is cut off begins again; what was deleted in between does not stay. */
class SnapshotKillIT {

    private static final int ROWS = Integer.getInteger("tidemark.fault.rows", 50_000);

    @Test
    void killedInTheMiddle_isCompleteWithNoneExtra() throws Exception {
        try (Shop shop = Shop.onSharedServers()) {
            Load load = Load.on(shop, 5);
            shop.with("flush: {interval: 50ms, documents: 1000}\nqueue: {changes: 2000}");
            shop.sql("INSERT INTO products SELECT i, 'first ' || i, i % 1000, 'body' FROM generate_series(100001, "
                    + (100_000 + ROWS) + ") i");
            try (Service service = Service.run(shop.configFile())) {
                await().atMost(Duration.ofSeconds(120))
                        .pollInterval(Duration.ofMillis(20))
                        .ignoreExceptions()
                        .until(() -> count(shop) > ROWS / 5);
                service.kill();
            }
            assertThat(count(shop)).isLessThan(ROWS);
            shop.sql(
                    "DELETE FROM products WHERE id % 3 = 0",
                    "UPDATE products SET name = 'second ' || id WHERE id % 5 = 0",
                    "UPDATE products SET id = id + 10000000 WHERE id % 7 = 0",
                    "INSERT INTO products SELECT i, 'late', 1, NULL FROM generate_series(5000001, 5000500) i");
            try (Service service = Service.run(shop.configFile())) {
                load.awaitEqual(service);
                service.terminate();
                assertThat(service.awaitEnd().code()).isZero();
            }
        }
    }

    private static long count(Shop shop) {
        String answer = shop.typesense().admin().get("/collections/" + shop.collection("products"));
        return Long.parseLong(answer.replaceAll("(?s).*\"num_documents\":(\\d+).*", "$1"));
    }
}
