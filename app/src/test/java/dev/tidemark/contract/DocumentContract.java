package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tidemark.deadletter.DeadLetter;
import dev.tidemark.health.Health;
import dev.tidemark.pipeline.Pipeline;
import dev.tidemark.startup.StartupException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which document a row is, in which collection, with which fields; and what becomes of one that does not fit. */
abstract class DocumentContract extends ShopContract {

    @Test
    void keys_ofAnyText_nameTheirOwnDocument() throws Exception {
        List<String> odd = Stream.concat(
                        Stream.of(
                                "a b",
                                " lead",
                                "trail ",
                                "a/b",
                                "/",
                                ".",
                                "..",
                                "../x",
                                "*",
                                "`tick`",
                                "back\\",
                                "a,b",
                                "[x]",
                                "\"quoted\"",
                                "'",
                                "%",
                                "%41",
                                "a?b#c&d",
                                "é",
                                "ü",
                                "漢字",
                                "🎉",
                                "a:b",
                                "\t",
                                "\n",
                                "A",
                                "a",
                                "x&&y",
                                "id:=*",
                                "-1",
                                "true",
                                "null"),
                        Stream.of("long".repeat(100), "0123456789".repeat(40)))
                .toList();
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE odd (id " + server().keyText(400) + " PRIMARY KEY, n int NOT NULL)",
                    "CREATE TABLE pairs (a " + server().keyText(100) + ", b " + server().keyText(100)
                            + ", n int NOT NULL, PRIMARY KEY (a, b))");
            shop.document("odd").document("pairs");
            try (Pipeline pipeline = shop.start()) {
                shop.forEach("INSERT INTO odd VALUES (?, 1)", odd);
                shop.sql("INSERT INTO pairs VALUES ('a:b', 'c', 1), ('a', 'b:c', 2), ('a%3Ab', 'c', 3), ('%', ':', 4),"
                        + " ('%25', '', 5), ('', '', 6), ('x', 'y', 7)");
                String pairs = "SELECT concat(replace(replace(a, '%', '%25'), ':', '%3A'), ':',"
                        + " replace(replace(b, '%', '%25'), ':', '%3A')) AS id, a, b, n FROM pairs";
                shop.awaitEqual("odd", "SELECT id, n FROM odd");
                shop.awaitEqual("pairs", pairs);
                shop.sql(
                        "UPDATE odd SET n = 2",
                        "UPDATE pairs SET a = 'z' WHERE n = 7",
                        "DELETE FROM pairs WHERE n < 4");
                shop.awaitEqual("odd", "SELECT id, n FROM odd");
                shop.awaitEqual("pairs", pairs);
                shop.forEach("DELETE FROM odd WHERE id = ?", odd.subList(0, odd.size() / 2));
                shop.awaitEqual("odd", "SELECT id, n FROM odd");
                shop.forEach("DELETE FROM odd WHERE id = ?", odd);
                shop.awaitEqual("odd", "SELECT id, n FROM odd");
                assertThat(shop.deadLetters("odd")).isEmpty();

                shop.sql("INSERT INTO odd VALUES ('', 5)", "INSERT INTO odd VALUES ('next', 6)");
                shop.awaitEqual("odd", "SELECT id, n FROM odd WHERE id <> ''");
                await().untilAsserted(() -> assertThat(shop.deadLetters("odd")).hasSize(1));
                DeadLetter deadLetter = shop.deadLetters("odd").get(0);
                assertThat(deadLetter.id()).isEmpty();
                assertThat(deadLetter.error()).contains("id");
                shop.sql("DELETE FROM odd WHERE id = ''", "UPDATE odd SET n = 7");
                shop.awaitEqual("odd", "SELECT id, n FROM odd");
                // A row without an id has no document that the delete could miss.
                assertThat(shop.deadLetters("odd")).hasSize(1);
                Shop.awaitHealthy(pipeline);
            }
        }
    }

    @Test
    void fields_areChosenRenamedAndTyped() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE products (id int PRIMARY KEY, name varchar(100) NOT NULL, price decimal(10,2), secret int,"
                            + " stock bigint, lat double precision, lon double precision, made timestamp, born date, extra "
                            + server().json() + ", plain " + server().json() + ")");
            shop.sql(
                    "INSERT INTO products VALUES (1, 'one', 1.5, 1, 7, 48.5, 2.25, '2024-02-29 12:00:00', '1969-12-31',"
                            + " '{\"a\": {\"b\": [\"x\", \"y\"]}}', '{\"k\":1}')");
            shop.document(
                    "products",
                    "fields:",
                    "  title: name",
                    "  price: ~",
                    "  stock: {column: stock, type: int32, facet: true}",
                    "  place: {lat: lat, lon: lon}",
                    "  made_at: {column: made, type: int64ms}",
                    "  born: ~",
                    "  extra: ~",
                    "  plain: {type: string}");
            try (Pipeline pipeline = shop.start()) {
                String query = "SELECT id, name AS title, price, stock, " + server().array("lat", "lon") + " AS place, "
                        + server().seconds("made") + " * 1000 AS made_at, " + server().seconds("born")
                        + " AS born, extra, nullif(concat(plain, ''), '') AS plain FROM products";
                shop.awaitEqual("products", query);
                shop.sql(
                        "INSERT INTO products (id, name) VALUES (2, 'only what is required')",
                        "INSERT INTO products (id, name, lat, lon) VALUES (3, 'south', -90, -180)",
                        "INSERT INTO products (id, name, lat) VALUES (4, 'half a point', 1)",
                        "UPDATE products SET secret = 2, extra = NULL, lat = NULL, made = NULL WHERE id = 1");
                shop.awaitEqual("products", query);
                assertThat(shop.field("products", "price").path("optional").asBoolean())
                        .isTrue();
                assertThat(shop.field("products", "title").path("optional").asBoolean())
                        .isFalse();
                assertThat(shop.field("products", "stock").path("type").asText())
                        .isEqualTo("int32");
                assertThat(shop.field("products", "stock").path("facet").asBoolean())
                        .isTrue();
                assertThat(shop.field("products", "place").path("type").asText())
                        .isEqualTo("geopoint");
                assertThat(shop.deadLetters("products")).isEmpty();
                Shop.awaitHealthy(pipeline);
            }
        }
    }

    @Test
    void valueThatDoesNotFit_isADeadLetterUntilTheRowIsGoodAgain() throws Exception {
        try (Shop shop = open()) {
            shop.sql("CREATE TABLE counts (id int PRIMARY KEY, n bigint)", "INSERT INTO counts VALUES (1, 3000000000)");
            shop.document("counts", "fields: {n: {type: int32}}");
            try (Pipeline pipeline = shop.start()) {
                shop.sql("INSERT INTO counts VALUES (2, 2)");
                shop.awaitEqual("counts", "SELECT id, n FROM counts WHERE id <> 1");
                await().untilAsserted(() -> assertThat(shop.deadLetters("counts"))
                        .singleElement()
                        .satisfies(deadLetter -> {
                            assertThat(deadLetter.id()).isEqualTo("1");
                            assertThat(deadLetter.error()).contains("'n'", "3000000000", "int32");
                        }));
                shop.sql("INSERT INTO counts SELECT i + 100, CASE WHEN i = 20 THEN -3000000000 ELSE i END FROM "
                        + numbers(50));
                shop.awaitEqual("counts", "SELECT id, n FROM counts WHERE n BETWEEN -10 AND 100");
                await().untilAsserted(() -> assertThat(shop.deadLetters("counts"))
                        .extracting(DeadLetter::id)
                        .containsExactlyInAnyOrder("1", "120"));
                double commits = shop.count("tidemark.offset.commits");
                shop.sql("UPDATE counts SET n = 1 WHERE id = 1", "DELETE FROM counts WHERE id = 120");
                shop.awaitEqual("counts", "SELECT id, n FROM counts");
                await().untilAsserted(
                                () -> assertThat(shop.deadLetters("counts")).isEmpty());
                await().untilAsserted(() ->
                        assertThat(shop.count("tidemark.offset.commits")).isGreaterThan(commits));
                Shop.awaitHealthy(pipeline);
            }
        }
    }

    @Test
    void aliasOfAnExistingCollection_isResolvedOnce_andItsSchemaMayRefuseARow() throws Exception {
        try (Shop shop = open()) {
            for (String version : List.of("v1", "v2")) {
                shop.typesense()
                        .admin()
                        .post(
                                "/collections",
                                "{\"name\": \"" + shop.collection(version)
                                        + "\", \"fields\": [{\"name\": \"name\", \"type\":"
                                        + " \"string\"}, {\"name\": \"price\", \"type\": \"float\"}]}");
            }
            shop.alias("products", "v1");
            shop.sql(
                    CREATE_PRODUCTS,
                    insertProducts(10),
                    "INSERT INTO products VALUES (11, 'without price', NULL, NULL)");
            shop.document("products", "fields: {name: ~, price: {optional: false}, body: ~}");
            String priced = PRODUCTS + " WHERE price IS NOT NULL";
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("v1", priced);
                await().untilAsserted(() -> assertThat(shop.deadLetters("v1"))
                        .singleElement()
                        .satisfies(deadLetter -> {
                            assertThat(deadLetter.id()).isEqualTo("11");
                            assertThat(deadLetter.error()).contains("price");
                        }));
                shop.alias("products", "v2");
                shop.sql(
                        "INSERT INTO products VALUES (12, 'after the switch', 1, NULL)",
                        "DELETE FROM products WHERE id = 1");
                shop.awaitEqual("v1", priced);
                assertThat(shop.size("v2")).isZero();
                shop.sql("UPDATE products SET price = 3 WHERE id = 11");
                shop.awaitEqual("v1", PRODUCTS);
                await().untilAsserted(() -> assertThat(shop.deadLetters("v1")).isEmpty());
                await().untilAsserted( // it takes some seconds to notice
                                () -> assertThat(pipeline.health().conditions())
                                        .containsOnlyKeys(Health.Part.COLLECTION));
            }
            try (Pipeline again = shop.start()) { // another collection: it is filled before it is streamed into
                shop.awaitEqual("v2", PRODUCTS);
                Shop.awaitHealthy(again);
            }
        }
    }

    @Test
    void severalTables_shareACollection_andLeaveEachOthersDocumentsAlone() throws Exception {
        try (Shop shop = open()) {
            for (String table : List.of("eu", "us")) {
                shop.sql(
                        "CREATE TABLE " + table + " (id int PRIMARY KEY, name varchar(20) NOT NULL, n bigint)",
                        "INSERT INTO " + table + " SELECT i, '" + table + "', i FROM " + numbers(50));
            }
            shop.sql("ALTER TABLE eu ADD COLUMN vat int", "UPDATE eu SET n = 3000000000, vat = 7 WHERE id = 9");
            shop.documentIn("eu", "shops", "idPrefix: 'eu:'", "fields: {name: ~, n: {type: int32}, vat: ~}");
            shop.documentIn("us", "shops", "idPrefix: 'us:'", "fields: {name: ~, n: {type: int32}}");
            String all = "SELECT concat('eu:', id) AS id, name, n, vat FROM eu WHERE n < 1000000000 UNION ALL"
                    + " SELECT concat('us:', id), name, n, NULL FROM us WHERE n < 1000000000";
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("shops", all);
                assertThat(shop.field("shops", "name").path("optional").asBoolean())
                        .isFalse();
                assertThat(shop.field("shops", "vat").path("optional").asBoolean())
                        .isTrue();
                shop.transaction(
                        "UPDATE eu SET name = 'changed', vat = 3 WHERE id = 1",
                        "INSERT INTO us VALUES (99, 'bad', 3000000000)",
                        "DELETE FROM us WHERE id = 2",
                        "INSERT INTO us VALUES (1000, 'new', 1)");
                shop.awaitEqual("shops", all);
                await().untilAsserted(() -> assertThat(shop.deadLetters("shops"))
                        .extracting(DeadLetter::id)
                        .containsExactlyInAnyOrder("eu:9", "us:99"));
                shop.sql("DELETE FROM us WHERE id = 99");
                shop.transaction("TRUNCATE TABLE eu", "INSERT INTO eu VALUES (1, 'after', 1, 2)");
                shop.awaitEqual("shops", all);
                await().untilAsserted(
                                () -> assertThat(shop.deadLetters("shops")).isEmpty());
                assertThat(pipeline.status().collections())
                        .singleElement()
                        .satisfies(collection -> assertThat(collection.table()).matches("\\w+\\.eu, \\w+\\.us"));
                Shop.awaitHealthy(pipeline);
            }
            shop.sql("DELETE FROM us WHERE id < 5", "INSERT INTO eu VALUES (2, 'while stopped', 2, NULL)");
            shop.typesense()
                    .admin()
                    .upsert(shop.collection("shops"), List.of("{\"id\": \"nobody's\", \"name\": \"x\"}"));
            shop.withSource("snapshot: always");
            try (Pipeline swept = shop.start()) {
                shop.awaitEqual("shops", all);
                Shop.awaitHealthy(swept);
            }
        }
    }

    @Test
    void oneTable_feedsCollectionsByDifferentIds_andNoCollectionHasTwoNames() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE goods (id int PRIMARY KEY, sku varchar(20) NOT NULL UNIQUE, name varchar(20))",
                    "INSERT INTO goods SELECT i, concat('sku-', i), 'x' FROM " + numbers(20));
            shop.sql(server().tellRowsBefore("goods"));
            shop.documentIn("goods", "by_sku", "id: sku").documentIn("goods", "by_id");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("by_id", "SELECT id, sku, name FROM goods");
                shop.awaitEqual("by_sku", "SELECT sku AS id, sku, name FROM goods");
                shop.sql("UPDATE goods SET sku = 'new' WHERE id = 1", "DELETE FROM goods WHERE id IN (2, 3)");
                shop.awaitEqual("by_id", "SELECT id, sku, name FROM goods");
                shop.awaitEqual("by_sku", "SELECT sku AS id, sku, name FROM goods");
                Shop.awaitHealthy(pipeline);
            }
            shop.alias("another", "by_id");
            shop.documentIn("goods", "another");
            assertThatThrownBy(shop::start)
                    .isInstanceOf(StartupException.class)
                    .hasMessageContaining("it is the same as " + shop.collection("by_id"));
        }
    }

    @Test
    void deletedRow_takesDocumentsOfItsTenantWithIt() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE tenants (id int PRIMARY KEY, name varchar(20))",
                    "CREATE TABLE items (id int PRIMARY KEY, tenant_id int REFERENCES tenants (id) ON DELETE CASCADE, name"
                            + " varchar(20)" + server().cascading() + ")",
                    "INSERT INTO tenants VALUES (1, 'one'), (2, 'two'), (3, 'three')",
                    "INSERT INTO items (id, tenant_id, name) SELECT i, 1 + i % 3, 'x' FROM " + numbers(3000));
            shop.document(
                    "items",
                    "deleteWhere: { table: " + shop.source().qualified(shop.name(), "tenants")
                            + ", filter: \"tenant_id:=:id\" }");
            String query = "SELECT id, tenant_id, name FROM items";
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("items", query);
                shop.transaction(
                        "INSERT INTO items (id, tenant_id, name) VALUES (5000, 2, 'goes with it')",
                        "UPDATE items SET tenant_id = 1, name = 'moved before' WHERE id = 1",
                        "UPDATE items SET tenant_id = 2, name = 'moved and goes' WHERE id = 2",
                        "DELETE FROM tenants WHERE id = 2",
                        "INSERT INTO tenants VALUES (2, 'two again')",
                        "INSERT INTO items (id, tenant_id, name) VALUES (6000, 2, 'came after it')");
                shop.awaitEqual("items", query);
                shop.sql("DELETE FROM tenants WHERE id IN (1, 3)");
                shop.awaitEqual("items", query);
                assertThat(shop.size("items")).isEqualTo(1);
                assertThat(shop.deadLetters("items")).isEmpty();
                Shop.awaitHealthy(pipeline);
            }
            shop.withoutDocuments()
                    .document(
                            "items",
                            "deleteWhere: { table: " + shop.source().qualified(shop.name(), "tenants")
                                    + ", filter: \"name:=:name\" }");
            assertThatThrownBy(shop::start)
                    .isInstanceOf(StartupException.class)
                    .hasMessageContaining("':name' of the filter 'name:=:name' is not a column of the primary key");
        }
    }
}
