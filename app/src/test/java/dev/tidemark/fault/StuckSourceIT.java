package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.contract.Shop;
import dev.tidemark.health.Health;
import dev.tidemark.pipeline.Pipeline;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** A source that fails again and again at one place is not ready between its tries, and says what it is about. */
class StuckSourceIT {

    private static final String STUCK = ".*invalid internal value for enum.*"
            + "\\(stuck: failed [4-9]\\d* times at the same offset since .*next try.*";

    @Test
    void rowThatCannotBeRead_keepsTheSourceDisconnected() throws Exception {
        try (Shop shop = Shop.onSharedServers()) {
            shop.sql(
                    "CREATE TYPE mood AS ENUM ('ok', 'bad')",
                    "CREATE TABLE shifts (id int PRIMARY KEY, mood mood)",
                    "INSERT INTO shifts VALUES (1, 'bad')");
            shop.document("shifts");
            try (Pipeline pipeline = shop.start()) {
                await().untilAsserted(() -> assertThat(shop.documents("shifts")).containsOnlyKeys("1"));
                await().until(() -> pipeline.health().conditions().isEmpty());
                // A damaged catalog: the server itself cannot spell the row that it sends.
                shop.sql("DELETE FROM pg_enum WHERE enumlabel = 'bad'", "UPDATE shifts SET id = 2");
                await().until(() -> condition(pipeline).isPresent());
                Flaps flaps = new Flaps(pipeline);
                Thread sampler = new Thread(flaps);
                sampler.start();
                await().atMost(Duration.ofMinutes(2))
                        .until(() -> condition(pipeline)
                                .map(Health.Condition::message)
                                .orElse("")
                                .matches(STUCK));
                assertThat(shop.registry()
                                .get("tidemark.source.restarts")
                                .counter()
                                .count())
                        .isGreaterThanOrEqualTo(3);
                flaps.over.set(true);
                sampler.join();
                assertThat(flaps.count).hasValue(0);
            }
        }
    }

    @Test
    void databaseThatComesBack_isConnectedAgain_withoutAnyChange() throws Exception {
        try (Shop shop = Shop.onSharedServers()) {
            shop.sql("CREATE TABLE shifts (id int PRIMARY KEY)", "INSERT INTO shifts VALUES (1)");
            shop.document("shifts");
            try (Pipeline pipeline = shop.start()) {
                await().until(() -> pipeline.health().conditions().isEmpty());
                await().until(() -> shop.rows("SELECT json_build_object('id', pg_terminate_backend(active_pid)) AS doc"
                                        + " FROM pg_replication_slots WHERE active AND slot_name = '" + shop.slot()
                                        + "'")
                                .size()
                        == 1);
                // Told only until it is connected again: who looks too late sees the restart.
                await().pollInterval(Duration.ofMillis(10))
                        .until(() -> condition(pipeline).isPresent() || shop.count("tidemark.source.restarts") > 0);
                await().atMost(Duration.ofMinutes(1))
                        .untilAsserted(
                                () -> assertThat(pipeline.health().conditions()).isEmpty());
                assertThat(pipeline.status().sourceConnected()).isTrue();
            }
        }
    }

    private static Optional<Health.Condition> condition(Pipeline pipeline) {
        return pipeline.health().of(Health.Part.SOURCE);
    }

    /** Counts how often the source is seen as connected, or without a problem. */
    private static final class Flaps implements Runnable {
        private final Pipeline pipeline;
        private final AtomicBoolean over = new AtomicBoolean();
        private final AtomicInteger count = new AtomicInteger();

        private Flaps(Pipeline pipeline) {
            this.pipeline = pipeline;
        }

        @Override
        public void run() {
            while (!over.get()) {
                if (pipeline.status().sourceConnected() || condition(pipeline).isEmpty()) {
                    count.incrementAndGet();
                }
                LockSupport.parkNanos(5_000_000);
            }
        }
    }
}
