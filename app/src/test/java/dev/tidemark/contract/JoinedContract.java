package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tidemark.Commands;
import dev.tidemark.deadletter.DeadLetter;
import dev.tidemark.pipeline.Pipeline;
import dev.tidemark.startup.StartupException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Documents made of several tables stay right, whichever of them changes; on real servers of both kinds. */
abstract class JoinedContract extends ShopContract {

    private static final Logger log = LoggerFactory.getLogger(JoinedContract.class);
    private static final int MANY = Integer.getInteger("tidemark.join.products", 12_000);

    private static final String[] TABLES = {
        "CREATE TABLE brands (id int PRIMARY KEY, name varchar(100))",
        "CREATE TABLE products (id int PRIMARY KEY, name varchar(100) NOT NULL, price decimal(10,2), brand_id int)",
        "CREATE TABLE tags (id int PRIMARY KEY, name varchar(100))",
        "CREATE TABLE product_tags (product_id int, tag_id int, PRIMARY KEY (product_id, tag_id))",
        "CREATE TABLE reviews (id int PRIMARY KEY, product_id int, stars int)",
        "CREATE INDEX products_brand ON products (brand_id)",
        "CREATE INDEX reviews_product ON reviews (product_id)",
    };

    private static final String[] ROWS = {
        "INSERT INTO brands VALUES (1, 'Acme'), (2, 'Bolt')",
        "INSERT INTO products VALUES (1, 'anvil', 9.5, 1), (2, 'rope', 2.25, 1), (3, 'bulb', NULL, 2), (4, 'nameless', 1, NULL)",
        "INSERT INTO tags VALUES (1, 'heavy'), (2, 'cheap'), (3, 'new')",
        "INSERT INTO product_tags VALUES (1, 1), (2, 2), (2, 3), (3, 2)",
        "INSERT INTO reviews VALUES (1, 1, 5), (2, 1, 3), (3, 3, 4)",
    };

    /** An aggregate: the texts in their order, with commas between. */
    abstract String list(String text);

    private String products() {
        return "SELECT p.id, p.name, p.price, b.name AS brand, (SELECT " + list("t.name")
                + " FROM product_tags pt JOIN tags t ON t.id = pt.tag_id WHERE pt.product_id = p.id) AS tags,"
                + " (SELECT COUNT(*) FROM reviews r WHERE r.product_id = p.id) AS reviews"
                + " FROM products p LEFT JOIN brands b ON b.id = p.brand_id";
    }

    private static String dependsOn(Shop shop, String table, String ids) {
        return "  - { table: " + shop.source().qualified(shop.name(), table) + ", ids: \"" + ids + "\" }";
    }

    private void createTables(Shop shop) {
        shop.sql(TABLES);
        shop.sql(server().tellRowsBefore("reviews"));
        shop.sql(ROWS);
    }

    private void configure(Shop shop, String query) {
        shop.withoutDocuments()
                .document(
                        "products",
                        "query: \"" + query + " WHERE p.id IN (:ids)\"",
                        "dependsOn:",
                        dependsOn(shop, "brands", "SELECT id FROM products WHERE brand_id = :id"),
                        dependsOn(shop, "product_tags", ":product_id"),
                        dependsOn(shop, "tags", "SELECT product_id FROM product_tags WHERE tag_id = :id"),
                        dependsOn(shop, "reviews", ":product_id"));
    }

