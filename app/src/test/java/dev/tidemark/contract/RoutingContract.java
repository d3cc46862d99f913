package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tidemark.Commands;
import dev.tidemark.config.ConfigException;
import dev.tidemark.deadletter.DeadLetter;
import dev.tidemark.pipeline.Pipeline;
import dev.tidemark.startup.StartupException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which table's rows go where, and under which id; on real servers of both kinds. */
abstract class RoutingContract extends ShopContract {

    /** The texts put together, as the database's SQL does it. */
    static String all(String... tables) {
        StringBuilder union = new StringBuilder();
        for (String table : tables) {
            union.append(union.isEmpty() ? "" : " UNION ALL ")
                    .append("SELECT concat('" + table + ":', id) AS id, total FROM orders_" + table);
        }
        return union.toString();
    }

    @Test
    void tablesOfAPattern_shareACollection_andANewOneIsTakenAtTheNextStart() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE orders_1 (id int PRIMARY KEY, total int)",
                    "CREATE TABLE orders_2 (id int PRIMARY KEY, total int)",
                    "CREATE TABLE orders_old (id int PRIMARY KEY, total int)",
                    "CREATE VIEW orders_3 AS SELECT * FROM orders_old",
                    "INSERT INTO orders_1 VALUES (1, 10), (2, 20)",
                    "INSERT INTO orders_2 VALUES (1, 30)",
                    "INSERT INTO orders_old VALUES (9, 90)");
            shop.documentsOf("orders_(\\d+)", "orders", "idPrefix: '$1:'");
            String file = shop.configFile().toString();
            Commands.Ended check = Commands.run("check", "-c", file);
            assertThat(check.code()).as(check.out() + check.err()).isZero();
            Commands.Ended plan = Commands.run("plan", "-c", file, "--sample", "5");
            assertThat(plan.code()).as(plan.out() + plan.err()).isZero();
            assertThat(plan.out()).contains("orders_1", "orders_2").doesNotContain("orders_3", "orders_old");
            Commands.Ended keys = Commands.run("keys", "create", "-c", file, "--dry-run");
            assertThat(keys.code()).as(keys.err()).isZero();
            assertThat(keys.out()).contains(shop.collection("orders"));
            Commands.Ended offsets = Commands.run("offsets", "show", "-c", file);
            assertThat(offsets.out()).contains("no position is stored");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("orders", all("1", "2"));
                shop.sql(
                        "INSERT INTO orders_2 VALUES (2, 40)",
                        "UPDATE orders_1 SET total = 11 WHERE id = 1",
                        "TRUNCATE TABLE orders_1",
                        "INSERT INTO orders_1 VALUES (5, 50)");
                shop.awaitEqual("orders", all("1", "2"));
                Shop.awaitHealthy(pipeline);
            }
            shop.sql("CREATE TABLE orders_77 (id int PRIMARY KEY, total int)", "INSERT INTO orders_77 VALUES (1, 7)");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("orders", all("1", "2", "77"));
                shop.sql("INSERT INTO orders_77 VALUES (2, 8)", "DELETE FROM orders_77 WHERE id = 1");
                shop.awaitEqual("orders", all("1", "2", "77"));
                Shop.awaitHealthy(pipeline);
            }
        }
    }

    @Test
    void patternThatMatchesNothing_isRefused_withTheTablesThereAre() throws Exception {
        try (Shop shop = open()) {
            shop.sql("CREATE TABLE orders_one (id int PRIMARY KEY)");
            shop.documentsOf("orders_(\\d+)", "orders");
            assertThatThrownBy(shop::config)
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContainingAll("documents[0].table: matches no table", "orders_one");
            assertThat(Commands.run("check", "-c", shop.configFile().toString()).code())
                    .isEqualTo(2);
        }
    }

    private static final String STOCK = "SELECT concat(shop, '-', sku) AS id, shop, sku, amount FROM stock";

    private void stock(Shop shop) {
        shop.sql("CREATE TABLE stock (no int PRIMARY KEY, shop int, sku varchar(2000), amount int)");
        shop.sql(server().tellRowsBefore("stock"));
        shop.document(
                "stock", "id: {cel: \"string(row.shop) + '-' + row.sku\"}", "fields: {shop: ~, sku: ~, amount: ~}");
    }

    @Test
    void idByExpression_followsItsColumns() throws Exception {
        try (Shop shop = open()) {
            stock(shop);
            shop.sql("INSERT INTO stock VALUES (1, 1, 'a', 1), (2, 1, 'b', 2), (3, 2, 'a', 3)");
            String file = shop.configFile().toString();
            Commands.Ended check = Commands.run("check", "-c", file);
            assertThat(check.code()).as(check.out() + check.err()).isZero();
            assertThat(check.out()).contains("warn", "it does not read no of the primary key");
            Commands.Ended plan = Commands.run("plan", "-c", file, "--sample", "5");
            assertThat(plan.code()).as(plan.out() + plan.err()).isZero();
            assertThat(plan.out()).contains("id of `string(row.shop) + '-' + row.sku`");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("stock", STOCK);
                shop.transaction(
                        "UPDATE stock SET amount = 11 WHERE no = 1",
                        "UPDATE stock SET sku = 'c', amount = 22 WHERE no = 2",
                        "DELETE FROM stock WHERE no = 3",
                        "INSERT INTO stock VALUES (4, 1, 'b', 4), (5, 3, 'x y/:%', 5)",
                        "UPDATE stock SET no = 50 WHERE no = 5");
                shop.awaitEqual("stock", STOCK);
                shop.sql("UPDATE stock SET sku = concat(sku, '!')", "UPDATE stock SET sku = NULL WHERE no = 1");
                shop.awaitEqual("stock", STOCK + " WHERE sku IS NOT NULL");
                await().untilAsserted(() -> assertThat(shop.deadLetters("stock"))
                        .singleElement()
                        .matches(deadLetter -> deadLetter.key().equals("1"))
                        .extracting(DeadLetter::error)
                        .asString()
                        .contains("id: `string(row.shop) + '-' + row.sku`", "NULL here: row.sku"));
                shop.sql("UPDATE stock SET sku = 'back' WHERE no = 1", "DELETE FROM stock WHERE no = 50");
                shop.awaitEqual("stock", STOCK);
                await().untilAsserted(
                                () -> assertThat(shop.deadLetters("stock")).isEmpty());
                Shop.awaitHealthy(pipeline);
            }
        }
    }

    @Test
    void sweepAfterASnapshot_knowsIdsByExpression() throws Exception {
        try (Shop shop = open()) {
            stock(shop);
            shop.forEach(
                    "INSERT INTO stock VALUES (?, 1, 'sku', 1)",
                    IntStream.rangeClosed(1, 3000).boxed().toList());
            shop.sql("UPDATE stock SET sku = concat('sku', no)");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("stock", STOCK);
                Shop.awaitHealthy(pipeline);
            }
            shop.sql(
                    "DELETE FROM stock WHERE no > 2000",
                    "UPDATE stock SET sku = concat('moved', no) WHERE no <= 1000",
                    "INSERT INTO stock VALUES (9000, 7, 'new', 1)");
            shop.withSource("snapshot: always");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("stock", STOCK);
                Shop.awaitHealthy(pipeline);
            }
        }
    }

    /** A type of text that tells all texts apart. */
    abstract String exactText();

    /** What Typesense's filters take for the same, or do not take at all. */
    private static final List<String> CODES = List.of(
            "abc",
            "ABC",
            "a-bc",
            "a bc",
            "ab c",
            "a.bc",
            "abc d",
            "a && b",
            "a || b",
            "a`b",
            "`",
            "``",
            "🙂",
            "🙂🙂",
            "",
            " abc",
            "ö",
            "o",
            "*",
            "abc:=*",
            "a,b",
            "[a]",
            "a\\",
            "1",
            "01",
            "-",
            "x".repeat(200),
            "x".repeat(199) + "y");

    @Test
    void deletedRow_takesDocumentsWithItsText_andNoOthers() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE tenants (code " + exactText() + " PRIMARY KEY)",
                    "CREATE TABLE items (id int PRIMARY KEY, tenant " + exactText() + ")");
            shop.forEach("INSERT INTO tenants VALUES (?)", CODES);
            shop.sql(
                    "INSERT INTO items SELECT 2 * i, NULL FROM " + shop.source().numbers(CODES.size()));
            for (int i = 0; i < CODES.size(); i++) {
                shop.forEach("UPDATE items SET tenant = ? WHERE id = " + 2 * (i + 1), List.of(CODES.get(i)));
            }
            shop.sql("INSERT INTO items SELECT id + 1, tenant FROM items");
            shop.document(
                    "items",
                    "deleteWhere: { table: " + shop.source().qualified(shop.name(), "tenants")
                            + ", filter: \"tenant:=:code\" }");
            String left = "SELECT id, tenant FROM items WHERE tenant IN (SELECT code FROM tenants)";
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("items", left);
                for (List<String> gone :
                        List.of(List.of("abc"), List.of("a bc", "o"), List.of("`"), List.of("🙂", "", "a && b"))) {
                    shop.forEach("DELETE FROM tenants WHERE code = ?", gone);
                    shop.awaitEqual("items", left);
                }
                shop.transaction(
                        "INSERT INTO items VALUES (500, 'ABC')",
                        "UPDATE items SET tenant = 'ö' WHERE tenant = 'ABC' AND id < 3",
                        "DELETE FROM tenants WHERE code = 'ABC'",
                        "INSERT INTO tenants VALUES ('ABC')",
                        "INSERT INTO items VALUES (501, 'ABC')",
                        "DELETE FROM items WHERE tenant = 'ABC' AND id <> 501");
                shop.awaitEqual("items", left);
                shop.sql("DELETE FROM tenants WHERE code <> '01'"); // more than are searched for one by one
                shop.awaitEqual("items", left);
                assertThat(shop.size("items")).isEqualTo(2);
                Shop.awaitHealthy(pipeline);
            }
        }
    }

    @Test
    void idByExpression_thatCannotBeOne_isRefused() throws Exception {
        try (Shop shop = open()) {
            shop.sql("CREATE TABLE stock (no int PRIMARY KEY, price decimal(5,2))");
            shop.document("stock", "id: {cel: row.price}");
            assertThatThrownBy(shop::start)
                    .isInstanceOf(StartupException.class)
                    .hasMessageContainingAll(
                            "documents[0].id.cel", "it yields double; an id must be a string or an int");
            shop.withoutDocuments().document("stock", "id: {cel: string(row.prize)}");
            assertThatThrownBy(shop::start)
                    .isInstanceOf(StartupException.class)
                    .hasMessageContaining("did you mean 'price'?");
        }
    }
}
