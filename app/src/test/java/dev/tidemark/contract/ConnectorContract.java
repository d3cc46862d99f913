package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.Commands;
import dev.tidemark.Pipeline;
import dev.tidemark.RefusedException;
import dev.tidemark.deadletter.DeadLetter;
import dev.tidemark.metrics.Health;
import dev.tidemark.testkit.TypesenseAdmin;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every database must show, from a committed row to a document, on real servers. A new behaviour enters here first;
 * a database brings its {@link Shop} and its few words of SQL.
 */
abstract class ConnectorContract {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PRODUCTS = "SELECT id, name, price, body FROM products";
    private static final String CREATE_PRODUCTS =
            "CREATE TABLE products (id int PRIMARY KEY, name varchar(100) NOT NULL, price decimal(10,2), body varchar(100))";

    /** A database of its own. */
    abstract Shop open() throws Exception;

    /** Something to select from: whole numbers from 1 on, in a column {@code i}. */
    abstract String numbers(int count);

    /** The type of a text key of at most so many characters that tells all texts apart. */
    abstract String keyText(int characters);

    /** The type of JSON values. */
    abstract String json();

    String renameColumn(String table, String from, String to) {
        return "ALTER TABLE " + table + " RENAME COLUMN " + from + " TO " + to;
    }

    /** What makes a table's updates tell the whole row before, where they do not by themselves. */
    String[] tellRowsBefore(String table) {
        return new String[0];
    }

    private String insertProducts(int count) {
        return "INSERT INTO products SELECT i, concat('product ', i), i * 1.25, 'body' FROM " + numbers(count);
    }

