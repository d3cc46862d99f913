package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.contract.Shop;
import dev.tidemark.contract.SourceServer;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whatever is killed, and whenever: in the end every row equals its document (invariants 1, 2 and 4). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class KillContract {

    static final Logger log = LoggerFactory.getLogger(KillContract.class);
    private static final int ROUNDS = Integer.getInteger("tidemark.kill.rounds", 1);
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
        underLoad(Load::on, this::killService);
    }

    @Test
    void typesenseKilled_losesNothing() throws Exception {
        underLoad(Load::on, this::killTypesense);
    }

    @Test
    void databaseRestarted_losesNothing() throws Exception {
        underLoad(Load::on, this::restartDatabase);
    }

    @Test
    void joinedDocuments_loseNothing() throws Exception {
        underLoad(JoinedLoad::new, this::killService, this::killTypesense);
    }

    @Test
    @Tag("long")
    void sharedCollections_andDeletesByFilter_loseNothing() throws Exception {
        underLoad(SharedLoad::new, this::killService, this::killTypesense);
    }

    @Test
    @Tag("long")
    void computedIds_loseNothing() throws Exception {
        underLoad(IdLoad::new, this::killService, this::killTypesense);
    }

    @Test
    @Tag("long")
    void collectionsByExpression_loseNothing() throws Exception {
        underLoad(TenantsLoad::new, this::killService, this::killTypesense);
    }

    private interface Loads {
        RandomWork on(Shop shop, long seed);
    }

    private interface Blow {
        /** Strikes; returns the service that runs then. */
        Service strike(Shop shop, Service service) throws Exception;
    }

    private Service killService(Shop shop, Service service) throws Exception {
        service.kill();
        return Service.run(shop.configFile());
    }

    private Service killTypesense(Shop shop, Service service) throws Exception {
        typesense.kill();
        service.runFor(someTime(2000));
        typesense.restart();
        return service;
    }

    private Service restartDatabase(Shop shop, Service service) throws Exception {
        if (random.nextBoolean()) {
            source.restart();
        } else {
            source.crash();
            service.runFor(someTime(2000));
            source.startAgain();
        }
        return service;
    }

    /** In each round each of the blows, in turn, while the load works; afterwards all must be equal. */
    private void underLoad(Loads loads, Blow... blows) throws Exception {
        try (Shop shop = new Shop(source, typesense)) {
            RandomWork load = loads.on(shop, SEED);
            Service service = Service.run(shop.configFile());
            int compared = 0;
            try {
                for (int round = 1; round <= ROUNDS * blows.length; round++) {
                    int before = load.transactions();
                    load.start();
                    service.runFor(someTime(6000));
                    service = blows[(round - 1) % blows.length].strike(shop, service);
                    service.runFor(someTime(2000));
                    await().until(() -> load.transactions() > before);
                    load.stop();
                    int rows = load.awaitEqual(service);
                    compared += rows; // none if the load's last transaction emptied the table
                    log.warn(
                            "{}, round {}: {} documents equal, {} transactions",
                            load.getClass().getSimpleName(),
                            round,
                            rows,
                            load.transactions());
                }
                assertThat(compared).isPositive();
            } finally {
                service.close();
            }
        }
    }

    private Duration someTime(int mostMillis) {
        return Duration.ofMillis(200 + random.nextInt(mostMillis));
    }
}
