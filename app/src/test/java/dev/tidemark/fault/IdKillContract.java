package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.contract.Shop;
import dev.tidemark.contract.SourceServer;
import dev.tidemark.testkit.TypesenseServer;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whenever the service is killed: in the end every row has its document, under the id that the expression yields. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class IdKillContract {

    private static final Logger log = LoggerFactory.getLogger(IdKillContract.class);
    private static final int ROUNDS = Integer.getInteger("tidemark.kill.rounds", 3);
    private static final long SEED = Long.getLong("tidemark.kill.seed", System.nanoTime());

    private final SourceServer source;
    private final TypesenseServer typesense = TypesenseServer.start();
    private final Random random = new Random(SEED);

    IdKillContract(SourceServer source) {
        this.source = source;
        log.warn("{}: {} rounds, seed {} (-Dtidemark.kill.seed)", getClass().getSimpleName(), ROUNDS, SEED);
    }

    @AfterAll
    void stop() {
        typesense.close();
        source.close();
    }

    @Test
    void serviceKilled_losesNothing() throws Exception {
        try (Shop shop = new Shop(source, typesense)) {
            IdLoad load = new IdLoad(shop, SEED);
            Service service = Service.run(shop.configFile());
            try {
                for (int round = 1; round <= ROUNDS; round++) {
                    load.start();
                    service.runFor(Duration.ofMillis(200 + random.nextInt(8000)));
                    service.kill();
                    service = Service.run(shop.configFile());
                    service.runFor(Duration.ofMillis(200 + random.nextInt(4000)));
                    load.stop();
                    load.awaitEqual(service);
                    assertThat(shop.size("stock")).isPositive();
                    log.warn(
                            "service killed, round {}: {} documents equal, {} transactions",
                            round,
                            shop.size("stock"),
                            load.transactions());
                }
            } finally {
                service.close();
            }
        }
    }
}
