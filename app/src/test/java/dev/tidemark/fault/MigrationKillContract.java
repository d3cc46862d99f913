package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.contract.Shop;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code kill -9} while a collection follows a migration: after the alteration and before the flush, while values are taken out of documents, while
 * the table is read again. In the end the field has its type, every document equals its row, and there is no dead letter.
 */
abstract class MigrationKillContract {

    private static final Logger log = LoggerFactory.getLogger(MigrationKillContract.class);
    private static final int ROUNDS = Integer.getInteger("tidemark.kill.rounds", 4);
    private static final long SEED = Long.getLong("tidemark.kill.seed", System.nanoTime());
    private static final String QUERY = "SELECT * FROM items";

    private final Random random = new Random(SEED);

    /** A database of its own. */
    abstract Shop database() throws Exception;

    /** Makes the column {@code v} of items of that type. */
    abstract String retype(String type);

    @Test
    void killedWhileACollectionFollows_endsWithTheSameDocuments() throws Exception {
        log.warn("{}: {} rounds, seed {} (-Dtidemark.kill.seed)", getClass().getSimpleName(), ROUNDS, SEED);
        try (Shop shop = database()) {
            shop.sql(
                    "CREATE TABLE items (id int PRIMARY KEY, v int NOT NULL, name varchar(20) NOT NULL)",
                    "INSERT INTO items SELECT i, i, concat('name ', i) FROM "
                            + shop.source().numbers(3000));
            shop.document("items").with("flush: {interval: 50ms, documents: 300}");
            Service service = Service.run(shop.configFile());
            try {
                shop.awaitEqual("items", QUERY);
                for (int round = 1; round <= ROUNDS; round++) {
                    boolean text = round % 2 == 1;
                    shop.sql(
                            retype(text ? "varchar(20)" : "int"),
                            "ALTER TABLE items ADD COLUMN c" + round + " int NOT NULL DEFAULT " + round,
                            "INSERT INTO items (id, v, name) VALUES (" + (10_000 + round) + ", '7', 'x')");
                    String type = text ? "string" : "int32";
                    if (random.nextBoolean()) { // in the middle of the documents; else at any time
                        await().atMost(Duration.ofSeconds(60))
                                .pollInterval(Duration.ofMillis(5))
                                .until(() -> shop.field("items", "v")
                                        .path("type")
                                        .asText()
                                        .equals(type));
                    }
                    service.runFor(Duration.ofMillis(random.nextInt(1500)));
                    service.kill();
                    shop.sql("UPDATE items SET name = 'y' WHERE id % 10 = " + random.nextInt(10));
                    service = Service.run(shop.configFile());
                    shop.awaitEqual("items", QUERY);
                    assertThat(shop.field("items", "v").path("type").asText()).isEqualTo(type);
                    await().untilAsserted(
                                    () -> assertThat(shop.deadLetters("items")).isEmpty());
                    log.warn("round {}: equal", round);
                }
            } finally {
                service.close();
            }
        }
    }
}
