package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.Commands.Ended;
import dev.tidemark.deadletter.DeadLetter;
import dev.tidemark.health.Health;
import dev.tidemark.pipeline.Service;
import org.junit.jupiter.api.Test;

/** The API on Postgres. */
class PostgresAdminIT extends AdminContract {

    @Override
    Shop database() throws Exception {
        return Shop.onSharedServers();
    }

    @Override
    void divideUnseen(Shop shop) {
        shop.sql("ALTER TABLE counts ALTER COLUMN n TYPE bigint USING n / 1000");
    }

    /** The log does not tell that a table was dropped. */
    @Test
    void replay_ofATableThatWasDropped_keepsTheEntries_andNothingElseWaits() throws Exception {
        try (Shop shop = open()) {
            shop.sql("CREATE TABLE others (id int PRIMARY KEY, n bigint)");
            shop.document("others");
            try (Service service = start(shop)) {
                shop.sql("INSERT INTO counts VALUES (7, 7000000000)");
                await().untilAsserted(
                                () -> assertThat(shop.deadLetters("counts")).hasSize(1));
                String document = shop.deadLetters("counts").get(0).document();
                shop.sql("DROP TABLE counts", "INSERT INTO others VALUES (1, 1)");
                shop.awaitEqual("others", "SELECT id, n FROM others");

                Ended gone = command(shop, "dead-letters", "replay", "--all");
                assertThat(gone.out()).contains("1 dead letters: 0 resolved, 1 rejected again");
                DeadLetter deadLetter = shop.deadLetters("counts").get(0);
                assertThat(deadLetter.attempts()).isEqualTo(2);
                assertThat(deadLetter.error()).contains("counts").contains("exist");
                assertThat(deadLetter.document()).isEqualTo(document);
                assertThat(service.pipeline().health().of(Health.Part.FLUSH)).isEmpty();
                shop.sql("INSERT INTO others VALUES (2, 2)");
                shop.awaitEqual("others", "SELECT id, n FROM others");
            }
        }
    }
}
