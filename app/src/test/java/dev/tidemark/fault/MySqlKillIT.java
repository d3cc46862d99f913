package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.Pipeline;
import dev.tidemark.contract.DumpThreads;
import dev.tidemark.contract.MySqlSource;
import dev.tidemark.contract.Shop;
import dev.tidemark.testkit.MySqlServer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MySqlKillIT extends KillContract {

    private static final int KILLS = Integer.getInteger("tidemark.dump.kills", 5);

    MySqlKillIT() {
        super(new MySqlSource(MySqlServer.start()));
    }

    /** Every error of the binlog ends Debezium's engine: each time a new one takes over, soon, and nothing is lost. */
    @Test
    void dumpThreadKilled_aNewEngineTakesOver() throws Exception {
        try (Shop shop = new Shop(source, typesense)) {
            Load load = Load.on(shop, SEED);
            try (Pipeline pipeline = shop.start()) {
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> pipeline.status().state().equals("streaming"));
                load.start();
                long longest = 0;
                for (int kill = 1; kill <= KILLS; kill++) {
                    double before = shop.count("tidemark.source.restarts");
                    await().until(() -> !DumpThreads.of(shop).isEmpty());
                    long began = System.nanoTime();
                    for (String thread : DumpThreads.of(shop)) {
                        shop.sql("KILL " + thread);
                    }
                    await().atMost(Duration.ofSeconds(15))
                            .until(() -> shop.count("tidemark.source.restarts") > before
                                    && pipeline.status().sourceConnected());
                    longest = Math.max(longest, System.nanoTime() - began);
                }
                load.stop();
                int rows = load.awaitEqual();
                log.warn(
                        "{} dump threads killed, {} restarts, the longest took {} ms; {} rows equal",
                        KILLS,
                        (int) shop.count("tidemark.source.restarts"),
                        longest / 1_000_000,
                        rows);
                await().untilAsserted(
                                () -> assertThat(pipeline.health().conditions()).isEmpty());
            }
        }
    }
}
