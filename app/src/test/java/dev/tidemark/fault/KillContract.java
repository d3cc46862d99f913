package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.contract.Shop;
import dev.tidemark.contract.SourceServer;
import dev.tidemark.testkit.typesense.TypesenseServer;
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

    private final Blows blows;

    KillContract(SourceServer source) {
        this.source = source;
        this.typesense = TypesenseServer.start();
        this.blows = new Blows(source, typesense, new Random(SEED));
        log.warn("{}: {} rounds, seed {} (-Dtidemark.kill.seed)", getClass().getSimpleName(), ROUNDS, SEED);
    }

    @AfterAll
    void stop() {
        typesense.close();
        source.close();
    }

    @Test
    void serviceKilled_losesNothing() throws Exception {
        underLoad(Load::on, blows::killService);
    }

    @Test
    void typesenseKilled_losesNothing() throws Exception {
        underLoad(Load::on, blows::killTypesense);
    }

    @Test
    void databaseRestarted_losesNothing() throws Exception {
        underLoad(Load::on, blows::restartDatabase);
    }

    @Test
    void joinedDocuments_loseNothing() throws Exception {
        underLoad(JoinedLoad::new, blows::killService, blows::killTypesense);
    }

    @Test
    @Tag("long")
    void sharedCollections_andDeletesByFilter_loseNothing() throws Exception {
        underLoad(SharedLoad::new, blows::killService, blows::killTypesense);
    }

    @Test
    @Tag("long")
    void computedIds_loseNothing() throws Exception {
        underLoad(IdLoad::new, blows::killService, blows::killTypesense);
    }

    @Test
    @Tag("long")
    void collectionsByExpression_loseNothing() throws Exception {
        underLoad(TenantsLoad::new, blows::killService, blows::killTypesense);
    }

    private interface Loads {
        RandomWork on(Shop shop, long seed);
    }

    /** In each round each of the blows, in turn, while the load works; afterwards all must be equal. */
    private void underLoad(Loads loads, Blows.Blow... kinds) throws Exception {
        try (Shop shop = new Shop(source, typesense)) {
            RandomWork load = loads.on(shop, SEED);
            Service service = Service.run(shop.configFile());
            int compared = 0;
            try {
                for (int round = 1; round <= ROUNDS * kinds.length; round++) {
                    int before = load.transactions();
                    load.start();
                    service.runFor(blows.someTime(6000));
                    service = kinds[(round - 1) % kinds.length].strike(shop, service);
                    service.runFor(blows.someTime(2000));
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
}