    @Test
    void oneTable_feedsPlainAndJoinedCollections_byDifferentIds() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE brands (id int PRIMARY KEY, name varchar(20))",
                    "CREATE TABLE goods (id int PRIMARY KEY, sku varchar(20) NOT NULL UNIQUE, name varchar(20), brand_id int)",
                    "INSERT INTO brands VALUES (1, 'Acme'), (2, 'Bolt')",
                    "INSERT INTO goods VALUES (1, 'a-1', 'one', 1), (2, 'a-2', 'two', 1), (3, 'b-3', 'three', 2)");
            shop.sql(server().tellRowsBefore("goods"));
            String query =
                    "SELECT g.id, g.sku, g.name, b.name AS brand FROM goods g JOIN brands b ON b.id = g.brand_id";
            String bySku = "SELECT g.sku, g.name, b.name AS brand FROM goods g JOIN brands b ON b.id = g.brand_id";
            shop.documentIn("goods", "plain", "id: sku", "fields: {name: ~}")
                    .documentIn(
                            "goods",
                            "by_id",
                            "query: \"" + query + " WHERE g.id IN (:ids)\"",
                            "dependsOn:",
                            dependsOn(shop, "brands", "SELECT id FROM goods WHERE brand_id = :id"))
                    .documentIn(
                            "goods",
                            "by_sku",
                            "id: sku",
                            "query: \"" + bySku + " WHERE g.sku IN (:ids)\"",
                            "dependsOn:",
                            dependsOn(shop, "brands", "SELECT sku FROM goods WHERE brand_id = :id"));
            try (Pipeline pipeline = shop.start()) {
                awaitGoods(shop, query, bySku);
                shop.sql(
                        "UPDATE goods SET sku = 'new' WHERE id = 1",
                        "UPDATE brands SET name = 'Changed' WHERE id = 1",
                        "DELETE FROM goods WHERE id = 2",
                        "INSERT INTO goods VALUES (4, 'a-1', 'four', 2)");
                awaitGoods(shop, query, bySku);
                Shop.awaitHealthy(pipeline);
            }
        }
    }

    private static void awaitGoods(Shop shop, String query, String bySku) {
        shop.awaitEqual("plain", "SELECT sku AS id, name FROM goods");
        shop.awaitEqual("by_id", query);
        shop.awaitEqual("by_sku", bySku.replace("g.sku,", "g.sku AS id, g.sku,"));
    }

    @Test
    void expressionsFiltersAndRules_areAskedOfWhatTheQueryYields() throws Exception {
        try (Shop shop = open()) {
            createTables(shop);
            shop.withoutDocuments()
                    .document(
                            "products",
                            "query: \"" + products() + " WHERE p.id IN (:ids)\"",
                            "dependsOn:",
                            dependsOn(shop, "brands", "SELECT id FROM products WHERE brand_id = :id"),
                            "fields: {title: {cel: \"row.name + ' by ' + row.brand\"}, price: ~}",
                            "where: row.brand != null && row.brand != 'Banned'",
                            "require: {price: {required: true}}");
            String expected = "SELECT p.id, concat(p.name, ' by ', b.name) AS title, p.price FROM products p"
                    + " JOIN brands b ON b.id = p.brand_id WHERE b.name <> 'Banned' AND p.price IS NOT NULL";
            Commands.Ended plan = Commands.run("plan", "-c", shop.configFile().toString(), "--sample", "10");
            assertThat(plan.out()).contains("title");
            assertThat(plan.code()).as(plan.out() + plan.err()).isEqualTo(1); // a price is missing
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("products", expected);
                await().untilAsserted(() -> assertThat(shop.deadLetters("products"))
                        .extracting(DeadLetter::id)
                        .containsExactly("3"));
                shop.sql("UPDATE brands SET name = 'Banned' WHERE id = 1");
                shop.awaitEqual("products", expected);
                shop.sql("UPDATE products SET price = 7 WHERE id = 3", "UPDATE brands SET name = 'Back' WHERE id = 1");
                shop.awaitEqual("products", expected);
                await().untilAsserted(
                                () -> assertThat(shop.deadLetters("products")).isEmpty());
                Shop.awaitHealthy(pipeline);
            }
        }
    }

    @Test
    void tableThatIsReadAndNotNamed_isWarnedOf() throws Exception {
        try (Shop shop = open()) {
            createTables(shop);
            shop.sql(
                    "CREATE VIEW tagged AS SELECT pt.product_id, t.name FROM product_tags pt JOIN tags t ON t.id = pt.tag_id");
            shop.withoutDocuments()
                    .document(
                            "products",
                            "query: >",
                            "  SELECT p.id, b.name AS brand, (SELECT MAX(name) FROM tagged WHERE product_id = p.id) AS tag",
                            "  FROM products p LEFT JOIN brands b ON b.id = p.brand_id WHERE p.id IN (:ids)",
                            "dependsOn:",
                            dependsOn(shop, "product_tags", ":product_id"));
            Commands.Ended check = Commands.run("check", "-c", shop.configFile().toString());
            assertThat(check.code()).as(check.out() + check.err()).isZero();
            assertThat(check.out().lines().filter(line -> line.contains("its changes are not seen")))
                    .hasSize(2)
                    .anyMatch(
                            line -> line.startsWith("warn") && line.contains(" reads " + named(shop, "brands") + ", "))
                    .anyMatch(line -> line.contains("add to dependsOn: { table: " + named(shop, "tags") + ", "));
        }
    }

    private static String named(Shop shop, String table) {
        return shop.source().qualified(shop.name(), table);
    }

    @Test
    void everyKindOfChange_ofEveryTable() throws Exception {
        try (Shop shop = open()) {
            createTables(shop);
            configure(shop, products());
            try (Pipeline pipeline = shop.start()) {
                for (String change : List.of(
                        "SELECT 1",
                        "INSERT INTO products VALUES (5, 'spring', 3, 2)",
                        "UPDATE products SET name = 'big anvil', brand_id = 2 WHERE id = 1",
                        "UPDATE brands SET name = 'Acme Corp' WHERE id = 1",
                        "UPDATE brands SET name = NULL WHERE id = 2",
                        "INSERT INTO brands VALUES (7, 'late')",
                        "UPDATE products SET brand_id = 7 WHERE id = 4",
                        "DELETE FROM brands WHERE id = 1",
                        "INSERT INTO product_tags VALUES (1, 2)",
                        "UPDATE product_tags SET product_id = 5 WHERE product_id = 2 AND tag_id = 3",
                        "UPDATE tags SET name = 'very cheap' WHERE id = 2",
                        "DELETE FROM product_tags WHERE product_id = 3",
                        "INSERT INTO reviews VALUES (4, 2, 1)",
                        "UPDATE reviews SET product_id = 3 WHERE id = 1",
                        "UPDATE reviews SET product_id = NULL WHERE id = 2",
                        "DELETE FROM reviews WHERE id = 4",
                        "UPDATE products SET id = 50 WHERE id = 5",
                        "DELETE FROM products WHERE id = 2",
                        "TRUNCATE TABLE reviews",
                        "TRUNCATE TABLE products",
                        "INSERT INTO products VALUES (1, 'again', 9.5, 2), (9, 'nine', 2.25, 7)")) {
                    shop.sql(change);
                    shop.awaitEqual("products", products());
                }
                shop.transaction(
                        "INSERT INTO reviews VALUES (10, 9, 1), (11, 1, 2)",
                        "DELETE FROM products WHERE id = 9",
                        "UPDATE tags SET name = 'last' WHERE id = 1",
                        "INSERT INTO products VALUES (9, 'nine again', 1, 2)");
                shop.awaitEqual("products", products());
                Shop.awaitHealthy(pipeline);
                assertThat(shop.deadLetters("products")).isEmpty();
            }
        }
    }

    @Test
    void manyChanges_costOneReadOfEachDocument_andOtherTablesGoOn() throws Exception {
        try (Shop shop = open()) {
            createTables(shop);
            shop.sql(
                    "CREATE TABLE shelves (id int PRIMARY KEY, place varchar(20))",
                    "INSERT INTO products SELECT i + 100, concat('p', i), 1, 1 FROM "
                            + shop.source().numbers(MANY));
            configure(shop, products());
            shop.document("shelves");
            try (Pipeline pipeline = shop.start()) {
                awaitEqual(shop, products());
                double pages = MANY / 500.0;
                double before = queries(shop);
                List<String> changes = new ArrayList<>();
                for (int i = 0; i < 10; i++) {
                    changes.add("UPDATE brands SET name = 'name " + i + "' WHERE id = 1");
                }
                shop.transaction(changes.toArray(String[]::new));
                long began = System.nanoTime();
                await().until(() -> queries(shop) > before);
                shop.sql("INSERT INTO shelves VALUES (1, 'left')");
                shop.awaitEqual("shelves", "SELECT id, place FROM shelves");
                long other = System.nanoTime() - began;
                await().atMost(Duration.ofMinutes(15))
                        .until(() -> pipeline.status().lagSeconds() == 0);
                long all = System.nanoTime() - began;
                awaitEqual(shop, products());
                log.warn(
                        "a brand of {} products renamed 10 times: {} ms, {} reads, {} finds; a row of another table"
                                + " meanwhile: {} ms",
                        MANY,
                        all / 1_000_000,
                        queries(shop) - before,
                        shop.count("tidemark.join.queries", "what", "ids"),
                        other / 1_000_000);
                assertThat(queries(shop) - before).isBetween(pages, 3 * pages + 10); // it may come in several batches
                shop.sql("UPDATE products SET price = price + 1");
                awaitEqual(shop, products());
                assertThat(queries(shop) - before).isBetween(2 * pages, 13 * pages);
                Shop.awaitHealthy(pipeline);
            }
        }
    }

    private static void awaitEqual(Shop shop, String query) {
        Nearing.awaitUntil(() -> shop.assertEqual("products", query), Duration.ofSeconds(1));
    }

    private static double queries(Shop shop) {
        return shop.count("tidemark.join.queries", "what", "documents");
    }

    @Test
    void view_andKeyOfTwoColumns() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE shops (id int PRIMARY KEY, name varchar(20))",
                    "CREATE TABLE stock (shop_id int, sku varchar(20), amount int, PRIMARY KEY (shop_id, sku))",
                    "CREATE TABLE places (shop_id int, sku varchar(20), place varchar(20), PRIMARY KEY (shop_id, sku))",
                    "INSERT INTO shops VALUES (1, 'one'), (2, 'two')",
                    "INSERT INTO stock VALUES (1, 'a:b', 1), (1, 'c%', 2), (2, 'a:b', 3)",
                    "INSERT INTO places VALUES (1, 'a:b', 'left')",
                    "CREATE VIEW stock_documents AS SELECT s.shop_id, s.sku, s.amount, o.name AS shop, p.place"
                            + " FROM stock s JOIN shops o ON o.id = s.shop_id"
                            + " LEFT JOIN places p ON p.shop_id = s.shop_id AND p.sku = s.sku");
            shop.document(
                    "stock",
                    "view: " + shop.source().qualified(shop.name(), "stock_documents"),
                    "dependsOn:",
                    dependsOn(shop, "shops", "SELECT shop_id, sku FROM stock WHERE shop_id = :id"),
                    dependsOn(shop, "places", ":shop_id, :sku"));
            String query =
                    "SELECT concat(shop_id, ':', replace(replace(sku, '%', '%25'), ':', '%3A')) AS id, d.* FROM stock_documents d";
            try (Pipeline pipeline = shop.start()) {
                for (String change : List.of(
                        "SELECT 1",
                        "INSERT INTO places VALUES (2, 'a:b', 'right'), (1, 'c%', 'top')",
                        "UPDATE shops SET name = 'the first' WHERE id = 1",
                        "UPDATE places SET place = 'low' WHERE shop_id = 1",
                        "UPDATE places SET sku = 'none' WHERE shop_id = 1 AND sku = 'c%'",
                        "UPDATE stock SET sku = 'd' WHERE shop_id = 1 AND sku = 'a:b'",
                        "DELETE FROM places WHERE shop_id = 2",
                        "DELETE FROM shops WHERE id = 2", // the view's documents of it are gone
                        "INSERT INTO shops VALUES (2, 'back')",
                        "DELETE FROM stock WHERE shop_id = 1 AND sku = 'c%'")) {
                    shop.sql(change);
                    shop.awaitEqual("stock", query);
                }
                Shop.awaitHealthy(pipeline);
            }
            shop.sql(
                    "CREATE OR REPLACE VIEW stock_documents AS SELECT s.shop_id, s.sku, s.amount + 100 AS amount, o.name AS shop,"
                            + " p.place FROM stock s JOIN shops o ON o.id = s.shop_id"
                            + " LEFT JOIN places p ON p.shop_id = s.shop_id AND p.sku = s.sku");
            try (Pipeline again = shop.start()) { // no event tells of that: the start does
                shop.awaitEqual("stock", query);
                Shop.awaitHealthy(again);
            }
        }
    }

    @Test
    void restart_andChangedQuery() throws Exception {
        try (Shop shop = open()) {
            createTables(shop);
            configure(shop, products());
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("products", products());
                Shop.awaitStreaming(pipeline);
            }
            shop.sql(
                    "UPDATE brands SET name = 'meanwhile' WHERE id = 1",
                    "DELETE FROM reviews WHERE id = 1",
                    "DELETE FROM products WHERE id = 3");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("products", products());
                assertThat(shop.count("tidemark.snapshot.rows")).isZero();
                Shop.awaitHealthy(pipeline);
            }
            String other = products().replace("b.name AS brand", "upper(b.name) AS brand");
            configure(shop, other);
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("products", other);
                await().untilAsserted( // a document can be read before its row is counted; of the root only
                                () -> assertThat(shop.count("tidemark.snapshot.rows"))
                                        .isEqualTo(3));
                shop.sql("UPDATE brands SET name = 'later' WHERE id = 2");
                shop.awaitEqual("products", other);
                Shop.awaitHealthy(pipeline);
            }
        }
    }

    @Test
    void queryThatBreaks_pausesAndHeals() throws Exception {
        try (Shop shop = open()) {
            createTables(shop);
            configure(shop, products());
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("products", products());
                shop.sql(
                        "ALTER TABLE brands RENAME COLUMN name TO label",
                        "UPDATE products SET name = 'changed' WHERE id = 1");
                await().untilAsserted(
                                () -> assertThat(pipeline.health().conditions().toString())
                                        .contains("joined documents of collection", "name"));
                shop.sql("ALTER TABLE brands RENAME COLUMN label TO name", "DELETE FROM products WHERE id = 2");
                shop.awaitEqual("products", products());
                await().untilAsserted(
                                () -> assertThat(pipeline.health().conditions()).isEmpty());
                assertThat(shop.deadLetters("products")).isEmpty();
            }
        }
    }

    @Test
    void columnThatComes_isTaken() throws Exception {
        try (Shop shop = open()) {
            createTables(shop);
            String query = "SELECT p.*, b.name AS brand FROM products p LEFT JOIN brands b ON b.id = p.brand_id";
            configure(shop, query);
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("products", query);
                shop.sql("ALTER TABLE products ADD COLUMN colour varchar(20)");
                shop.sql(
                        "UPDATE products SET colour = 'red' WHERE id > 2",
                        "UPDATE brands SET name = 'new' WHERE id = 1");
                shop.awaitEqual("products", query);
                assertThat(shop.field("products", "colour").path("type").asText())
                        .isEqualTo("string");
                Shop.awaitHealthy(pipeline);
            }
        }
    }

    @Test
    void wrongStatements_areRefusedAtTheStart() throws Exception {
        try (Shop shop = open()) {
            createTables(shop);
            shop.sql(server().tellRowsBefore("tags"));
            shop.document(
                    "products",
                    "query: \"SELECT id, colour FROM products WHERE id IN (:ids)\"",
                    "dependsOn:",
                    dependsOn(shop, "brands", "SELECT id, name FROM products WHERE brand_id = :id"),
                    dependsOn(shop, "tags", "SELEC id FROM products WHERE id = :id"),
                    dependsOn(shop, "tags", ":name"));
            assertThatThrownBy(shop::start)
                    .isInstanceOf(StartupException.class)
                    .hasMessageContainingAll(
                            "documents[0].query (line",
                            "colour",
                            "documents[0].dependsOn[0].ids (line",
                            "yields 2 columns",
                            "documents[0].dependsOn[1].ids (line",
                            "SELEC",
                            "documents[0].dependsOn[2].ids (line",
                            "TEXT");
            shop.withoutDocuments()
                    .document(
                            "products",
                            "query: \"SELECT name, name AS n, name FROM products WHERE id IN (:ids)\"",
                            "dependsOn:",
                            dependsOn(shop, "brands", ":colour"));
            assertThatThrownBy(shop::start)
                    .isInstanceOf(StartupException.class)
                    .hasMessageContainingAll("there is no column colour, which 'dependsOn' names");
        }
    }
}