    @Test
    void snapshotAndEveryKindOfChange() throws Exception {
        try (Shop shop = open()) {
            shop.sql(CREATE_PRODUCTS, insertProducts(1000));
            shop.document("products");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("products", PRODUCTS);
                shop.sql(
                        "INSERT INTO products VALUES (2000, 'new', NULL, NULL)",
                        "UPDATE products SET name = 'changed' WHERE id < 10",
                        "UPDATE products SET price = NULL, body = NULL WHERE id BETWEEN 10 AND 15",
                        "DELETE FROM products WHERE id BETWEEN 20 AND 30",
                        "UPDATE products SET id = 5000 WHERE id = 40");
                shop.awaitEqual("products", PRODUCTS);
                shop.transaction(
                        "DELETE FROM products WHERE id = 50",
                        "INSERT INTO products VALUES (50, 'again', 5, NULL)",
                        "INSERT INTO products VALUES (51000, 'for a moment', 5, NULL)",
                        "DELETE FROM products WHERE id = 51000",
                        "UPDATE products SET id = 6000 WHERE id = 60",
                        "INSERT INTO products VALUES (60, 'the id is taken again', 6, NULL)",
                        "UPDATE products SET id = 7000 WHERE id = 70",
                        "UPDATE products SET id = 70 WHERE id = 7000");
                shop.awaitEqual("products", PRODUCTS);
                shop.transaction(
                        "INSERT INTO products VALUES (9000, 'before', 1, NULL)",
                        "TRUNCATE TABLE products",
                        "INSERT INTO products VALUES (1, 'after', 1, 'b'), (9001, 'after', 1, 'b')");
                shop.awaitEqual("products", PRODUCTS);
                shop.sql("TRUNCATE TABLE products");
                shop.awaitEqual("products", PRODUCTS);
                assertThat(pipeline.health().conditions()).isEmpty();
                assertThat(shop.deadLetters("products")).isEmpty();
            }
        }
    }

    @Test
    void emptyTables_thenOneTransactionOverAllOfThem_andTwoCollectionsOfOneTable() throws Exception {
        try (Shop shop = open()) {
            shop.sql(CREATE_PRODUCTS, "CREATE TABLE shelves (id int PRIMARY KEY, place varchar(20))");
            shop.document("products").document("shelves");
            shop.documentIn("products", "names", "fields: {name: ~}");
            try (Pipeline pipeline = shop.start()) {
                await().until(() -> pipeline.status().state().equals("streaming"));
                shop.transaction(
                        insertProducts(20),
                        "INSERT INTO shelves VALUES (1, 'left'), (2, 'right')",
                        "UPDATE products SET body = 'other' WHERE id = 3",
                        "DELETE FROM shelves WHERE id = 1",
                        "DELETE FROM products WHERE id = 4");
                shop.awaitEqual("products", PRODUCTS);
                shop.awaitEqual("shelves", "SELECT id, place FROM shelves");
                shop.awaitEqual("names", "SELECT id, name FROM products");
                shop.transaction("TRUNCATE TABLE products", "INSERT INTO products VALUES (1, 'n', 1, 'b')");
                shop.awaitEqual("products", PRODUCTS);
                shop.awaitEqual("names", "SELECT id, name FROM products");
                shop.awaitEqual("shelves", "SELECT id, place FROM shelves");
            }
        }
    }

    @Test
    void hugeTransaction_passesThroughASmallQueue() throws Exception {
        try (Shop shop = open().with("queue: {changes: 2000, bytes: 4MB}")) {
            shop.sql(CREATE_PRODUCTS);
            shop.document("products", "fields: {name: ~}");
            try (Pipeline pipeline = shop.start()) {
                await().until(() -> pipeline.status().state().equals("streaming"));
                shop.sql(insertProducts(200_000));
                await().atMost(Duration.ofMinutes(2))
                        .pollInterval(Duration.ofMillis(500))
                        .untilAsserted(() -> assertThat(shop.size("products")).isEqualTo(200_000));
                shop.awaitEqual("products", "SELECT id, name FROM products");
                assertThat(pipeline.health().conditions()).isEmpty();
            }
        }
    }

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
                    "CREATE TABLE odd (id " + keyText(400) + " PRIMARY KEY, n int NOT NULL)",
                    "CREATE TABLE pairs (a " + keyText(100) + ", b " + keyText(100)
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
                DeadLetter letter = shop.deadLetters("odd").get(0);
                assertThat(letter.id()).isEmpty();
                assertThat(letter.error()).contains("id");
                shop.sql("DELETE FROM odd WHERE id = ''", "UPDATE odd SET n = 7");
                shop.awaitEqual("odd", "SELECT id, n FROM odd");
                // A row without an id has no document that the delete could miss.
                assertThat(shop.deadLetters("odd")).hasSize(1);
                assertThat(pipeline.health().conditions()).isEmpty();
            }
        }
    }

    @Test
    void fields_areChosenRenamedAndTyped() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE products (id int PRIMARY KEY, name varchar(100) NOT NULL, price decimal(10,2), secret int,"
                            + " stock bigint, lat double precision, lon double precision, made timestamp, born date, extra "
                            + json() + ", plain " + json() + ")");
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
                String query = "SELECT id, name AS title, price, stock, " + array("lat", "lon") + " AS place, "
                        + seconds("made") + " * 1000 AS made_at, " + seconds("born")
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
                assertThat(pipeline.health().conditions()).isEmpty();
            }
        }
    }

    /** A JSON array of two numbers, NULL where one of them is. */
    abstract String array(String first, String second);

    /** Seconds since 1970 of a date or a timestamp without a zone, a whole number. */
    abstract String seconds(String column);

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
                        .satisfies(letter -> {
                            assertThat(letter.id()).isEqualTo("1");
                            assertThat(letter.error()).contains("'n'", "3000000000", "int32");
                        }));
                shop.transaction(
                        "INSERT INTO counts SELECT i + 100, i FROM " + numbers(50),
                        "UPDATE counts SET n = -3000000000 WHERE id = 120");
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
                assertThat(pipeline.health().conditions()).isEmpty();
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
            shop.document("products");
            String priced = PRODUCTS + " WHERE price IS NOT NULL";
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("v1", priced);
                await().untilAsserted(() -> assertThat(shop.deadLetters("v1"))
                        .singleElement()
                        .satisfies(letter -> {
                            assertThat(letter.id()).isEqualTo("11");
                            assertThat(letter.error()).contains("price");
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
                assertThat(pipeline.health().conditions()).isEmpty();
            }
            try (Pipeline again = shop.start()) { // another collection: it is filled before it is streamed into
                shop.awaitEqual("v2", PRODUCTS);
                assertThat(again.health().conditions()).isEmpty();
            }
        }
    }

    @Test
    void columns_mayBeAddedRenamedAndDroppedWhileRunning_andWhileStopped() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE products (id int PRIMARY KEY, name varchar(100) NOT NULL, code varchar(10) NOT NULL, old"
                            + " varchar(10))",
                    "INSERT INTO products VALUES (1, 'one', 'a', 'x'), (2, 'two', 'b', 'y')");
            shop.document("products");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("products", "SELECT * FROM products");
                shop.sql(
                        "ALTER TABLE products ADD COLUMN weight int",
                        "INSERT INTO products VALUES (3, 'three', 'c', 'z', 30)",
                        "UPDATE products SET weight = 10");
                shop.awaitEqual("products", "SELECT * FROM products");
                assertThat(shop.field("products", "weight").path("type").asText())
                        .isEqualTo("int32");
                shop.sql(
                        renameColumn("products", "old", "young"),
                        "INSERT INTO products VALUES (4, 'four', 'd', 'y', 40)",
                        "UPDATE products SET weight = 11");
                shop.awaitEqual("products", "SELECT * FROM products");
                shop.sql(
                        "ALTER TABLE products DROP COLUMN code",
                        "UPDATE products SET weight = 12",
                        "INSERT INTO products VALUES (5, 'five', 'y', 50)");
                shop.awaitEqual("products", "SELECT * FROM products");
                assertThat(shop.deadLetters("products")).isEmpty();
                assertThat(pipeline.health().conditions()).isEmpty();
            }
            shop.sql("ALTER TABLE products DROP COLUMN name", "UPDATE products SET weight = 13");
            try (Pipeline again = shop.start()) {
                shop.sql("INSERT INTO products VALUES (6, 'y', 60)");
                shop.awaitEqual("products", "SELECT * FROM products");
                assertThat(shop.deadLetters("products")).isEmpty();
                assertThat(again.health().conditions()).isEmpty();
            }
        }
    }

    @Test
    void restart_resumesOrSnapshotsAgain_asTheStateAsks() throws Exception {
        try (Shop shop = open()) {
            shop.sql(CREATE_PRODUCTS, insertProducts(1500));
            shop.document("products");
            try (Pipeline first = shop.start()) {
                shop.awaitEqual("products", PRODUCTS);
                shop.sql("UPDATE products SET name = 'streamed' WHERE id = 1"); // its offset follows the snapshot's
                shop.awaitEqual("products", PRODUCTS);
                assertThat(first.health().conditions()).isEmpty();
            }
            shop.sql(
                    "DELETE FROM products WHERE id = 1", "INSERT INTO products VALUES (2000, 'while stopped', 2, 'b')");
            try (Pipeline resumed = shop.start()) {
                shop.awaitEqual("products", PRODUCTS);
                assertThat(shop.count("tidemark.snapshot.rows")).isZero();
                assertThat(resumed.health().conditions()).isEmpty();
            }
            shop.sql("DELETE FROM products WHERE id > 100");
            shop.withSource("snapshot: always");
            try (Pipeline swept = shop.start()) {
                shop.awaitEqual("products", PRODUCTS);
                await().untilAsserted(() -> assertThat(swept.status().state()).isEqualTo("streaming"));
                assertThat(shop.count("tidemark.snapshot.rows")).isPositive();
                shop.awaitEqual("products", PRODUCTS);
            }
            shop.withoutSourceSettings();
            shop.typesense().admin().delete("/collections/" + shop.collection("products"));
            try (Pipeline refilled = shop.start()) {
                shop.awaitEqual("products", PRODUCTS);
                await().until(() -> refilled.status().state().equals("streaming"));
            }
            shop.withoutDocuments().document("products", "fields: {name: ~, cost: price}");
            try (Pipeline mapped = shop.start()) {
                shop.awaitEqual("products", "SELECT id, name, price AS cost FROM products");
                assertThat(shop.field("products", "cost").path("type").asText()).isEqualTo("float");
                assertThat(mapped.health().conditions()).isEmpty();
            }
        }
    }

    @Test
    void updates_writeTheFieldsThatChanged_orNothing() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE products (id int PRIMARY KEY, name varchar(100) NOT NULL, price decimal(10,2), body"
                            + " varchar(100), secret int)",
                    "INSERT INTO products SELECT i, concat('product ', i), i * 1.25, 'body', 0 FROM " + numbers(30));
            shop.sql(tellRowsBefore("products"));
            shop.document("products", "fields: {name: ~, price: ~, body: ~}");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("products", PRODUCTS);
                await().until(() -> pipeline.status().state().equals("streaming"));
                awaitDocuments(shop, "upsert", 30);
                shop.sql(
                        "UPDATE products SET price = price + 1 WHERE id <= 10",
                        "UPDATE products SET price = NULL, body = NULL WHERE id = 11",
                        "UPDATE products SET secret = secret + 1");
                shop.awaitEqual("products", PRODUCTS);
                await().untilAsserted(() ->
                        assertThat(shop.count("tidemark.updates.skipped")).isEqualTo(30));
                awaitDocuments(shop, "update", 11);
                assertThat(documents(shop, "upsert")).isEqualTo(30);
                await().untilAsserted(() -> assertThat(pipeline.status().collections())
                        .singleElement()
                        .satisfies(
                                collection -> assertThat(collection.updated()).isEqualTo(11)));

                shop.typesense().admin().delete("/collections/" + shop.collection("products") + "/documents/5");
                shop.sql("UPDATE products SET body = 'it is back' WHERE id = 5");
                shop.awaitEqual("products", PRODUCTS);
                awaitDocuments(shop, "upsert", 31);
                assertThat(shop.deadLetters("products")).isEmpty();
                assertThat(pipeline.health().conditions()).isEmpty();
            }
            try (Pipeline again = shop.start()) { // it is known of the documents how they were written
                shop.sql("UPDATE products SET price = 7 WHERE id = 7");
                shop.awaitEqual("products", PRODUCTS);
                await().untilAsserted( // not a number: the last one before the stop may come again
                                () -> assertThat(documents(shop, "update")).isPositive());
                assertThat(documents(shop, "upsert")).isZero();
                assertThat(again.health().conditions()).isEmpty();
            }
        }
    }

    /** A document can be read before its flush has counted it. */
    private static void awaitDocuments(Shop shop, String action, double count) {
        await().untilAsserted(() -> assertThat(documents(shop, action)).isEqualTo(count));
    }

    private static double documents(Shop shop, String action) {
        return shop.count("tidemark.documents", "action", action, "outcome", "ok");
    }

    @Test
    void updateThatIsRefused_leavesAStaleDocument_whichOnlyAWholeOneHeals() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE counts (id int PRIMARY KEY, n bigint, name varchar(20), secret int)",
                    "INSERT INTO counts VALUES (1, 1, 'a', 0), (2, 2, 'b', 0)");
            shop.sql(tellRowsBefore("counts"));
            shop.document("counts", "fields: {n: {type: int32}, name: ~}");
            String query = "SELECT id, n, name FROM counts";
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("counts", query);
                await().until(() -> pipeline.status().state().equals("streaming"));
                shop.sql("UPDATE counts SET n = 3000000000, name = 'refused, too' WHERE id = 1");
                await().untilAsserted(
                                () -> assertThat(shop.deadLetters("counts")).hasSize(1));
                assertThat(pipeline.health().conditions()).isEmpty();
            }
            try (Pipeline again = shop.start()) { // its dead letter is known after a restart
                shop.sql("UPDATE counts SET n = 5 WHERE id = 1", "UPDATE counts SET n = 6 WHERE id = 2");
                shop.awaitEqual("counts", query);
                await().untilAsserted(
                                () -> assertThat(shop.deadLetters("counts")).isEmpty());
                awaitDocuments(shop, "upsert", 1);
                awaitDocuments(shop, "update", 1);
                shop.sql("UPDATE counts SET secret = 1");
                await().untilAsserted(() ->
                        assertThat(shop.count("tidemark.updates.skipped")).isEqualTo(2));
                assertThat(again.health().conditions()).isEmpty();
            }
        }
    }

    @Test
    void changedColumns_bringWholeDocuments_untilASnapshot() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE products (id int PRIMARY KEY, name varchar(100) NOT NULL, price decimal(10,2))",
                    "INSERT INTO products SELECT i, concat('product ', i), i FROM " + numbers(9));
            shop.sql(tellRowsBefore("products"));
            shop.document("products");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("products", "SELECT * FROM products");
                shop.sql(
                        "ALTER TABLE products ADD COLUMN extra int DEFAULT 7",
                        "UPDATE products SET price = price + 100 WHERE id <= 3");
                shop.awaitEqual(
                        "products", "SELECT id, name, price, CASE WHEN id <= 3 THEN extra END AS extra FROM products");
                assertThat(pipeline.health().conditions()).isEmpty();
            }
            try (Pipeline again = shop.start()) {
                shop.sql("UPDATE products SET price = price + 100 WHERE id <= 5");
                shop.awaitEqual(
                        "products", "SELECT id, name, price, CASE WHEN id <= 5 THEN extra END AS extra FROM products");
                assertThat(documents(shop, "update")).isZero();
                assertThat(again.health().conditions()).isEmpty();
            }
            shop.withSource("snapshot: always");
            try (Pipeline swept = shop.start()) {
                shop.awaitEqual("products", "SELECT * FROM products");
                await().until(() -> swept.status().state().equals("streaming"));
                shop.sql("UPDATE products SET price = price + 100");
                shop.awaitEqual("products", "SELECT * FROM products");
                awaitDocuments(shop, "update", 9);
                assertThat(swept.health().conditions()).isEmpty();
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
                assertThat(pipeline.health().conditions()).isEmpty();
            }
            shop.sql("DELETE FROM us WHERE id < 5", "INSERT INTO eu VALUES (2, 'while stopped', 2, NULL)");
            shop.typesense()
                    .admin()
                    .upsert(shop.collection("shops"), List.of("{\"id\": \"nobody's\", \"name\": \"x\"}"));
            shop.withSource("snapshot: always");
            try (Pipeline swept = shop.start()) {
                shop.awaitEqual("shops", all);
                assertThat(swept.health().conditions()).isEmpty();
            }
        }
    }

    @Test
    void oneTable_feedsCollectionsByDifferentIds_andNoCollectionHasTwoNames() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE goods (id int PRIMARY KEY, sku varchar(20) NOT NULL UNIQUE, name varchar(20))",
                    "INSERT INTO goods SELECT i, concat('sku-', i), 'x' FROM " + numbers(20));
            shop.sql(tellRowsBefore("goods"));
            shop.documentIn("goods", "by_sku", "id: sku").documentIn("goods", "by_id");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("by_id", "SELECT id, sku, name FROM goods");
                shop.awaitEqual("by_sku", "SELECT sku AS id, sku, name FROM goods");
                shop.sql("UPDATE goods SET sku = 'new' WHERE id = 1", "DELETE FROM goods WHERE id IN (2, 3)");
                shop.awaitEqual("by_id", "SELECT id, sku, name FROM goods");
                shop.awaitEqual("by_sku", "SELECT sku AS id, sku, name FROM goods");
                assertThat(pipeline.health().conditions()).isEmpty();
            }
            shop.alias("another", "by_id");
            shop.documentIn("goods", "another");
            assertThatThrownBy(shop::start)
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("it is the same as " + shop.collection("by_id"));
        }
    }

    @Test
    void deletedRow_takesDocumentsOfItsTenantWithIt() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE tenants (id int PRIMARY KEY, name varchar(20))",
                    "CREATE TABLE items (id int PRIMARY KEY, tenant_id int REFERENCES tenants (id) ON DELETE CASCADE, name"
                            + " varchar(20)" + cascading() + ")",
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
                assertThat(pipeline.health().conditions()).isEmpty();
            }
            shop.withoutDocuments()
                    .document(
                            "items",
                            "deleteWhere: { table: " + shop.source().qualified(shop.name(), "tenants")
                                    + ", filter: \"name:=:name\" }");
            assertThatThrownBy(shop::start)
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("':name' of the filter 'name:=:name' is no column of the primary key");
        }
    }

    /** What a table needs more for {@code REFERENCES} to count. */
    String cascading() {
        return "";
    }

    @Test
    void plan_triesRowsInAScratchCollection_andChangesNothingElse() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE goods (id int PRIMARY KEY, name varchar(100) NOT NULL, n bigint, sizes " + json()
                            + ")",
                    "INSERT INTO goods VALUES (1, 'one', 1, '[1]'), (2, 'two', 3000000000, '[2]'),"
                            + " (3, 'three', 3, '[3, \"x\"]'), (4, 'four', 4, NULL), (5, 'five', -3000000000, NULL)");
            shop.document("goods", "fields: {name: ~, n: {type: int32}, sizes: {type: 'int32[]', optional: true}}");
            String file = shop.configFile().toString();
            String before = shop.typesense().admin().get("/collections");

            Commands.Ended first = Commands.run("plan", "-c", file, "--sample", "4", "--json");
            assertThat(first.err()).isEmpty();
            assertThat(first.code()).isEqualTo(1);
            JsonNode plan = JSON.readTree(first.out()).path(0);
            assertThat(plan.path("there").isNull()).isTrue();
            assertThat(plan.path("schema").path("name").asText()).isEqualTo(shop.collection("goods"));
            assertThat(plan.path("schema").path("fields").path(1).toString())
                    .isEqualTo("{\"name\":\"n\",\"type\":\"int32\",\"facet\":false,\"optional\":true,\"index\":true}");
            assertThat(plan.path("sample").path("rows").asInt()).isEqualTo(4);
            assertThat(plan.path("sample").path("rejects"))
                    .extracting(reject -> reject.path("key").path("id").asText() + " "
                            + reject.path("field").asText() + " "
                            + reject.path("error").asText())
                    .satisfiesExactly(
                            ours -> assertThat(ours).startsWith("2 n ").contains("3000000000"),
                            theirs -> assertThat(theirs).startsWith("3 sizes 400: Field `sizes` must be an array"));
            assertThat(shop.typesense().admin().get("/collections")).isEqualTo(before);
            assertThat(shop.state()).doesNotExist();

            Commands.Ended one = Commands.run("plan", "-c", file, "--sample", "1");
            assertThat(one.code()).as(one.out() + one.err()).isZero();
            assertThat(one.out()).contains("1 rows: 1 accepted, 0 rejected", "'run' creates the collection");

            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("goods", "SELECT id, name, n, sizes FROM goods WHERE id IN (1, 4)");
                Commands.Ended beside = Commands.run("plan", "-c", file, "--sample", "5");
                assertThat(beside.code()).as(beside.out() + beside.err()).isEqualTo(1);
                assertThat(beside.out())
                        .contains("is there as " + shop.collection("goods") + ", 2 documents", "2 accepted, 3 rejected")
                        .doesNotContain("differs", "REFUSED");
                assertThat(pipeline.health().conditions()).isEmpty();
            }
            shop.sql("ALTER TABLE goods ADD COLUMN weight int");
            shop.withoutDocuments().document("goods", "fields: {name: ~, n: {type: int32}, weight: ~}");
            shop.configFile();
            Commands.Ended altered = Commands.run("plan", "-c", file, "--sample", "1");
            assertThat(altered.code()).as(altered.out() + altered.err()).isZero();
            assertThat(altered.out())
                    .contains(
                            "field 'weight' (int32, optional) is not there",
                            "'run' adds field 'weight'",
                            "field 'sizes' (int32[], optional, no sort) is there, and nothing is mapped to it");
            assertThat(shop.field("goods", "weight").isMissingNode()).isTrue();
        }
    }

    @Test
    void plan_saysWhatWouldBeRefused_andWhy() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE goods (id int PRIMARY KEY, name varchar(100) NOT NULL, n int)",
                    "INSERT INTO goods VALUES (1, 'one', 1)");
            shop.document("goods", "fields: {name: ~, n: {index: false, optional: false}}");
            String file = shop.configFile().toString();
            Commands.Ended refused = Commands.run("plan", "-c", file, "--sample", "1");
            assertThat(refused.code()).isEqualTo(2);
            assertThat(refused.out())
                    .contains("REFUSED     Typesense refuses this collection: 400 Field `n` must be optional");

            shop.withoutDocuments().document("goods");
            shop.configFile();
            shop.typesense()
                    .admin()
                    .post(
                            "/collections",
                            "{\"name\": \"" + shop.collection("goods")
                                    + "\", \"fields\": [{\"name\": \"name\", \"type\":"
                                    + " \"int32\"}, {\"name\": \"n\", \"type\": \"int32\", \"facet\": true},"
                                    + " {\"name\": \"must\", \"type\": \"string\"}]}");
            Commands.Ended unfit = Commands.run("plan", "-c", file, "--sample", "1");
            assertThat(unfit.code()).isEqualTo(2);
            assertThat(unfit.out())
                    .contains(
                            "field 'name' is int32 there, and would be made string",
                            "field 'n' has facet: true there, not false",
                            "field 'n' has optional: false there, not true",
                            "REFUSED     field 'name' is int32 in collection",
                            "REFUSED     field 'must' is required in collection",
                            "1 rows: 0 accepted, 1 rejected");
            assertThat(shop.typesense().admin().get("/collections")).doesNotContain("__tidemark_plan_");

            shop.withoutDocuments().document("nowhere");
            shop.configFile();
            Commands.Ended missing = Commands.run("plan", "-c", file);
            assertThat(missing.code()).isEqualTo(2);
            assertThat(missing.err()).contains("nowhere", "does not exist");
            assertThat(missing.out()).isEmpty();
        }
    }

    @Test
    void leastKey_isEnoughForTheService_andReachesNothingElse() throws Exception {
        try (Shop shop = open()) {
            shop.sql(CREATE_PRODUCTS, insertProducts(300));
            shop.document("products");
            String file = shop.configFile().toString();
            String others = shop.collection("productsx"); // what a careless pattern would match
            shop.typesense()
                    .admin()
                    .post(
                            "/collections",
                            "{\"name\": \"" + others + "\", \"fields\": [{\"name\": \".*\", \"type\": \"auto\"}]}");
            Commands.Ended keys = Commands.run("keys", "create", "-c", file, "--json");
            assertThat(keys.code()).as(keys.err()).isZero();
            String service =
                    JSON.readTree(keys.out()).path("service").path("value").asText();
            String search = JSON.readTree(keys.out())
                    .path("search")
                    .path(0)
                    .path("value")
                    .asText();
            assertThat(keys.err()).doesNotContain(service, search);

            shop.withApiKey(service);
            shop.configFile();
            Commands.Ended check = Commands.run("check", "-c", file);
            assertThat(check.out()).contains("typesense key: accepted").doesNotContain("warn  typesense");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("products", PRODUCTS);
                shop.sql(
                        "UPDATE products SET name = 'changed' WHERE id < 10",
                        "DELETE FROM products WHERE id BETWEEN 20 AND 30",
                        "INSERT INTO products VALUES (9000, 'new', 1, NULL)",
                        "ALTER TABLE products ADD COLUMN extra int",
                        "UPDATE products SET extra = 7 WHERE id < 10");
                shop.awaitEqual("products", "SELECT id, name, price, body, extra FROM products");
                shop.sql(
                        "TRUNCATE TABLE products",
                        "INSERT INTO products VALUES (1, 'a', 1, 'b', 2), (2, 'a', 1, 'b', 2)");
                shop.awaitEqual("products", "SELECT id, name, price, body, extra FROM products");
                assertThat(pipeline.health().conditions()).isEmpty();
            }
            shop.sql("DELETE FROM products WHERE id = 1");
            shop.withSource("snapshot: always");
            try (Pipeline swept = shop.start()) {
                shop.awaitEqual("products", "SELECT id, name, price, body, extra FROM products");
                assertThat(swept.health().conditions()).isEmpty();
            }
            assertReaches(shop, service, search, others);
        }
    }

    private static void assertReaches(Shop shop, String service, String search, String others) {
        String own = shop.collection("products");
        TypesenseAdmin least = new TypesenseAdmin(shop.typesense().uri(), service);
        TypesenseAdmin searching = new TypesenseAdmin(shop.typesense().uri(), search);
        String query = "/documents/search?q=a&query_by=name";
        SoftAssertions soft = new SoftAssertions();
        for (String path : List.of(
                "/collections/" + others,
                "/collections/" + others + "/documents/export",
                "/collections/" + others + "/documents/1",
                "/collections/" + others + query,
                "/collections/" + own + query,
                "/collections/" + own + "/documents/1",
                "/keys",
                "/metrics.json")) {
            soft.assertThat(least.status("GET", path)).as("GET " + path).isEqualTo(401);
        }
        for (String path : List.of(
                "/collections/" + others,
                "/collections/" + others + "/documents?filter_by=n:1",
                "/collections/" + others + "/documents/1",
                "/collections/" + own,
                "/aliases/" + own)) {
            soft.assertThat(least.status("DELETE", path)).as("DELETE " + path).isEqualTo(401);
        }
        soft.assertThatThrownBy(() -> least.upsert(others, List.of("{\"id\": \"1\"}")))
                .hasMessageContaining("401");
        soft.assertThatThrownBy(() -> least.post("/collections", "{\"name\": \"" + others + "2\", \"fields\": []}"))
                .hasMessageContaining("401");
        soft.assertThatThrownBy(() -> least.put("/aliases/" + own + "_a", "{\"collection_name\": \"" + own + "\"}"))
                .hasMessageContaining("401");
        soft.assertThat(searching.status("GET", "/collections/" + own + query)).isEqualTo(200);
        soft.assertThat(searching.status("GET", "/collections/" + others + query))
                .isEqualTo(401);
        soft.assertThat(searching.status("GET", "/collections/" + own)).isEqualTo(401);
        soft.assertThat(searching.status("GET", "/collections/" + own + "/documents/export"))
                .isEqualTo(401);
        soft.assertAll();
    }

    /** Two seeds that are always the same and one that never is; the names of the runs show them. */
    static LongStream seeds() {
        return LongStream.of(1, 2, System.currentTimeMillis());
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void anyStatements_endInEqualDocuments(long seed) throws Exception {
        RandomStatements statements = new RandomStatements(seed);
        try (Shop shop = open()) {
            shop.sql(statements.create());
            if (seed != 2) { // without that, updates tell less of the row before where the database has a choice
                shop.sql(tellRowsBefore("things"));
            }
            shop.document("things", "fields: {name: ~, n: {type: int32}, big: ~, price: ~}");
            for (int life = 0; life < 3; life++) {
                try (Pipeline pipeline = shop.start()) {
                    for (int i = 0; i < 60; i++) {
                        shop.transaction(statements.next());
                    }
                    if (life == 2) {
                        shop.sql(statements.mend());
                        shop.awaitEqual("things", "SELECT id, name, n, big, price FROM things");
                        await().untilAsserted(() ->
                                assertThat(shop.deadLetters("things")).isEmpty());
                    }
                    assertThat(pipeline.health().conditions()).isEmpty();
                }
            }
            assertThat(documents(shop, "upsert")).isPositive();
        }
    }

    @Test
    void fieldsByExpression_areComputed_andChangeWithTheirColumns() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE people (id int PRIMARY KEY, first_name varchar(50), last_name varchar(50) NOT NULL, age int,"
                            + " price decimal(10,2), seen timestamp, active boolean, extra " + json() + ", secret int)",
                    "INSERT INTO people VALUES (1, 'Ana', 'Müller', 41, 12.50, '2024-02-29 12:00:00', true,"
                            + " '{\"home\": {\"city\": \"Wien\"}}', 0),"
                            + " (2, NULL, 'Smith', NULL, NULL, NULL, false, NULL, 0)");
            shop.sql(tellRowsBefore("people"));
            shop.document(
                    "people",
                    "fields:",
                    "  name: {cel: \"trim(default(row.first_name, '') + ' ' + row.last_name)\"}",
                    "  slug: {cel: slug(row.last_name)}",
                    "  adult: {cel: \"default(row.age, 0) >= 18\", facet: true}",
                    "  gross: {cel: \"row.price == null ? row.price : row.price * 2.0\"}",
                    "  year: {cel: \"formatDate(row.seen, 'yyyy')\"}",
                    "  city: {cel: \"get(row.extra, 'home.city')\", type: string}",
                    "  words: {cel: \"split(row.last_name, ' ')\"}",
                    "  state: {cel: \"row.active ? 'on' : 'off'\"}");
            try (Pipeline pipeline = shop.start()) {
                awaitPerson(
                        shop,
                        "1",
                        "{\"id\":\"1\",\"name\":\"Ana Müller\",\"slug\":\"muller\",\"adult\":true,\"gross\":25.0,"
                                + "\"year\":\"2024\",\"city\":\"Wien\",\"words\":[\"Müller\"],\"state\":\"on\"}");
                awaitPerson(
                        shop,
                        "2",
                        "{\"id\":\"2\",\"name\":\"Smith\",\"slug\":\"smith\",\"adult\":false,\"words\":[\"Smith\"],"
                                + "\"state\":\"off\"}");
                assertThat(shop.field("people", "gross").path("type").asText()).isEqualTo("float");
                assertThat(shop.field("people", "words").path("type").asText()).isEqualTo("string[]");
                assertThat(shop.field("people", "adult").path("facet").asBoolean())
                        .isTrue();
                await().until(() -> pipeline.status().state().equals("streaming"));
                double whole = documents(shop, "upsert");
                shop.sql(
                        "UPDATE people SET age = 3, price = NULL WHERE id = 1",
                        "UPDATE people SET first_name = 'Jo', active = true WHERE id = 2",
                        "UPDATE people SET secret = 1");
                awaitPerson(
                        shop,
                        "1",
                        "{\"id\":\"1\",\"name\":\"Ana Müller\",\"slug\":\"muller\",\"adult\":false,"
                                + "\"year\":\"2024\",\"city\":\"Wien\",\"words\":[\"Müller\"],\"state\":\"on\"}");
                awaitPerson(
                        shop,
                        "2",
                        "{\"id\":\"2\",\"name\":\"Jo Smith\",\"slug\":\"smith\",\"adult\":false,\"words\":[\"Smith\"],"
                                + "\"state\":\"on\"}");
                awaitDocuments(shop, "update", 2);
                assertThat(documents(shop, "upsert")).isEqualTo(whole);
                assertThat(shop.deadLetters("people")).isEmpty();
                assertThat(pipeline.health().conditions()).isEmpty();
            }
        }
    }

    private static void awaitPerson(Shop shop, String id, String document) {
        await().untilAsserted(() ->
                assertThat(shop.documents("people").get(id)).isEqualTo(new ObjectMapper().readTree(document)));
    }

    @Test
    void expressionThatFailsForARow_isADeadLetter_andTheOthersGoOn() throws Exception {
        try (Shop shop = open()) {
            shop.sql("CREATE TABLE counts (id int PRIMARY KEY, n int, d int)", "INSERT INTO counts VALUES (1, 6, 3)");
            shop.document("counts", "fields:", "  n: ~", "  q: {cel: row.n / row.d, type: int32}");
            String query = "SELECT id, n, floor(n / d) AS q FROM counts";
            try (Pipeline pipeline = shop.start()) {
                shop.sql("INSERT INTO counts VALUES (2, 1, 0), (3, 8, 2), (4, 1, NULL)");
                shop.awaitEqual("counts", query + " WHERE id IN (1, 3)");
                await().untilAsserted(
                                () -> assertThat(shop.deadLetters("counts")).hasSize(2));
                assertThat(shop.deadLetters("counts"))
                        .allSatisfy(letter -> assertThat(letter.error()).contains("field 'q'", "row.n / row.d"))
                        .anySatisfy(letter -> assertThat(letter.error()).contains("by zero"))
                        .anySatisfy(letter -> assertThat(letter.error()).contains("NULL here: row.d"));
                shop.sql("UPDATE counts SET d = 1 WHERE id IN (2, 4)");
                shop.awaitEqual("counts", query);
                await().untilAsserted(
                                () -> assertThat(shop.deadLetters("counts")).isEmpty());
                assertThat(pipeline.health().conditions()).isEmpty();
            }
        }
    }

    @Test
    void expressionOverAColumnThatIsNotThere_isRefused_withItsPlace() throws Exception {
        try (Shop shop = open()) {
            shop.sql(CREATE_PRODUCTS);
            shop.document("products", "fields:", "  title: {cel: upper(row.nmae)}", "  x: {cel: row.price + 1}");
            assertThatThrownBy(shop::start)
                    .isInstanceOf(RefusedException.class)
                    .message()
                    .contains("fields.title.cel: ", " has no column 'nmae'; did you mean 'name'?")
                    .contains("fields.x.cel: there is no '+' applied to '(double, int)'")
                    .containsPattern("tidemark\\.yml:[0-9]+:26: documents\\[0]\\.fields\\.title");
        }
    }

    @Test
    void rows_enterAndLeave_asWhereSays() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE articles (id int PRIMARY KEY, title varchar(100) NOT NULL, status varchar(20), n int)",
                    "INSERT INTO articles SELECT i, concat('article ', i), CASE WHEN i % 2 = 0 THEN 'draft' ELSE 'published'"
                            + " END, i FROM " + numbers(200));
            shop.sql(tellRowsBefore("articles"));
            shop.document(
                    "articles", "where: \"row.status == 'published' && row.n != null\"", "fields: {title: ~, n: ~}");
            String query = "SELECT id, title, n FROM articles WHERE status = 'published' AND n IS NOT NULL";
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("articles", query);
                await().until(() -> pipeline.status().state().equals("streaming"));
                assertThat(documents(shop, "delete")).isZero(); // it was empty
                await().untilAsserted(() ->
                        assertThat(shop.count("tidemark.filtered")).isEqualTo(100));
                shop.sql(
                        "UPDATE articles SET status = 'published' WHERE id IN (2, 4, 6)",
                        "UPDATE articles SET status = 'draft' WHERE id IN (1, 3)",
                        "UPDATE articles SET n = NULL WHERE id = 5",
                        "UPDATE articles SET title = 'draft still' WHERE id = 8",
                        "UPDATE articles SET title = 'published still' WHERE id = 7",
                        "INSERT INTO articles VALUES (300, 'a draft', 'draft', 1), (301, 'published', 'published', 1)",
                        "DELETE FROM articles WHERE id IN (9, 10)");
                shop.transaction(
                        "UPDATE articles SET status = 'draft' WHERE id = 11",
                        "UPDATE articles SET title = 'changed meanwhile' WHERE id = 11",
                        "UPDATE articles SET status = 'published' WHERE id = 11",
                        "UPDATE articles SET status = 'published' WHERE id = 12",
                        "UPDATE articles SET status = 'draft' WHERE id = 12");
                shop.awaitEqual("articles", query);
                assertThat(shop.deadLetters("articles")).isEmpty();
                assertThat(pipeline.health().conditions()).isEmpty();
            }
            shop.sql("UPDATE articles SET status = 'draft' WHERE id BETWEEN 20 AND 40");
            shop.withSource("snapshot: always"); // rows that left while nobody looked
            try (Pipeline swept = shop.start()) {
                shop.awaitEqual("articles", query);
                assertThat(swept.health().conditions()).isEmpty();
            }
            shop.withoutSourceSettings();
            shop.withoutDocuments()
                    .document("articles", "where: row.n > 100", "softDelete: status", "fields: {title: ~, n: ~}");
            shop.sql("UPDATE articles SET status = NULL WHERE id > 90 AND id <= 110");
            String another = "SELECT id, title, n FROM articles WHERE n > 100 AND status IS NULL";
            try (Pipeline changed = shop.start()) {
                shop.awaitEqual("articles", another);
                assertThat(shop.count("tidemark.snapshot.rows")).isPositive();
                shop.sql("UPDATE articles SET n = n + 5 WHERE id BETWEEN 90 AND 100");
                shop.awaitEqual("articles", another);
                assertThat(changed.health().conditions()).isEmpty();
            }
        }
    }

    @Test
    void softDelete_byAFlag() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE notes (id int PRIMARY KEY, body varchar(100), is_deleted boolean)",
                    "INSERT INTO notes VALUES (1, 'one', false), (2, 'two', true), (3, 'three', NULL)");
            shop.document("notes", "softDelete: is_deleted", "fields: {body: ~}");
            String query = "SELECT id, body FROM notes WHERE is_deleted IS NULL OR NOT is_deleted";
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("notes", query);
                shop.sql(
                        "UPDATE notes SET is_deleted = true WHERE id = 1",
                        "UPDATE notes SET is_deleted = false WHERE id = 2",
                        "UPDATE notes SET body = 'changed' WHERE id = 3");
                shop.awaitEqual("notes", query);
                assertThat(pipeline.health().conditions()).isEmpty();
            }
        }
    }

    @Test
    void rowsThatBreakARule_areDeadLetters_orSkipped_orStopThePipeline() throws Exception {
        String[] rules = {
            "fields: {name: ~, price: ~, mail: ~}",
            "require: {name: {length: {min: 2}, regex: '^[a-z]'}, price: {required: true, range: {min: 0}}, mail: {email: true}}"
        };
        String good = "SELECT id, name, price, mail FROM goods WHERE id < 10";
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE goods (id int PRIMARY KEY, name varchar(50), price decimal(10,2), mail varchar(50))",
                    "INSERT INTO goods VALUES (1, 'good', 1.5, 'a@b.c'), (2, 'good, too', 0, NULL), (11, 'x', 1, NULL),"
                            + " (12, 'bad', -1, NULL), (13, 'bad', NULL, NULL), (14, 'bad', 1, 'no mail')");
            shop.sql(tellRowsBefore("goods"));
            shop.document("goods", rules);
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("goods", good);
                await().untilAsserted(() -> assertThat(shop.deadLetters("goods"))
                        .extracting(DeadLetter::id)
                        .containsExactlyInAnyOrder("11", "12", "13", "14"));
                shop.sql("UPDATE goods SET price = -5 WHERE id = 1");
                await().untilAsserted(
                                () -> assertThat(shop.deadLetters("goods")).hasSize(5));
                assertThat(shop.documents("goods"))
                        .hasEntrySatisfying(
                                "1",
                                document -> assertThat(document.path("price").asDouble())
                                        .isEqualTo(1.5));
                shop.sql(
                        "UPDATE goods SET price = 2, name = 'better' WHERE id = 1",
                        "UPDATE goods SET name = 'good', price = 1, mail = NULL WHERE id > 10",
                        "UPDATE goods SET id = id - 5 WHERE id > 10");
                shop.awaitEqual("goods", good);
                await().untilAsserted(
                                () -> assertThat(shop.deadLetters("goods")).isEmpty());
                assertThat(pipeline.health().conditions()).isEmpty();
            }
            shop.sql("UPDATE goods SET price = -1 WHERE id = 2");
            shop.withoutDocuments().document("goods", rules[0], rules[1], "onInvalid: skip");
            String priced = good + " AND price >= 0";
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("goods", priced);
                await().until(() -> pipeline.status().state().equals("streaming"));
                shop.sql("UPDATE goods SET price = -1 WHERE id = 6", "UPDATE goods SET price = 3 WHERE id = 2");
                shop.awaitEqual("goods", priced);
                await().untilAsserted(
                                () -> assertThat(shop.count("tidemark.invalid")).isEqualTo(2));
                assertThat(shop.deadLetters("goods")).isEmpty();
                assertThat(pipeline.health().conditions()).isEmpty();
            }
            shop.sql("DELETE FROM goods WHERE price < 0");
            shop.withoutDocuments().document("goods", rules[0], rules[1], "onInvalid: stop");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("goods", good);
                await().until(() -> pipeline.status().state().equals("streaming"));
                shop.sql("INSERT INTO goods VALUES (20, 'bad', -1, NULL)");
                await().untilAsserted(() -> assertThat(pipeline.health().conditions())
                        .hasEntrySatisfying(
                                Health.Part.FLUSH,
                                condition -> assertThat(condition.hint()).contains("onInvalid is 'stop'")));
            }
            assertThat(shop.deadLetters("goods")).isEmpty();
        }
    }
}
