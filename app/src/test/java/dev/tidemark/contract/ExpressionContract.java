package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.deadletter.DeadLetter;
import dev.tidemark.health.Health;
import dev.tidemark.pipeline.Pipeline;
import dev.tidemark.startup.StartupException;
import org.junit.jupiter.api.Test;

/** Fields, filters and rules by expression. */
abstract class ExpressionContract extends ShopContract {

    @Test
    void fieldsByExpression_areComputed_andChangeWithTheirColumns() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE people (id int PRIMARY KEY, first_name varchar(50), last_name varchar(50) NOT NULL, age int,"
                            + " price decimal(10,2), seen timestamp, active boolean, extra " + server().json()
                            + ", secret int)",
                    "INSERT INTO people VALUES (1, 'Ana', 'Müller', 41, 12.50, '2024-02-29 12:00:00', true,"
                            + " '{\"home\": {\"city\": \"Wien\"}}', 0),"
                            + " (2, NULL, 'Smith', NULL, NULL, NULL, false, NULL, 0)");
            shop.sql(server().tellRowsBefore("people"));
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
                Shop.awaitStreaming(pipeline);
                awaitDocuments(shop, "upsert", 2);
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
                Shop.awaitHealthy(pipeline);
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
                        .allSatisfy(deadLetter -> assertThat(deadLetter.error()).contains("field 'q'", "row.n / row.d"))
                        .anySatisfy(deadLetter -> assertThat(deadLetter.error()).contains("by zero"))
                        .anySatisfy(deadLetter -> assertThat(deadLetter.error()).contains("NULL here: row.d"));
                shop.sql("UPDATE counts SET d = 1 WHERE id IN (2, 4)");
                shop.awaitEqual("counts", query);
                await().untilAsserted(
                                () -> assertThat(shop.deadLetters("counts")).isEmpty());
                Shop.awaitHealthy(pipeline);
            }
        }
    }

    @Test
    void expressionOverAColumnThatIsNotThere_isRefused_withItsPlace() throws Exception {
        try (Shop shop = open()) {
            shop.sql(CREATE_PRODUCTS);
            shop.document("products", "fields:", "  title: {cel: upper(row.nmae)}", "  x: {cel: row.price + 1}");
            assertThatThrownBy(shop::start)
                    .isInstanceOf(StartupException.class)
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
            shop.sql(server().tellRowsBefore("articles"));
            shop.document(
                    "articles", "where: \"row.status == 'published' && row.n != null\"", "fields: {title: ~, n: ~}");
            String query = "SELECT id, title, n FROM articles WHERE status = 'published' AND n IS NOT NULL";
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("articles", query);
                Shop.awaitStreaming(pipeline);
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
                Shop.awaitHealthy(pipeline);
            }
            shop.sql("UPDATE articles SET status = 'draft' WHERE id BETWEEN 20 AND 40");
            shop.withSource("snapshot: always"); // rows that left while nobody looked
            try (Pipeline swept = shop.start()) {
                shop.awaitEqual("articles", query);
                Shop.awaitHealthy(swept);
            }
            shop.withoutSourceSettings();
            shop.withoutDocuments()
                    .document("articles", "where: row.n > 100", "softDelete: status", "fields: {title: ~, n: ~}");
            shop.sql("UPDATE articles SET status = NULL WHERE id > 90 AND id <= 110");
            String another = "SELECT id, title, n FROM articles WHERE n > 100 AND status IS NULL";
            try (Pipeline changed = shop.start()) {
                shop.awaitEqual("articles", another);
                await().untilAsserted( // a document can be read before its row is counted
                                () -> assertThat(shop.count("tidemark.snapshot.rows"))
                                        .isPositive());
                shop.sql("UPDATE articles SET n = n + 5 WHERE id BETWEEN 90 AND 100");
                shop.awaitEqual("articles", another);
                Shop.awaitHealthy(changed);
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
                Shop.awaitHealthy(pipeline);
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
            shop.sql(server().tellRowsBefore("goods"));
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
                Shop.awaitHealthy(pipeline);
            }
            shop.sql("UPDATE goods SET price = -1 WHERE id = 2");
            shop.withoutDocuments().document("goods", rules[0], rules[1], "onInvalid: skip");
            String priced = good + " AND price >= 0";
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("goods", priced);
                Shop.awaitStreaming(pipeline);
                shop.sql("UPDATE goods SET price = -1 WHERE id = 6", "UPDATE goods SET price = 3 WHERE id = 2");
                shop.awaitEqual("goods", priced);
                // The row that changed while it was stopped is in the stream and in the load of the changed mapping.
                await().untilAsserted(
                                () -> assertThat(shop.count("tidemark.invalid")).isBetween(2.0, 3.0));
                assertThat(shop.deadLetters("goods")).isEmpty();
                Shop.awaitHealthy(pipeline);
            }
            shop.sql("DELETE FROM goods WHERE price < 0");
            shop.withoutDocuments().document("goods", rules[0], rules[1], "onInvalid: stop");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("goods", good);
                Shop.awaitStreaming(pipeline);
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
