package dev.tidemark.fault;

import dev.tidemark.contract.Shop;
import dev.tidemark.testkit.PostgresServer;
import dev.tidemark.testkit.TypesenseServer;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whatever is killed, and whenever: in the end every row equals its document (invariants 1, 2 and 4). */
class KillIT {

    private static final Logger log = LoggerFactory.getLogger(KillIT.class);
    private static final int ROUNDS = Integer.getInteger("tidemark.kill.rounds", 3);
    private static final long SEED = Long.getLong("tidemark.kill.seed", System.nanoTime());

    private static PostgresServer postgres;
    private static TypesenseServer typesense;

    private final Random random = new Random(SEED);

    @BeforeAll
    static void start() {
        postgres = PostgresServer.start();
        typesense = TypesenseServer.start();
        log.warn("KillIT: {} rounds, seed {} (-Dtidemark.kill.seed)", ROUNDS, SEED);
    }

    @AfterAll
    static void stop() {
        typesense.close();
        postgres.close();
    }

    @Test
    void serviceKilled_losesNothing() throws Exception {
        try (Shop shop = new Shop(postgres, typesense)) {
            Load load = new Load(shop, SEED);
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
    void postgresRestarted_losesNothing() throws Exception {
        underLoad("Postgres", service -> {
            if (random.nextBoolean()) {
                postgres.restart();
            } else {
                postgres.stopImmediate();
                service.runFor(someTime(2000));
                postgres.startAgain();
            }
        });
    }

    private interface Blow {
        void strike(Service service) throws InterruptedException;
    }

    private void underLoad(String killed, Blow blow) throws Exception {
        try (Shop shop = new Shop(postgres, typesense)) {
            Load load = new Load(shop, SEED);
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
