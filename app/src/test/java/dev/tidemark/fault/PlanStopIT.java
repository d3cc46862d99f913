package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.contract.Shop;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A plan that is stopped in the middle leaves nothing behind, on either server. */
class PlanStopIT {

    @Test
    void stoppedPlan_dropsItsScratchCollection() throws Exception {
        try (Shop shop = Shop.onSharedServers()) {
            shop.sql(
                    "CREATE TABLE goods (id int PRIMARY KEY, name text)",
                    "INSERT INTO goods SELECT i, repeat('word ' || i || ' ', 20) FROM generate_series(1, 100000) i");
            shop.document("goods");
            String scratch = shop.collection("goods") + "__tidemark_plan_";
            try (Service plan = Service.main(
                    "dev.tidemark.Main", "plan", "-c", shop.configFile().toString(), "--sample", "100000")) {
                await().atMost(Duration.ofMinutes(3))
                        .pollInterval(Duration.ofMillis(10))
                        .until(() -> collections(shop).contains(scratch));
                plan.terminate();
                Service.Ended ended = plan.awaitEnd();
                assertThat(ended.output()).doesNotContain("rows:", "\tat ", "could not be dropped");
                assertThat(ended.code()).isZero();
            }
            assertThat(collections(shop)).doesNotContain(shop.collection("goods"));
            assertThat(shop.state()).doesNotExist();
            assertThat(count(shop, "pg_replication_slots WHERE slot_name = '" + shop.slot() + "'"))
                    .isZero();
            assertThat(count(shop, "pg_publication")).isZero();
        }
    }

    private static String collections(Shop shop) {
        return shop.typesense().admin().get("/collections");
    }

    private static long count(Shop shop, String from) throws SQLException {
        try (Connection connection = shop.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM " + from)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
