package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.Commands;
import dev.tidemark.pipeline.Pipeline;
import dev.tidemark.pipeline.Service;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** Keys that change, in their values or altogether; on real servers of both kinds. */
abstract class KeysContract extends ShopContract {

    static final String SLOTS = "SELECT id, name FROM slots";

    /** Moves every key up by one. */
    abstract String shift();

    /** Makes {@code code} the primary key of {@code items}. */
    abstract List<String> otherKey();

    @Test
    void shiftedAndSwappedKeys_areFollowed() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE slots (id int PRIMARY KEY, name varchar(20) NOT NULL)",
                    "INSERT INTO slots VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'd')");
            shop.document("slots").with("flush: {interval: 50ms, documents: 3}");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("slots", SLOTS);
                Shop.awaitStreaming(pipeline);
                shop.sql(shift());
                shop.awaitEqual("slots", SLOTS);
                shop.transaction(
                        "UPDATE slots SET id = -1 WHERE id = 2",
                        "UPDATE slots SET id = 2 WHERE id = 4",
                        "UPDATE slots SET id = 4 WHERE id = -1");
                shop.awaitEqual("slots", SLOTS);
                Shop.awaitHealthy(pipeline);
            }
        }
    }

    @Test
    void replacedPrimaryKey_isFollowedByALoadUnderIt() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE items (no int NOT NULL, code varchar(20) NOT NULL, name varchar(20), PRIMARY KEY (no))",
                    "INSERT INTO items VALUES (1, 'A', 'anvil'), (2, 'B', 'bulb')");
            shop.document("items");
            String under = "SELECT %s AS id, no, code, name FROM items";
            Service service = new Service(shop.config());
            CompletableFuture<Void> run = CompletableFuture.runAsync(() -> {
                try {
                    service.run(Optional.empty());
                } catch (Exception e) {
                    throw new CompletionException(e);
                }
            });
            try (service) {
                shop.awaitEqual("items", under.formatted("no"));
                await().until(() -> service.status().state().equals("streaming"));
                otherKey().forEach(shop::sql);
                shop.sql("INSERT INTO items VALUES (1, 'C', 'cup')", "DELETE FROM items WHERE code = 'A'");
                shop.awaitEqual("items", under.formatted("code"));
                await().untilAsserted(() ->
                        assertThat(service.pipeline().health().conditions()).isEmpty());
                shop.sql("DELETE FROM items WHERE code = 'B'");
                shop.awaitEqual("items", under.formatted("code"));
                assertThat(run).isNotDone();
            }
            run.get();
        }
    }

    /** No other process takes its place: nothing is written under the new key. */
    @Test
    void replacedPrimaryKey_withoutLoads_isNotReady() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE items (no int NOT NULL, code varchar(20) NOT NULL, name varchar(20), PRIMARY KEY (no))");
            shop.document("items").withSource("snapshot: never");
            try (Pipeline pipeline = shop.start()) {
                Shop.awaitStreaming(pipeline);
                shop.sql("INSERT INTO items VALUES (1, 'A', 'anvil')");
                await().until(() -> shop.size("items") == 1);
                otherKey().forEach(shop::sql);
                shop.sql("INSERT INTO items VALUES (1, 'C', 'cup')");
                await().untilAsserted(
                                () -> assertThat(pipeline.health().conditions().toString())
                                        .contains("items is (code) now", "ids of (no)", "restart Tidemark"));
                assertThat(shop.documentOf("items", "1").get("name").asText())
                        .as("no other row takes the document")
                        .isEqualTo("anvil");
            }
        }
    }

    /** Makes {@code items} a table without a primary key, and gives it its key back. */
    abstract List<String> keyTakenAndGivenBack();

    @Test
    void primaryKeyThatIsTakenAway_isNotReady_untilItIsBack() throws Exception {
        try (Shop shop = open()) {
            shop.sql("CREATE TABLE items (no int NOT NULL, name varchar(20), PRIMARY KEY (no))");
            shop.sql(server().tellRowsBefore("items"));
            shop.document("items");
            try (Pipeline pipeline = shop.start()) {
                Shop.awaitStreaming(pipeline);
                shop.sql(keyTakenAndGivenBack().get(0));
                await().untilAsserted(() -> assertThat(
                                pipeline.health().conditions().toString())
                        .contains("items has no primary key any more", "make (no) the primary key again"));
                shop.sql(keyTakenAndGivenBack().get(1), "INSERT INTO items VALUES (1, 'a')");
                shop.awaitEqual("items", "SELECT no AS id, no, name FROM items");
                await().untilAsserted(
                                () -> assertThat(pipeline.health().conditions()).isEmpty());
            }
        }
    }

    @Test
    void parentsKeyThatChanges_deletesNothing_andItsChildrenFollow() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE tenants (id int PRIMARY KEY, name varchar(20))",
                    "CREATE TABLE items (id int PRIMARY KEY, tenant_id int, n int,"
                            + " FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON UPDATE CASCADE ON DELETE CASCADE)",
                    "INSERT INTO tenants VALUES (1, 'one'), (2, 'two')",
                    "INSERT INTO items VALUES (1, 1, 1), (2, 1, 2), (3, 2, 3)");
            shop.document("items", "deleteWhere: { table: " + shop.table("tenants") + ", filter: 'tenant_id:=:id' }");
            String items = "SELECT id, tenant_id, n FROM items";
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("items", items);
                Shop.awaitStreaming(pipeline);
                shop.sql("UPDATE tenants SET id = 7 WHERE id = 1", "UPDATE tenants SET id = 8 WHERE id = 7");
                shop.awaitEqual("items", items);
                shop.sql("DELETE FROM tenants WHERE id = 8");
                shop.awaitEqual("items", items);
                assertThat(shop.size("items")).isEqualTo(1);
            }
        }
    }

    @Test
    void tablesWhoseNamesDifferInCaseOnly_areKeptApart() throws Exception {
        try (Shop shop = open()) {
            String upper = server().quoted("Users");
            shop.sql(
                    "CREATE TABLE users (id int PRIMARY KEY, name varchar(20))",
                    "CREATE TABLE " + upper + " (id int PRIMARY KEY, secret varchar(20))",
                    "INSERT INTO users VALUES (1, 'a')",
                    "INSERT INTO " + upper + " VALUES (1, 's'), (2, 't')");
            shop.document("users");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("users", "SELECT id, name FROM users");
                Shop.awaitStreaming(pipeline);
                shop.sql("UPDATE " + upper + " SET secret = 'x'", "INSERT INTO users VALUES (5, 'e')");
                shop.awaitEqual("users", "SELECT id, name FROM users");
                Shop.awaitHealthy(pipeline);
            }
            try (Pipeline pipeline = shop.start()) { // the publication holds the one alone, and is not refused
                shop.sql("INSERT INTO users VALUES (6, 'f')");
                shop.awaitEqual("users", "SELECT id, name FROM users");
                Shop.awaitHealthy(pipeline);
            }
        }
    }

    @Test
    void columnNamedId_thatIsNotTheKey_isSaidToBeLeftOut_andKeptUnderAnotherName() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE orders (code varchar(20) PRIMARY KEY, id int NOT NULL UNIQUE, total int)",
                    "CREATE TABLE items (shop int, id int, n int, PRIMARY KEY (shop, id))",
                    "CREATE TABLE plain (id int PRIMARY KEY)",
                    "INSERT INTO orders VALUES ('A-1', 77, 5)");
            shop.document("orders").document("items").document("plain");
            String orders =
                    "column id of " + shop.table("orders") + " is left out: a document's 'id' is formed from code,";
            String hint = "name it under 'fields', along with the other columns, such as order_id: id";
            Commands.Ended check = Commands.run("check", "-c", shop.configFile().toString());
            assertThat(check.code()).isZero();
            assertThat(check.out())
                    .contains(orders, hint, "column id of " + shop.table("items"), "such as item_id: id")
                    .doesNotContain("column id of " + shop.table("plain"));
            Commands.Ended plan = Commands.run("plan", "-c", shop.configFile().toString());
            assertThat(plan.out()).contains(orders, hint);
            shop.withoutDocuments().document("orders", "fields: { order_id: id, total: ~ }");
            assertThat(Commands.run("check", "-c", shop.configFile().toString()).out())
                    .doesNotContain("is left out");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("orders", "SELECT code AS id, id AS order_id, total FROM orders");
                shop.sql("UPDATE orders SET id = 78");
                shop.awaitEqual("orders", "SELECT code AS id, id AS order_id, total FROM orders");
                Shop.awaitHealthy(pipeline);
            }
        }
    }
}
