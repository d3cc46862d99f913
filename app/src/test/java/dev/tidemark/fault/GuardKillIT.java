package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.Commands;
import dev.tidemark.approval.Approvals;
import dev.tidemark.contract.Shop;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Killed while deletes are held back, after an operator has decided, and while the list is carried out: nothing else is deleted, and
 * in the end all of the list is (invariant 9).
 */
class GuardKillIT {

    private static final int ROWS = 2_000;
    private static final int FOREIGN = 30_000;

    @Test
    void heldList_survivesKills_andIsCarriedOutInTheEnd() throws Exception {
        Random random = new Random(12);
        try (Shop shop = Shop.onSharedServers()) {
            shop.sql(
                    "CREATE TABLE items (id int PRIMARY KEY, n int NOT NULL)",
                    "INSERT INTO items SELECT i, i FROM generate_series(1, " + ROWS + ") i");
            shop.typesense()
                    .admin()
                    .post(
                            "/collections",
                            "{\"name\":\"" + shop.collection("items")
                                    + "\",\"fields\":[{\"name\":\"n\",\"type\":\"int32\"}]}");
            for (int part = 0; part < 3; part++) {
                int from = 10_000 + part * FOREIGN / 3;
                List<String> foreign = IntStream.range(from, from + FOREIGN / 3)
                        .mapToObj(i -> "{\"id\":\"" + i + "\",\"n\":" + i + "}")
                        .toList();
                shop.typesense().admin().upsert(shop.collection("items"), foreign);
            }
            shop.with("guard: { documents: 20, percent: 10 }").document("items", "adopt: true");
            try (Service service = Service.run(shop.configFile())) {
                service.awaitLine("tidemark approve");
                service.kill();
            }
            assertThat(shop.size("items")).isEqualTo(ROWS + FOREIGN);
            String id = Approvals.open(shop.state()).pending().get(0).id();
            assertThat(Commands.run("approve", id, "-c", shop.configFile().toString())
                            .code())
                    .isZero();
            for (int kills = 0; kills < 2; kills++) {
                try (Service service = Service.run(shop.configFile())) {
                    await().atMost(Duration.ofMinutes(3)).until(() -> shop.size("items") < ROWS + FOREIGN);
                    service.runFor(Duration.ofMillis(random.nextInt(100)));
                    service.kill();
                }
                assertThat(shop.size("items")).isGreaterThanOrEqualTo(ROWS);
            }
            try (Service service = Service.run(shop.configFile())) {
                await().atMost(Duration.ofMinutes(3))
                        .until(() -> Approvals.open(shop.state()).all().isEmpty());
                shop.assertEqual("items", "SELECT concat(id, '') AS id, n FROM items");
            }
        }
    }
}
