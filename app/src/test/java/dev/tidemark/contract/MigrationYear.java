package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.pipeline.Pipeline;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A year of migrations of one shop, in the order in which an application makes them, with changes of rows in between: no dead letter, no restart,
 * and documents that equal their rows, after every tenth step and at the end.
 */
abstract class MigrationYear extends ShopContract {

    private static final long SEED = 20_261_129;
    private static final int ROWS = 40;

    /** A statement of a migration. */
    record Step(String ddl, String insert) {}

    private final List<Step> steps = new ArrayList<>();
    private String first = "";
    private String insert = "";

    /** Names the steps, each with {@link #then(String)}. */
    abstract void plan();

    /** The query that yields what documents hold after the last step. */
    abstract String rows();

    abstract String create();

    /** Before the first step rows are inserted like this; {@code ?} stands for the id. */
    final void inserting(String statement) {
        first = statement;
        insert = statement;
    }

    final void then(String ddl) {
        steps.add(new Step(ddl, insert));
    }

    /** The same, after which rows are inserted otherwise. */
    final void then(String ddl, String inserting) {
        insert = inserting;
        then(ddl);
    }

    @Test
    void year() throws Exception {
        Random random = new Random(SEED);
        plan();
        assertThat(steps).hasSizeGreaterThanOrEqualTo(40);
        try (Shop shop = open()) {
            shop.sql(create());
            shop.sql(server().tellRowsBefore("items"));
            int next = 1;
            for (; next <= ROWS; next++) {
                shop.sql(first.replace("?", "" + next));
            }
            shop.document("items");
            try (Pipeline pipeline = shop.start()) {
                // On MySQL a statement while the load begins makes it begin again, which counts as a restart.
                Shop.awaitStreaming(pipeline);
                for (int i = 0; i < steps.size(); i++) {
                    shop.sql(steps.get(i).ddl());
                    if (random.nextInt(3) > 0) { // else no row tells of it
                        shop.sql(steps.get(i).insert().replace("?", "" + next++));
                        shop.sql("UPDATE items SET rev = rev + 1 WHERE id % 7 = " + random.nextInt(7));
                        shop.sql("DELETE FROM items WHERE id = " + (1 + random.nextInt(next)));
                    }
                    if (i % 10 == 9) {
                        Nearing.awaitUntil(
                                () -> shop.assertAsMany("items", "SELECT id FROM items"),
                                java.time.Duration.ofMillis(100));
                        assertThat(shop.deadLetters("items"))
                                .as("after " + steps.get(i).ddl())
                                .isEmpty();
                    }
                }
                shop.awaitEqual("items", rows());
                assertThat(shop.deadLetters("items")).isEmpty();
                // After the last DDL documents can be right while the table is still reloaded.
                await().untilAsserted(
                                () -> assertThat(pipeline.health().conditions()).isEmpty());
                await().untilAsserted(
                                () -> assertThat(pipeline.health().notices()).isEmpty());
                assertThat(shop.count("tidemark.source.restarts")).isZero();
            }
        }
    }
}
