package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.Commands;
import dev.tidemark.deadletter.DeadLetter;
import dev.tidemark.pipeline.Pipeline;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Values inside of JSON, of which Typesense takes the type from the first document. */
class JsonValuesIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void decimals_areTaken_whereEarlierRowsHaveWholeNumbers() throws Exception {
        try (Shop shop = Shop.onSharedServers()) {
            shop.sql(
                    "CREATE TABLE goods (id int PRIMARY KEY, meta jsonb)",
                    "INSERT INTO goods VALUES (1, '{\"price\": 10}'), (2, '{\"price\": 9.5}'), (3, '{\"price\": \"n/a\"}'),"
                            + " (4, '{\"price\": {\"eur\": 1}}'), (5, '[1,2]'), (6, '\"x\"')");
            shop.document("goods");
            try (Pipeline pipeline = shop.start()) {
                await().untilAsserted(() -> assertThat(shop.documents("goods")).containsOnlyKeys("1", "2", "4"));
                assertThat(meta(shop, "1")).isEqualTo(JSON.readTree("{\"price\": 10}"));
                assertThat(meta(shop, "2")).isEqualTo(JSON.readTree("{\"price\": 9.5}"));
                await().untilAsserted(() -> assertThat(errors(shop, "goods")).hasSize(3));
                assertThat(errors(shop, "goods").get("3"))
                        .contains("meta.price", "{ index: false }", "`meta: { type: string }`");
                assertThat(errors(shop, "goods").get("5")).contains("column 'meta'", "JSON array", "type: string");
                assertThat(errors(shop, "goods").get("6")).contains("column 'meta'", "JSON string", "type: string");

                // Later, by the stream: another path, and arrays of which the last element decides.
                shop.sql("INSERT INTO goods VALUES (10, '{\"w\": {\"kg\": 1}, \"sizes\": [1]}')");
                await().untilAsserted(() -> assertThat(shop.documents("goods")).containsKey("10"));
                shop.sql("INSERT INTO goods VALUES (11, '{\"w\": {\"kg\": 1.5}, \"sizes\": [2.5, 1]}'),"
                        + " (12, '{\"lines\": [{\"p\": 2.5}, {\"p\": 1}]}')");
                await().untilAsserted(() -> assertThat(shop.documents("goods")).containsKeys("11", "12"));
                assertThat(meta(shop, "11")).isEqualTo(JSON.readTree("{\"w\": {\"kg\": 1.5}, \"sizes\": [2.5, 1]}"));
                assertThat(found(shop, "meta.w.kg:%3E1.2")).containsExactly("11");
                assertThat(errors(shop, "goods")).hasSize(3);
            }
        }
    }

    @Test
    void oddRows_endNothing() throws Exception {
        try (Shop shop = Shop.onSharedServers()) {
            shop.sql(
                    "CREATE TABLE goods (id int PRIMARY KEY, meta jsonb)",
                    "INSERT INTO goods VALUES (1, '{\"price\": 10}'),"
                            + " (2, (repeat('{\"a\":', 1200) || '1' || repeat('}', 1200))::jsonb),"
                            + " (3, ('{\"digits\": ' || repeat('7', 2000) || '}')::jsonb),"
                            + " (4, '{\"*\": 1, \"b.*\": 1}'), (5, '{\"*\": \"x\", \"b.*\": 2.5}'), (6, '{\"*\": \"x\"}')");
            shop.document("goods");
            Commands.Ended check = Commands.run("check", "-c", shop.configFile().toString());
            assertThat(check.code()).as(check.out() + check.err()).isZero();
            Commands.Ended plan = Commands.run("plan", "-c", shop.configFile().toString(), "--json", "--sample", "10");
            assertThat(plan.out()).as(plan.err()).contains("\"rows\"");
            try (Pipeline pipeline = shop.start()) {
                await().untilAsserted(() ->
                        assertThat(shop.documents("goods").keySet()).contains("1"));
                shop.sql("INSERT INTO goods VALUES (10, '{\"price\": 9.5}')");
                await().untilAsserted(() ->
                        assertThat(shop.documents("goods").keySet()).contains("10"));
                assertThat(meta(shop, "10")).isEqualTo(JSON.readTree("{\"price\": 9.5}"));
                await().untilAsserted(() -> assertThat(errors(shop, "goods")).containsOnlyKeys("3", "4", "5"));
                assertThat(errors(shop, "goods").get("4")).contains("column 'meta'", "'*'", "pattern of names");
                assertThat(shop.documents("goods").keySet()).containsExactly("1", "10", "2", "6");
            }
        }
    }

    @Test
    void declaredPaths_areKept_besideEveryColumn() throws Exception {
        try (Shop shop = Shop.onSharedServers()) {
            shop.sql(
                    "CREATE TABLE goods (id int PRIMARY KEY, meta jsonb, name text, raw jsonb)",
                    "INSERT INTO goods VALUES (1, '{\"price\": 10, \"n\": 1}', 'a', '[1]'),"
                            + " (2, '{\"price\": 9.5, \"n\": \"x\"}', 'b', '{\"a\": 1}'),"
                            + " (3, '{\"n\": [1, null]}', 'c', '{\"a\": \"x\"}')");
            shop.document("goods", "fields: { meta.price: { type: float, facet: true }, meta.n: { index: false } }");
            try (Pipeline pipeline = shop.start()) {
                await().untilAsserted(() -> assertThat(errors(shop, "goods")).containsOnlyKeys("1", "3"));
                assertThat(errors(shop, "goods").get("1")).contains("column 'raw'");
                await().untilAsserted(() -> assertThat(shop.documents("goods")).containsOnlyKeys("2"));
            }
            shop.withoutDocuments()
                    .document(
                            "goods",
                            "fields: { name: ~, meta: ~, raw: { index: false },"
                                    + " meta.price: { type: float, facet: true }, meta.n: { index: false } }");
            shop.typesense().admin().delete("/collections/" + shop.collection("goods"));
            try (Pipeline pipeline = shop.start()) {
                await().untilAsserted(() -> assertThat(shop.documents("goods")).containsOnlyKeys("1", "2", "3"));
                assertThat(shop.documentOf("goods", "1").get("raw")).isEqualTo(JSON.readTree("[1]"));
                assertThat(found(shop, "meta.price:%3E9.7")).containsExactly("1");
            }
            try (Pipeline again = shop.start()) {
                shop.sql("INSERT INTO goods VALUES (4, '{\"price\": 3}', 'd', 'true')");
                await().untilAsserted(() -> assertThat(shop.documents("goods")).containsKey("4"));
            }
        }
    }

    @Test
    void nullKeys_inArraysOfObjects_areLeftOut() throws Exception {
        try (Shop shop = Shop.onSharedServers()) {
            shop.sql(
                    "CREATE TABLE people (id int PRIMARY KEY, jobs jsonb, more jsonb, each jsonb[])",
                    "INSERT INTO people VALUES"
                            + " (1, '[{\"t\":\"a\",\"to\":\"x\"},{\"t\":\"b\",\"to\":\"y\"}]', '{\"a\": null}', NULL),"
                            + " (2, '[{\"t\":\"a\",\"to\":null},{\"t\":\"b\",\"to\":\"y\"}]', NULL,"
                            + " ARRAY['{\"k\": 1}', '{\"k\": null}']::jsonb[]), (3, '[]', NULL, NULL),"
                            + " (4, '[null]', NULL, NULL), (5, '{}', NULL, NULL),"
                            + " (6, '[]', '{\"x\": [{\"y\": {\"z\": 1}}, {\"y\": {\"z\": null}}]}', NULL)");
            shop.document("people", "fields: { jobs: { type: \"object[]\" }, more: ~, each: ~ }");
            try (Pipeline pipeline = shop.start()) {
                await().untilAsserted(() -> assertThat(shop.documents("people")).containsOnlyKeys("1", "2", "3", "6"));
                assertThat(shop.documentOf("people", "1").get("more")).isEqualTo(JSON.readTree("{\"a\": null}"));
                assertThat(shop.documentOf("people", "2").get("jobs"))
                        .isEqualTo(JSON.readTree("[{\"t\":\"a\"},{\"t\":\"b\",\"to\":\"y\"}]"));
                assertThat(shop.documentOf("people", "2").get("each")).isEqualTo(JSON.readTree("[{\"k\": 1}, {}]"));
                assertThat(shop.documentOf("people", "6").get("more"))
                        .isEqualTo(JSON.readTree("{\"x\": [{\"y\": {\"z\": 1}}, {\"y\": {}}]}"));
                await().untilAsserted(() -> assertThat(errors(shop, "people")).containsOnlyKeys("4", "5"));
                assertThat(errors(shop, "people").get("4")).contains("column 'jobs'", "an element", "null");
                assertThat(errors(shop, "people").get("5")).contains("column 'jobs'", "JSON object", "object[]");
            }
        }
    }

    @Test
    void checkAndPlan_nameColumnsAndPaths_withTheLineThatHelps() throws Exception {
        try (Shop shop = Shop.onSharedServers()) {
            shop.sql(
                    "CREATE TABLE goods (id int PRIMARY KEY, meta jsonb, \"a:b\" text, \"n.*\" text, \"x y\" text, name text)",
                    "INSERT INTO goods VALUES (1, '{\"price\": 10, \"w\": 1}', 'c', 'd', 'e', 'f'),"
                            + " (2, '{\"price\": \"n/a\", \"w\": 1.5}', 'c', 'd', 'e', 'f')");
            shop.document("goods");
            String file = shop.configFile().toString();
            Commands.Ended check = Commands.run("check", "-c", file);
            assertThat(check.code()).as(check.out()).isZero();
            assertThat(check.out())
                    .contains("'meta.price' holds 1 integer, 1 text", "`meta.price: { index: false }`")
                    .contains("column 'a:b'", "cannot be filtered by", "a_b: \"a:b\"")
                    .contains("column 'n.*'", "n: \"n.*\"")
                    .doesNotContain("'x y'", "meta.w");
            Commands.Ended plan = Commands.run("plan", "-c", file, "--sample", "10");
            assertThat(plan.code()).as(plan.out()).isEqualTo(1);
            assertThat(plan.out())
                    .contains("2 rows: 1 accepted, 1 rejected")
                    .contains("field meta.price", "`meta: { type: string }`")
                    .contains("'meta.w' holds 1 integer, 1 decimal", "`meta.w: { type: float }`")
                    .contains("a_b: \"a:b\"");
            try (Pipeline pipeline = shop.start()) {
                await().untilAsserted(() -> assertThat(errors(shop, "goods")).containsOnlyKeys("2"));
                assertThat(shop.documentOf("goods", "1").get("n.*").asText()).isEqualTo("d");
            }
        }
    }

    private static JsonNode meta(Shop shop, String id) {
        return shop.documentOf("goods", id).get("meta");
    }

    private static List<String> found(Shop shop, String filter) throws Exception {
        String answer = shop.typesense()
                .admin()
                .get("/collections/" + shop.collection("goods") + "/documents/search?q=*&filter_by=" + filter);
        List<String> ids = new ArrayList<>();
        JSON.readTree(answer)
                .path("hits")
                .forEach(hit -> ids.add(hit.at("/document/id").asText()));
        return ids;
    }

    private static Map<String, String> errors(Shop shop, String table) {
        Map<String, String> errors = new TreeMap<>();
        List<DeadLetter> deadLetters = shop.deadLetters(table);
        deadLetters.forEach(deadLetter -> errors.put(deadLetter.key(), deadLetter.error()));
        return errors;
    }
}
