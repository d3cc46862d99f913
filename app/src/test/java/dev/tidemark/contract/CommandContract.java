package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.Commands;
import dev.tidemark.pipeline.Pipeline;
import dev.tidemark.testkit.typesense.TypesenseAdmin;
import java.util.List;
import java.util.Locale;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/** Commands that look at the database and at Typesense: {@code plan} and {@code keys}. */
abstract class CommandContract extends ShopContract {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void plan_triesRowsInAScratchCollection_andChangesNothingElse() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE goods (id int PRIMARY KEY, name varchar(100) NOT NULL, n bigint, sizes "
                            + server().json() + ")",
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
                        .doesNotContain("differs", "REJECTED");
                Shop.awaitHealthy(pipeline);
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

    /** Typesense takes no collection without fields, unless it is told so of the id: plan, check and run all say it that way. */
    @Test
    void tableOfNothingButItsKey_isACollectionOfIds() throws Exception {
        try (Shop shop = open()) {
            shop.sql("CREATE TABLE seen (id int PRIMARY KEY)", "INSERT INTO seen VALUES (1), (2)");
            shop.document("seen");
            String file = shop.configFile().toString();
            Commands.Ended check = Commands.run("check", "-c", file);
            assertThat(check.code()).as(check.out() + check.err()).isZero();
            Commands.Ended plan = Commands.run("plan", "-c", file, "--sample", "2");
            assertThat(plan.code()).as(plan.out() + plan.err()).isZero();
            assertThat(plan.out()).contains("2 rows: 2 accepted, 0 rejected", "'run' creates the collection");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("seen", "SELECT id FROM seen");
                shop.sql("INSERT INTO seen VALUES (3)", "UPDATE seen SET id = 4 WHERE id = 1");
                shop.awaitEqual("seen", "SELECT id FROM seen");
                Commands.Ended beside = Commands.run("plan", "-c", file, "--sample", "2");
                assertThat(beside.code()).as(beside.out() + beside.err()).isZero();
                assertThat(beside.out()).contains("2 accepted, 0 rejected").doesNotContain("differs", "REJECTED");
                Shop.awaitHealthy(pipeline);
            }
            shop.sql("DELETE FROM seen WHERE id = 2", "INSERT INTO seen VALUES (5)");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("seen", "SELECT id FROM seen");
                shop.sql("ALTER TABLE seen ADD COLUMN since int", "INSERT INTO seen VALUES (6, 2020)");
                shop.awaitEqual("seen", "SELECT id, since FROM seen");
                assertThat(shop.field("seen", "since").path("type").asText()).isEqualTo("int32");
                shop.sql("TRUNCATE TABLE seen", "INSERT INTO seen VALUES (7, NULL)");
                shop.awaitEqual("seen", "SELECT id, since FROM seen");
                assertThat(shop.deadLetters("seen")).isEmpty();
                Shop.awaitHealthy(pipeline);
            }
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
            Commands.Ended rejected = Commands.run("plan", "-c", file, "--sample", "1");
            assertThat(rejected.code()).isEqualTo(2);
            assertThat(rejected.out())
                    .contains("REJECTED    Typesense rejects this collection: 400 Field `n` must be optional");

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
                            "REJECTED    field 'name' is int32 in collection",
                            "REJECTED    field 'must' is required in collection",
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
                Shop.awaitHealthy(pipeline);
            }
            shop.sql("DELETE FROM products WHERE id = 1");
            shop.withSource("snapshot: always");
            try (Pipeline swept = shop.start()) {
                shop.awaitEqual("products", "SELECT id, name, price, body, extra FROM products");
                Shop.awaitHealthy(swept);
            }
            assertReaches(shop, service, search, others);
            shop.typesense().admin().delete("/collections/" + others);
        }
    }

    @Test
    void key_thatMayNotCreateCollections_leavesNoScratchCollectionToDrop() throws Exception {
        try (Shop shop = open()) {
            shop.sql(CREATE_PRODUCTS, insertProducts(3));
            shop.document("products", "create: false");
            shop.typesense()
                    .admin()
                    .post(
                            "/collections",
                            "{\"name\": \"" + shop.collection("products") + "\", \"fields\": [{\"name\": \"name\","
                                    + " \"type\": \"string\"}]}");
            Commands.Ended keys =
                    Commands.run("keys", "create", "-c", shop.configFile().toString());
            assertThat(keys.code()).as(keys.err()).isZero();
            assertThat(keys.out().lines().filter(line -> !line.startsWith("#")))
                    .as("lines for a shell")
                    .satisfiesExactly(
                            service -> assertThat(service).matches("export TYPESENSE_API_KEY=[A-Za-z0-9]+"),
                            search -> assertThat(search)
                                    .matches("export SEARCH_KEY_"
                                            + shop.collection("products").toUpperCase(Locale.ROOT) + "=[A-Za-z0-9]+"));
            shop.withApiKey(keys.out().replaceAll("(?s).*TYPESENSE_API_KEY=(\\w+).*", "$1"));
            String file = shop.configFile().toString();

            Commands.Ended plan = Commands.run("plan", "-c", file);
            assertThat(plan.code()).as(plan.out() + plan.err()).isZero();
            assertThat(plan.out()).contains("document    {\"id\":\"1\",\"name\":\"product 1\"");
            Commands.Ended sampled = Commands.run("plan", "-c", file, "--sample", "2");
            assertThat(sampled.code()).isEqualTo(2);
            assertThat(sampled.err()).contains("TYPESENSE_ADMIN_KEY").doesNotContain("by hand", "scratch");

            Commands.Ended check = Commands.run("check", "-c", file, "--json");
            assertThat(check.code()).as(check.out()).isZero();
            for (JsonNode finding : JSON.readTree(check.out())) {
                assertThat(finding.fieldNames()).toIterable().containsExactly("subject", "outcome", "message", "hint");
            }
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
}
