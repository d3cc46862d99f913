package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tidemark.pipeline.Pipeline;
import dev.tidemark.startup.StartupException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Everyday migrations of a table: its collection follows while the pipeline runs, and no row becomes a dead letter. */
abstract class MigrationContract extends ShopContract {

    private static final String ITEMS = "SELECT * FROM items";

    /** Makes a column of that type, which may be NULL or not. */
    abstract String retype(String column, String type, boolean nullable);

    /** A type that holds true and false. */
    abstract String bool();

    private static void awaitEqual(Shop shop) {
        shop.awaitEqual("items", ITEMS);
    }

    private static String type(Shop shop, String field) {
        return shop.field("items", field).path("type").asText();
    }

    private static boolean optional(Shop shop, String field) {
        return shop.field("items", field).path("optional").asBoolean();
    }

    private static void assertClean(Shop shop, Pipeline pipeline) {
        assertThat(shop.deadLetters("items")).isEmpty();
        Shop.awaitHealthy(pipeline);
        assertThat(pipeline.health().notices()).isEmpty();
        assertThat(shop.count("tidemark.source.restarts")).isZero();
    }

    @Test
    void columnThatBecomesNullable_makesItsFieldOptional_beforeItsNullsAreWritten() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE items (id int PRIMARY KEY, title varchar(50) NOT NULL, price int)",
                    "INSERT INTO items VALUES (1, 'a', 1), (2, 'b', 2)");
            shop.sql(server().tellRowsBefore("items"));
            shop.document("items");
            try (Pipeline pipeline = shop.start()) {
                awaitEqual(shop);
                assertThat(optional(shop, "title")).isFalse();
                shop.sql(
                        retype("title", "varchar(50)", true),
                        "UPDATE items SET title = NULL WHERE id = 1",
                        "INSERT INTO items VALUES (3, NULL, 5)");
                awaitEqual(shop);
                assertThat(optional(shop, "title")).isTrue();
                shop.sql(
                        "UPDATE items SET title = 'c' WHERE title IS NULL",
                        retype("title", "varchar(60)", false),
                        "INSERT INTO items VALUES (4, 'd', 5)",
                        retype("title", "varchar(60)", true),
                        "UPDATE items SET title = NULL WHERE id = 4");
                awaitEqual(shop);
                assertThat(type(shop, "title")).isEqualTo("string");
                assertClean(shop, pipeline);
            }
            try (Pipeline again = shop.start()) {
                shop.sql("UPDATE items SET title = NULL, price = 7");
                awaitEqual(shop);
                assertClean(shop, again);
            }
        }
    }

    @Test
    void columnThatBecomesNullable_whileStopped() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE items (id int PRIMARY KEY, title varchar(50) NOT NULL, price int)",
                    "INSERT INTO items VALUES (1, 'a', 1)");
            shop.document("items");
            try (Pipeline pipeline = shop.start()) {
                awaitEqual(shop);
                Shop.awaitStreaming(pipeline);
            }
            shop.sql(retype("title", "varchar(50)", true), "INSERT INTO items VALUES (2, NULL, 5)");
            try (Pipeline again = shop.start()) {
                awaitEqual(shop);
                assertThat(optional(shop, "title")).isTrue();
                assertClean(shop, again);
            }
        }
    }

    @Test
    void columnsOfOtherTypes_makeTheirFieldsFollow_andTheTableIsReadAgain() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE items (id int PRIMARY KEY, small smallint NOT NULL, n int NOT NULL, flag " + bool()
                            + " NOT NULL, label varchar(20) NOT NULL, ratio float, word varchar(20) NOT NULL, num int,"
                            + " at timestamp NULL)",
                    "INSERT INTO items SELECT i, i, i, " + (bool().equals("boolean") ? "i % 2 = 0" : "i % 2")
                            + ", concat('label ', i), i * 0.5, concat('', i * 3), i, '2024-05-06 07:08:09' FROM "
                            + numbers(50));
            shop.sql(server().tellRowsBefore("items"));
            shop.document("items");
            String query = "SELECT id, small, n, flag, label, ratio, word, num, " + server().seconds("at")
                    + " AS at FROM items";
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("items", query);
                shop.sql(
                        retype("n", "bigint", false),
                        "INSERT INTO items SELECT 51, 1, 3000000000, flag, 'x', 1, '8', 1, at FROM items WHERE id = 1");
                shop.awaitEqual("items", query);
                assertThat(type(shop, "n")).isEqualTo("int64");
                shop.sql(
                        retype("flag", "int", false),
                        "UPDATE items SET flag = 5 WHERE id = 2",
                        retype("small", "int", true),
                        "UPDATE items SET small = 100000 WHERE id = 3",
                        "UPDATE items SET small = NULL WHERE id = 4");
                shop.awaitEqual("items", query);
                assertThat(type(shop, "flag")).isEqualTo("int32");
                shop.sql(
                        retype("word", "int", false),
                        retype("num", "varchar(20)", true),
                        retype("label", "text", true),
                        retype("ratio", "double precision", true),
                        "UPDATE items SET num = 'many' WHERE id = 5");
                shop.awaitEqual("items", query);
                assertThat(List.of(type(shop, "word"), type(shop, "num"), type(shop, "label"), type(shop, "ratio")))
                        .containsExactly("int32", "string", "string", "float");
                shop.sql(
                        retype("at", "date", true),
                        "INSERT INTO items VALUES (60, 1, 1, 1, 'x', 1, 1, 'y', '2024-01-01')");
                shop.awaitEqual("items", query.replace(server().seconds("at"), server().seconds("at")));
                assertClean(shop, pipeline);
            }
            try (Pipeline again = shop.start()) {
                shop.sql("UPDATE items SET flag = flag + 1");
                shop.awaitEqual("items", query);
                assertClean(shop, again);
            }
        }
    }

    @Test
    void columnOfAnotherType_whileStopped_isNoReasonToRefuseTheStart() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE items (id int PRIMARY KEY, flag " + bool() + " NOT NULL, word varchar(20))",
                    "INSERT INTO items SELECT i, " + (bool().equals("boolean") ? "true" : "1") + ", '7' FROM "
                            + numbers(5));
            shop.document("items");
            try (Pipeline pipeline = shop.start()) {
                awaitEqual(shop);
                Shop.awaitStreaming(pipeline);
            }
            shop.sql(retype("flag", "int", false), retype("word", "int", true));
            try (Pipeline again = shop.start()) { // without any row
                awaitEqual(shop);
                assertThat(type(shop, "flag")).isEqualTo("int32");
                assertThat(type(shop, "word")).isEqualTo("int32");
                assertClean(shop, again);
            }
        }
    }

    /** The load writes every document again; values that a wider field takes, too, must not hide that it is another type now. */
    @Test
    void columnOfAnotherType_whileStopped_isFollowed_alsoByALoadOfAllTables() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE items (id int PRIMARY KEY, word varchar(20), n int)",
                    "INSERT INTO items SELECT i, '7', i FROM " + numbers(5));
            shop.document("items");
            try (Pipeline pipeline = shop.start()) {
                awaitEqual(shop);
                Shop.awaitStreaming(pipeline);
            }
            shop.sql(retype("word", "int", true), "ALTER TABLE items DROP COLUMN n");
            shop.withSource("snapshot: always");
            try (Pipeline again = shop.start()) {
                awaitEqual(shop);
                assertThat(type(shop, "word")).isEqualTo("int32");
                assertClean(shop, again);
            }
        }
    }

    @Test
    void columnWithADefault_reachesOldDocuments_withoutAnyRow() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE items (id int PRIMARY KEY, title varchar(50) NOT NULL)",
                    "INSERT INTO items SELECT i, concat('item ', i) FROM " + numbers(30));
            shop.document("items");
            try (Pipeline pipeline = shop.start()) {
                awaitEqual(shop);
                shop.sql("ALTER TABLE items ADD COLUMN stock int NOT NULL DEFAULT 7");
                awaitEqual(shop); // no row has changed
                shop.sql(
                        "ALTER TABLE items ADD COLUMN colour varchar(10) DEFAULT 'red'",
                        "INSERT INTO items VALUES (31, 'x', 1, 'blue')");
                awaitEqual(shop);
                shop.sql("ALTER TABLE items DROP COLUMN stock");
                awaitEqual(shop);
                shop.sql("ALTER TABLE items ADD COLUMN stock varchar(10) DEFAULT 'many'");
                awaitEqual(shop);
                assertThat(type(shop, "stock")).isEqualTo("string");
                assertClean(shop, pipeline);
            }
        }
    }

    @Test
    void renameAndItsRollback_keepWhatWasMadeByHand() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE items (id int PRIMARY KEY, title varchar(50) NOT NULL, note varchar(50) NOT NULL)",
                    "INSERT INTO items VALUES (1, 'one', 'x'), (2, 'two', 'y')");
            shop.typesense()
                    .admin()
                    .post(
                            "/collections",
                            "{\"name\":\"" + shop.collection("items")
                                    + "\",\"fields\":[{\"name\":\"title\",\"type\":\"string\",\"infix\":true,\"locale\":\"th\"},"
                                    + "{\"name\":\"note\",\"type\":\"string\",\"infix\":true},"
                                    + "{\"name\":\"rank\",\"type\":\"int32\",\"optional\":true,\"facet\":true}]}");
            shop.document("items");
            try (Pipeline pipeline = shop.start()) {
                awaitEqual(shop);
                shop.sql("ALTER TABLE items RENAME COLUMN title TO name");
                awaitEqual(shop); // without any row
                shop.sql("INSERT INTO items VALUES (3, 'three', 'z')", "ALTER TABLE items RENAME COLUMN name TO title");
                awaitEqual(shop);
                shop.sql(retype("note", "varchar(60)", true), "INSERT INTO items VALUES (4, 'four', NULL)");
                awaitEqual(shop);
                assertThat(shop.field("items", "title").path("infix").asBoolean())
                        .isTrue();
                assertThat(shop.field("items", "title").path("locale").asText()).isEqualTo("th");
                assertThat(optional(shop, "title")).isTrue();
                assertThat(shop.field("items", "note").path("infix").asBoolean())
                        .isTrue();
                assertThat(optional(shop, "note")).isTrue();
                assertThat(shop.field("items", "rank").path("facet").asBoolean())
                        .isTrue();
                assertClean(shop, pipeline);
            }
        }
    }

    /** The usual way to fill a new column: by a default that is dropped again. */
    @Test
    void columnThatWasFilledByADefault_whichIsGone_reachesOldDocuments_withoutAnyRow() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE items (id int PRIMARY KEY, title varchar(50))",
                    "INSERT INTO items SELECT i, concat('item ', i) FROM " + numbers(30));
            shop.document("items");
            boolean evaluated = bool().equals("boolean"); // a rewrite of the table leaves no mark in the catalog
            try (Pipeline pipeline = shop.start()) {
                awaitEqual(shop);
                shop.sql(
                        "ALTER TABLE items ADD COLUMN stock int DEFAULT " + (evaluated ? "(random() * 100)::int" : "7"),
                        "ALTER TABLE items ALTER COLUMN stock DROP DEFAULT");
                awaitEqual(shop);
                shop.sql("ALTER TABLE items ADD COLUMN spare int");
                awaitEqual(shop);
                assertClean(shop, pipeline);
            }
        }
    }

    /** Nothing would alter it later: no column changes. */
    @Test
    void fieldThatTheConfigurationAsksFor_andStoredValuesDoNotTake_isRefused_withTheWayOut() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE items (id int PRIMARY KEY, title varchar(50) NOT NULL, n int)",
                    "INSERT INTO items VALUES (1, 'one', 1)");
            shop.document("items", "fields:", "  title: ~");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("items", "SELECT id, title FROM items");
                Shop.awaitStreaming(pipeline);
            }
            shop.typesense()
                    .admin()
                    .upsert(
                            shop.collection("items"),
                            List.of("{\"id\":\"1\",\"title\":\"one\",\"extra\":\"no number\"}"));
            shop.withoutDocuments()
                    .document("items", "fields:", "  title: ~", "  extra: { column: n }", "  more: { column: n }");
            assertThatThrownBy(shop::start)
                    .isInstanceOf(StartupException.class)
                    .hasMessageContaining("field 'extra'")
                    .hasMessageContaining("drop the collection");
            shop.typesense().admin().delete("/collections/" + shop.collection("items"));
            try (Pipeline again = shop.start()) { // the way out
                shop.awaitEqual("items", "SELECT id, title, n AS extra, n AS more FROM items");
                Shop.awaitStreaming(again);
                assertClean(shop, again);
            }
        }
    }

    @Test
    void optionThatIsSetByHandWhileRunning_isKept() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE items (id int PRIMARY KEY, title varchar(50) NOT NULL)",
                    "INSERT INTO items VALUES (1, 'one')");
            shop.document("items");
            try (Pipeline pipeline = shop.start()) {
                awaitEqual(shop);
                shop.typesense()
                        .admin()
                        .patch(
                                "/collections/" + shop.collection("items"),
                                "{\"fields\":[{\"name\":\"title\",\"drop\":true},"
                                        + "{\"name\":\"title\",\"type\":\"string\",\"infix\":true}]}");
                shop.sql(retype("title", "varchar(50)", true), "INSERT INTO items VALUES (2, NULL)");
                awaitEqual(shop);
                assertThat(optional(shop, "title")).isTrue();
                assertThat(shop.field("items", "title").path("infix").asBoolean())
                        .isTrue();
                assertClean(shop, pipeline);
            }
        }
    }

    @Test
    void columnsThatExchangeTheirNames_exchangeTheirValues() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE items (id int PRIMARY KEY, a varchar(50), b varchar(50), n int)",
                    "INSERT INTO items VALUES (1, 'one', 'x', 1), (2, 'two', 'y', 2)");
            shop.document("items");
            try (Pipeline pipeline = shop.start()) {
                awaitEqual(shop);
                shop.sql(
                        "ALTER TABLE items RENAME COLUMN a TO c",
                        "ALTER TABLE items RENAME COLUMN b TO a",
                        "ALTER TABLE items RENAME COLUMN c TO b",
                        "INSERT INTO items VALUES (3, 'three', 'z', 3)");
                awaitEqual(shop);
                assertClean(shop, pipeline);
            }
        }
    }

    @Test
    void fieldThatCannotFollow_isReportedAtOnce_withTheWayOut() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE items (id int PRIMARY KEY, score int NOT NULL, word varchar(20) NOT NULL)",
                    "INSERT INTO items VALUES (1, 1, 'x')");
            shop.typesense()
                    .admin()
                    .post(
                            "/collections",
                            "{\"name\":\"" + shop.collection("items")
                                    + "\",\"fields\":[{\"name\":\"score\",\"type\":\"int32\"},{\"name\":\"word\",\"type\":\"string\"}],"
                                    + "\"default_sorting_field\":\"score\"}");
            shop.document("items");
            try (Pipeline pipeline = shop.start()) {
                awaitEqual(shop);
                shop.sql(retype("score", "bigint", false), "INSERT INTO items VALUES (2, 2, 'y')");
                awaitEqual(shop);
                await().untilAsserted(() -> assertThat(pipeline.health().notices())
                        .singleElement()
                        .satisfies(notice -> {
                            assertThat(notice.message())
                                    .contains(
                                            "field 'score'",
                                            shop.collection("items"),
                                            "is int32 and cannot become int64",
                                            "default_sorting_field");
                            assertThat(notice.hint()).contains("Drop the collection and restart");
                        }));
                Shop.awaitHealthy(pipeline);
                shop.sql("INSERT INTO items VALUES (3, 3000000000, 'z')");
                await().untilAsserted(
                                () -> assertThat(shop.deadLetters("items")).hasSize(1));
            }
            shop.typesense().admin().delete("/collections/" + shop.collection("items"));
            try (Pipeline again = shop.start()) { // the way out
                awaitEqual(shop);
                assertThat(type(shop, "score")).isEqualTo("int64");
                assertThat(again.health().notices()).isEmpty();
            }
        }
    }
}
