package dev.tidemark.fault;

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

/** Whatever is killed, and whenever: in the end every row equals its document (invariants 1, 2 and 4). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class KillContract {

    static final Logger log = LoggerFactory.getLogger(KillContract.class);
    private static final int ROUNDS = Integer.getInteger("tidemark.kill.rounds", 3);
    static final long SEED = Long.getLong("tidemark.kill.seed", System.nanoTime());

    final SourceServer source;
    final TypesenseServer typesense;

    private final Random random = new Random(SEED);

    KillContract(SourceServer source) {
        this.source = source;
        this.typesense = TypesenseServer.start();
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
            Load load = Load.on(shop, SEED);
            Service service = Service.run(shop.configFile());
            try {
                for (int round = 1; round <= ROUNDS; round++) {
                    load.start();
                    service.runFor(someTime(9000));
                    service.kill();
                    service = Service.run(shop.configFile());
                    service.runFor(someTime(3000));
                    load.stop();
                    tell("service", round, load.awaitEqual(service), load);
                }
            } finally {
                service.close();
            }
        }
    }

    @Test
    void typesenseKilled_losesNothing() throws Exception {
        underLoad("Typesense", service -> {
            typesense.kill();
            service.runFor(someTime(2000));
            typesense.restart();
        });
    }

    @Test
    void databaseRestarted_losesNothing() throws Exception {
        underLoad("the database", service -> {
            if (random.nextBoolean()) {
                source.restart();
            } else {
                source.crash();
                service.runFor(someTime(2000));
                source.startAgain();
            }
        });
    }

    private interface Blow {
        void strike(Service service) throws InterruptedException;
    }

    private void underLoad(String killed, Blow blow) throws Exception {
        try (Shop shop = new Shop(source, typesense)) {
            Load load = Load.on(shop, SEED);
            try (Service service = Service.run(shop.configFile())) {
                for (int round = 1; round <= ROUNDS; round++) {
                    load.start();
                    service.runFor(someTime(6000));
                    blow.strike(service);
                    service.runFor(someTime(1000));
                    load.stop();
                    tell(killed, round, load.awaitEqual(service), load);
                }
            }
        }
    }

    private Duration someTime(int mostMillis) {
        return Duration.ofMillis(200 + random.nextInt(mostMillis));
    }

    private static void tell(String killed, int round, int rows, Load load) {
        log.warn("{} killed, round {}: {} rows equal, {} transactions", killed, round, rows, load.transactions());
    }
}
