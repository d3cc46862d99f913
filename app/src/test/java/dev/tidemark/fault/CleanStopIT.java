package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.contract.Shop;
import dev.tidemark.state.StateDirectory;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * A start gives Typesense two seconds to read what a killed process has sent to it (invariant 2; FenceIT shows what happens
 * without them), and none after a stop that left no write unanswered.
 */
class CleanStopIT {

    private static final Duration APART = Duration.ofSeconds(2);

    @Test
    void stopIsRecorded_andAKillIsNot() throws Exception {
        try (Shop shop = Shop.onSharedServers()) {
            shop.sql(
                    "CREATE TABLE items (id int PRIMARY KEY, n int NOT NULL)",
                    "INSERT INTO items SELECT i, i FROM generate_series(1, 100) i");
            shop.document("items", "");
            Path record = shop.state().resolve(StateDirectory.STOPPED);
            try (Service service = Service.run(shop.configFile())) {
                service.awaitLine("initial load is complete");
                assertThat(record).doesNotExist();
                service.terminate();
                service.awaitEnd();
            }
            assertThat(record).exists();
            try (Service service = Service.run(shop.configFile())) {
                service.awaitLine("the source is connected");
                assertThat(record).doesNotExist();
                service.kill();
            }
            assertThat(record).doesNotExist();
            try (Service service = Service.run(shop.configFile())) {
                service.awaitLine("listens on");
                long begin = System.nanoTime();
                service.awaitLine("the source is connected");
                assertThat(Duration.ofNanos(System.nanoTime() - begin))
                        .as("a killed process may have writes on their way")
                        .isGreaterThan(APART);
                service.terminate();
                service.awaitEnd();
            }
            assertThat(record).exists();
            shop.assertEqual("items", "SELECT concat(id, '') AS id, n FROM items");
        }
    }
}
