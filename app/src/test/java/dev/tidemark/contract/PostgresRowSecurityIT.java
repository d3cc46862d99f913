package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tidemark.Commands.Ended;
import dev.tidemark.health.Health;
import dev.tidemark.pipeline.Service;
import dev.tidemark.startup.StartupException;
import dev.tidemark.testkit.FreePorts;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Row-level security is switched on, or a policy changed, in a running shop: no document of a row that exists is deleted. */
class PostgresRowSecurityIT {

    private static final String PRODUCTS = "SELECT id, title, n, body FROM products";
    private static final String JOINED =
            "SELECT p.id, p.title, (SELECT count(*) FROM reviews r WHERE r.product = p.id) AS n FROM products p";
    private static final Duration LONG = Duration.ofSeconds(60);

    /** The value of body is too large for the row, and not compressed: an update that leaves it alone does not send it. */
    private static Shop shop(int rows) throws Exception {
        Shop shop = Shop.onSharedServers().with("http: {port: " + FreePorts.next() + ", token: t0ken-of-sixteen}");
        String user = shop.name() + "_reader";
        shop.sql(
                "CREATE ROLE " + user + " LOGIN REPLICATION PASSWORD '"
                        + ((PostgresSource) shop.source()).server().password() + "'",
                "CREATE TABLE products (id int PRIMARY KEY, title text, n bigint, body text)",
                "ALTER TABLE products ALTER COLUMN body SET STORAGE EXTERNAL",
                "INSERT INTO products SELECT i, 'old', i, repeat('b', 2100) FROM generate_series(1, " + rows + ") i",
                "CREATE TABLE reviews (no int PRIMARY KEY, product int)",
                "ALTER TABLE reviews REPLICA IDENTITY FULL",
                "INSERT INTO reviews SELECT i, i FROM generate_series(1, 100) i",
                "GRANT SELECT ON products, reviews TO " + user,
                "CREATE PUBLICATION " + shop.slot() + " FOR TABLE products, reviews");
        return shop.withUser(user)
                .document("products", "fields: {title: ~, n: {type: int32}, body: ~}")
                .documentIn(
                        "products",
                        "joined",
                        "query: \"" + JOINED + " WHERE p.id IN (:ids)\"",
                        "dependsOn: [{table: public.reviews, ids: \":product\"}]");
    }

    private static void awaitHidden(Service service, Health.Part part, String table) {
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(service.pipeline().health().of(part))
                        .hasValueSatisfying(condition -> {
                            assertThat(condition.message()).contains("row-level security hides rows of " + table);
                            assertThat(condition.hint()).contains("BYPASSRLS", "CREATE POLICY");
                        }));
    }

    private static void assertNothingDeleted(Shop shop, int rows) {
        assertThat(shop.size("products")).isEqualTo(rows);
        assertThat(shop.size("joined")).isEqualTo(rows);
    }

    private static void awaitEqual(Shop shop) {
        shop.awaitEqual("products", PRODUCTS);
        shop.awaitEqual("joined", JOINED);
    }

    private static CompletableFuture<Ended> replay(Shop shop) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return AdminContract.command(shop, "dead-letters", "replay", "--all");
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static void awaitTableSnapshot(Service service, String phase, String problem) {
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(service.pipeline().status().tableSnapshots())
                        .anySatisfy(snapshot -> assertThat(snapshot.toString()).contains(phase, problem)));
    }

    @Test
    void securitySwitchedOnAtNoon_deletesNothing_andGoesOnWhenTheRoleBypassesIt() throws Exception {
        int rows = 10_000;
        try (Shop shop = shop(rows)) {
            try (Service service = AdminContract.start(shop)) {
                awaitEqual(shop);
                shop.sql("UPDATE products SET n = 7000000000 WHERE id = 7");
                await().atMost(LONG)
                        .untilAsserted(
                                () -> assertThat(shop.deadLetters("products")).hasSize(1));

                shop.sql("ALTER TABLE products ENABLE ROW LEVEL SECURITY");
                awaitHidden(service, Health.Part.ROWS, "public.products");
                assertThat(AdminContract.command(shop, "snapshot", "--table", "public.products")
                                .code())
                        .isZero();
                awaitTableSnapshot(service, "public.products", "row-level security");
                assertNothingDeleted(shop, rows);
                CompletableFuture<Ended> replay = replay(shop);
                awaitHidden(service, Health.Part.FLUSH, "public.products");
                shop.sql("UPDATE products SET title = 'new' WHERE id <= 50");
                assertThat(replay).isNotDone();
                assertNothingDeleted(shop, rows);
            }
            assertThatThrownBy(() -> AdminContract.start(shop))
                    .isInstanceOf(StartupException.class)
                    .hasMessageContaining("row-level security hides rows of public.products");
            assertNothingDeleted(shop, rows);

            shop.sql("ALTER ROLE " + shop.name() + "_reader BYPASSRLS", "UPDATE products SET n = 7 WHERE id = 7");
            try (Service service = AdminContract.start(shop)) {
                awaitEqual(shop);
                awaitTableSnapshot(service, "state=done", "");
                Shop.awaitHealthy(service.pipeline());
                assertNothingDeleted(shop, rows);
            }
        }
    }

    @Test
    void policyForEveryRow_isReadUnder_untilItFilters_andAgainWhenItDoesNot() throws Exception {
        int rows = 1_000;
        try (Shop shop = shop(rows)) {
            shop.sql(
                    "ALTER TABLE products ENABLE ROW LEVEL SECURITY",
                    "ALTER TABLE reviews ENABLE ROW LEVEL SECURITY",
                    "CREATE POLICY everything ON products FOR SELECT TO " + shop.name() + "_reader USING (true)",
                    "CREATE POLICY everything ON reviews USING (true)");
            try (Service service = AdminContract.start(shop)) {
                awaitEqual(shop);
                Shop.awaitStreaming(service.pipeline());
                shop.sql("UPDATE products SET title = 'newer' WHERE id <= 50", "DELETE FROM reviews WHERE no <= 10");
                assertThat(AdminContract.command(shop, "snapshot", "--table", "public.products")
                                .code())
                        .isZero();
                awaitTableSnapshot(service, "state=done", "");
                awaitEqual(shop);
                Shop.awaitHealthy(service.pipeline());

                shop.sql("ALTER POLICY everything ON reviews USING (no > 50)");
                awaitHidden(service, Health.Part.ROWS, "public.reviews");
                shop.sql("UPDATE reviews SET product = 1 WHERE no = 20");
                awaitHidden(service, Health.Part.FLUSH, "public.reviews");
                shop.sql(
                        "ALTER POLICY everything ON products USING (id > 100)",
                        "ALTER POLICY everything ON reviews USING (true)");
                awaitHidden(service, Health.Part.ROWS, "public.products");
                shop.sql("UPDATE products SET title = 'newest' WHERE id <= 50");
                awaitHidden(service, Health.Part.FLUSH, "public.products");
                assertNothingDeleted(shop, rows);

                shop.sql("ALTER POLICY everything ON products USING (true)");
                awaitEqual(shop);
                await().atMost(LONG)
                        .until(() -> service.pipeline().health().conditions().isEmpty());
            }
        }
    }
}
