package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.admin.Operations;
import dev.tidemark.approval.Approval;
import dev.tidemark.pipeline.Pipeline;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class PostgresGuardIT extends GuardContract {

    @Override
    SourceServer server() {
        return PostgresSource.shared();
    }

    @Override
    void loseRows(Shop shop) {
        loseRows(shop, "DELETE FROM items");
    }

    private static void loseRows(Shop shop, String delete) {
        shop.sql(
                "ALTER PUBLICATION " + shop.slot() + " SET (publish = 'insert, update, truncate')",
                delete,
                "ALTER PUBLICATION " + shop.slot() + " SET (publish = 'insert, update, delete, truncate')");
    }

    /** An update leaves large values out, the row is read by key for them and is not found: that deletes nothing. */
    @Test
    void rowsThatAreNotFoundWhenTheyAreReadAgain_keepTheirDocuments() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE items (id int PRIMARY KEY, n int NOT NULL, body text NOT NULL)",
                    "ALTER TABLE items ALTER COLUMN body SET STORAGE EXTERNAL",
                    "INSERT INTO items SELECT i, i, repeat('x', 5000) FROM generate_series(1, 100) i");
            shop.with("guard: { documents: 20, percent: 10 }").document("items");
            try (Pipeline pipeline = shop.start()) {
                await().until(() -> shop.documents("items").size() == 100);
                Shop.awaitStreaming(pipeline);
                Operations operations = Objects.requireNonNull(pipeline.operations());
                operations.pause(Duration.ofSeconds(10));
                shop.sql("ALTER TABLE items ADD COLUMN more int", "UPDATE items SET more = 1 WHERE id <= 30");
                loseRows(shop, "DELETE FROM items WHERE id <= 30");
                await().until(() -> pipeline.status().queue().changes() >= 30); // else they come in several batches
                operations.resume();
                await().until(() -> {
                    shop.sql("UPDATE items SET n = n + 1 WHERE id = 100");
                    return pipeline.status().approvals().size() == 1;
                });
                assertThat(shop.documents("items")).hasSize(100);
                Approval held = operations.approvals().pending().get(0);
                assertThat(held.count()).isEqualTo(30);
                operations.approvals().decide(held.id(), Approval.Verdict.APPROVED);
                await().until(() -> shop.documents("items").size() == 70);
                Shop.awaitHealthy(pipeline);
            }
        }
    }
}
