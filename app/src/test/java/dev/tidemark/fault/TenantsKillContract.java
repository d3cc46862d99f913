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

/** Whenever the service is killed while rows move between tenants: in the end every row is in exactly its collection. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class TenantsKillContract {

    private static final Logger log = LoggerFactory.getLogger(TenantsKillContract.class);
    private static final int ROUNDS = Integer.getInteger("tidemark.kill.rounds", 3);
    private static final long SEED = Long.getLong("tidemark.kill.seed", System.nanoTime());

    private final SourceServer source;
    private final String[] tellRowsBefore;
    private final TypesenseServer typesense = TypesenseServer.start();
    private final Random random = new Random(SEED);

    TenantsKillContract(SourceServer source, String... tellRowsBefore) {
        this.source = source;
        this.tellRowsBefore = tellRowsBefore;
        log.warn("{}: {} rounds, seed {} (-Dtidemark.kill.seed)", getClass().getSimpleName(), ROUNDS, SEED);
    }

    @AfterAll
    void stop() {
        typesense.close();
        source.close();
    }

    @Test
    void serviceKilled_leavesEveryRowInItsCollection() throws Exception {
        try (Shop shop = new Shop(source, typesense)) {
            TenantsLoad load = new TenantsLoad(shop, SEED, tellRowsBefore);
            Service service = Service.run(shop.configFile());
            try {
                for (int round = 1; round <= ROUNDS; round++) {
                    load.start();
                    service.runFor(Duration.ofMillis(200 + random.nextInt(9000)));
                    service.kill();
                    service = Service.run(shop.configFile());
                    service.runFor(Duration.ofMillis(200 + random.nextInt(4000)));
                    load.stop();
                    int collections = load.awaitEqual(service);
                    assertThat(collections).isPositive();
                    log.warn(
                            "service killed, round {}: {} collections equal, {} transactions",
                            round,
                            collections,
                            load.transactions());
                }
            } finally {
                service.close();
            }
        }
    }
}
