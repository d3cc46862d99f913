package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.contract.DumpThreads;
import dev.tidemark.contract.MySqlSource;
import dev.tidemark.contract.Shop;
import dev.tidemark.pipeline.Pipeline;
import dev.tidemark.testkit.mysql.MySqlServer;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MySqlKillIT extends KillContract {

    private static final int KILLS = Integer.getInteger("tidemark.dump.kills", 5);

    MySqlKillIT() {
        super(new MySqlSource(MySqlServer.start()));
    }

    /**
     * Every error of the binlog ends Debezium's engine: each time a new one takes over, soon, and nothing is lost. Every other
     * one is killed at once, before a flush of its changes; what piles up meanwhile is worked off at the end.
     */
    @Test
    void dumpThreadKilled_aNewEngineTakesOver() throws Exception {
        try (Shop shop = new Shop(source, typesense)) {
            Load load = Load.on(shop, SEED);
            try (Pipeline pipeline = shop.start()) {
                Shop.awaitStreaming(pipeline);
                load.start();
                long longest = 0;
                Set<String> killed = new HashSet<>();
                for (int kill = 1; kill <= KILLS; kill++) {
                    double before = shop.count("tidemark.source.restarts");
                    double commits = shop.count("tidemark.offset.commits");
                    boolean atOnce = kill % 2 == 0;
                    await().until(() -> (atOnce || shop.count("tidemark.offset.commits") > commits)
                            && !killed.containsAll(DumpThreads.of(shop))); // a killed one may be listed for a while
                    long began = System.nanoTime();
                    killed.addAll(DumpThreads.kill(shop));
                    await().until(() -> shop.count("tidemark.source.restarts") > before
                            && pipeline.status().sourceConnected());
                    longest = Math.max(longest, System.nanoTime() - began);
                }
                load.stop();
                long stopped = System.nanoTime();
                int rows = load.awaitEqual();
                log.warn(
                        "{} dump threads killed, {} restarts, the longest took {} ms; {} rows equal {} ms after the load's end",
                        KILLS,
                        (int) shop.count("tidemark.source.restarts"),
                        longest / 1_000_000,
                        rows,
                        (System.nanoTime() - stopped) / 1_000_000);
                await().untilAsserted(
                                () -> assertThat(pipeline.health().conditions()).isEmpty());
            }
        }
    }
}
