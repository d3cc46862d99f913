package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.pipeline.Pipeline;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Collections with patterns of names, whose fields Typesense would make from the first documents. */
class PatternFieldsIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void secondStart_isAsTheFirst() throws Exception {
        try (Shop shop = Shop.onSharedServers()) {
            create(shop, "{\"name\": \".*\", \"type\": \"auto\"}");
            starts(shop);
            assertThat(types(shop))
                    .containsEntry("price", "float")
                    .containsEntry("place", "geopoint")
                    .containsEntry("meta", "object")
                    .containsEntry("color_facet", "string");
        }
    }

    @Test
    void patterns_giveTheirSettings() throws Exception {
        try (Shop shop = Shop.onSharedServers()) {
            create(
                    shop,
                    "{\"name\": \".*_facet\", \"type\": \"string*\", \"facet\": true, \"optional\": true},"
                            + "{\"name\": \"pri.*\", \"type\": \"float\", \"optional\": true},"
                            + "{\"name\": \".*\", \"type\": \"auto\"}");
            starts(shop);
            assertThat(types(shop)).containsEntry("size_facet", "string").containsEntry("price", "float");
            assertThat(shop.documentOf("things", "1").get("size_facet").asText())
                    .isEqualTo("5");
        }
    }

    @Test
    void collectionThatIsNotOursToShape_startsAgain_andChangesNoValue() throws Exception {
        try (Shop shop = Shop.onSharedServers()) {
            create(shop, "{\"name\": \".*\", \"type\": \"auto\"}");
            shop.sql(
                    "CREATE TABLE things (id int PRIMARY KEY, price numeric(8,2), name text)",
                    "INSERT INTO things VALUES (1, 10, 'a')");
            shop.document("things", "create: false");
            try (Pipeline pipeline = shop.start()) {
                await().untilAsserted(() -> assertThat(shop.documents("things")).containsOnlyKeys("1"));
            }
            try (Pipeline pipeline = shop.start()) {
                shop.sql("INSERT INTO things VALUES (2, 9.5, 'b'), (3, 11, 'c')");
                await().untilAsserted(() -> assertThat(shop.documents("things")).containsKey("3"));
                JsonNode second = shop.documents("things").get("2");
                assertThat(second == null || second.get("price").asDouble() == 9.5)
                        .isTrue();
            }
        }
    }

    private static void create(Shop shop, String fields) {
        shop.typesense()
                .admin()
                .post(
                        "/collections",
                        "{\"name\": \"" + shop.collection("things")
                                + "\", \"enable_nested_fields\": true, \"fields\": [" + fields + "]}");
    }

    /** Three starts: the same documents, the same fields, no dead letter. */
    private static void starts(Shop shop) throws Exception {
        shop.sql(
                "CREATE TABLE things (id int PRIMARY KEY, name text, price double precision, exact numeric(8,2), place point,"
                        + " meta jsonb, tags text[], color_facet text, size_facet int, seen timestamptz)",
                "INSERT INTO things VALUES (1, 'a', 10, 10, '(1,2)', '{\"k\": 1}', '{x}', 'red', 5, now())");
        shop.document("things");
        try (Pipeline pipeline = shop.start()) {
            await().untilAsserted(() -> assertThat(shop.documents("things")).containsOnlyKeys("1"));
        }
        Map<String, String> types = types(shop);
        for (int id = 2; id < 4; id++) {
            try (Pipeline pipeline = shop.start()) {
                shop.sql("INSERT INTO things VALUES (" + id
                        + ", '7', 9.5, 9.5, '(3,4)', '{\"k\": 2.5}', '{}', '5', 6, now())");
                String key = String.valueOf(id);
                await().untilAsserted(() -> assertThat(shop.documents("things")).containsKey(key));
                assertThat(shop.documentOf("things", key).get("price").asDouble())
                        .isEqualTo(9.5);
                assertThat(shop.documentOf("things", key).get("exact").asDouble())
                        .isEqualTo(9.5);
                assertThat(shop.documents("things")).containsKey("1");
            }
            Map<String, String> again = types(shop);
            again.remove("meta.k");
            types.remove("meta.k"); // becomes a float with the first decimal
            assertThat(again).isEqualTo(types);
        }
        assertThat(shop.deadLetters("things")).isEmpty();
    }

    private static Map<String, String> types(Shop shop) throws Exception {
        Map<String, String> types = new TreeMap<>();
        JSON.readTree(shop.typesense().admin().get("/collections/" + shop.collection("things")))
                .path("fields")
                .forEach(field -> types.put(
                        field.path("name").asText(), field.path("type").asText()));
        return types;
    }
}
