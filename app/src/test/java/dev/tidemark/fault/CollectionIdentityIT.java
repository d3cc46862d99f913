package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.contract.Shop;
import dev.tidemark.health.Health;
import dev.tidemark.load.Load;
import dev.tidemark.pipeline.Pipeline;
import dev.tidemark.testkit.postgres.PostgresServer;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Collections and aliases that another client changes behind the service's back: never ready with a difference. */
class CollectionIdentityIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PRODUCTS = "SELECT id, name FROM products";
    private static TypesenseServer typesense;

    @BeforeAll
    static void start() {
        typesense = TypesenseServer.start();
    }

    @AfterAll
    static void stop() {
        typesense.close();
    }

    private static Shop shop() throws IOException {
        return new Shop(PostgresServer.shared(), typesense);
    }

    private static void table(Shop shop, String name, int rows) {
        shop.sql(
                "CREATE TABLE " + name + " (id int PRIMARY KEY, name varchar(60) NOT NULL)",
                "ALTER TABLE " + name + " REPLICA IDENTITY FULL", // updates write only the fields that changed
                "INSERT INTO " + name + " SELECT i, 'name ' || i FROM "
                        + shop.source().numbers(rows));
    }

    /** Deletes a collection and creates it again with the same fields. */
    private static void recreate(Shop shop, String collection) throws IOException {
        String path = "/collections/" + shop.collection(collection);
        String schema = shop.typesense().admin().get(path);
        shop.typesense().admin().delete(path);
        create(shop, collection, schema);
    }

    private static void create(Shop shop, String collection, String like) throws IOException {
        ObjectNode body = (ObjectNode) JSON.readTree(like);
        body.put("name", shop.collection(collection)).remove(List.of("created_at", "num_documents"));
        shop.typesense().admin().post("/collections", body.toString());
    }

    private static long createdAt(Shop shop, String collection) throws IOException {
        return JSON.readTree(shop.typesense().admin().get("/collections/" + shop.collection(collection)))
                .path("created_at")
                .asLong();
    }

    private static void awaitReady(Service service) {
        await().ignoreExceptions().until(() -> service.get("/health/ready").statusCode() == 200);
    }

    @Test
    void deletedAndCreatedWithin100Millis_isLoadedAgain_whileTheServiceStaysReady() throws Exception {
        try (Shop shop = shop()) {
            table(shop, "products", 1_000);
            shop.document("products");
            try (Service service = Service.run(shop.configFile())) {
                awaitReady(service);
                shop.awaitEqual("products", PRODUCTS);
                recreate(shop, "products");
                shop.sql("UPDATE products SET name = 'new' WHERE id = 7");
                service.awaitLine(
                        "WARN",
                        "public.products may differ from its rows (collection)",
                        "was deleted and created again");
                shop.awaitEqual("products", PRODUCTS);
                awaitReady(service);
                assertThat(service.get("/api/doubts").body()).isEqualTo("{\"doubts\":[]}");
            }
        }
    }

    /** Nothing is loaded automatically with {@code snapshot: never}. */
    @Test
    void deletedAndCreatedWithin100Millis_isLatchedOverKill_andAStartThatMayLoadDoes() throws Exception {
        try (Shop shop = shop()) {
            table(shop, "products", 1_000);
            shop.document("products");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("products", PRODUCTS);
                Shop.awaitStreaming(pipeline);
            }
            shop.withSource("snapshot: never");
            try (Service service = Service.run(shop.configFile())) {
                awaitReady(service);
                shop.awaitEqual("products", PRODUCTS);
                recreate(shop, "products");
                shop.sql("UPDATE products SET name = 'new' WHERE id = 7");
                // Where a check fell between the two, it is missing at first.
                await().untilAsserted(() ->
                        assertThat(service.get("/health/ready").body()).contains("was deleted and created again"));
                assertThat(service.get("/health/ready").statusCode()).isEqualTo(503);
                assertThat(service.get("/health/ready").body())
                        .contains(
                                "collection " + shop.collection("products") + " was deleted and created again",
                                "documents, created at", // 999 if the last check saw a part of the load
                                "found at",
                                "tidemark load --table public.products",
                                "restart the service");
                service.kill();
            }
            assertThat(Files.readString(shop.state().resolve("collection-identities.json")))
                    .contains("\"number\" : 1");
            shop.withoutSourceSettings();
            Service.Ended check =
                    Service.command("check", "-c", shop.configFile().toString());
            assertThat(check.output()).contains("was deleted and created again", "'run' loads its tables again");
            assertThat(check.code()).isZero();
            try (Service again = Service.run(shop.configFile())) {
                again.awaitLine("WARN", "is loaded: ", "was deleted and created again");
                shop.awaitEqual("products", PRODUCTS);
                awaitReady(again);
            }
        }
    }

    @Test
    @Tag("long")
    void stopped_deletedAndCreatedAgain_isLoadedAgain() throws Exception {
        try (Shop shop = shop()) {
            table(shop, "products", 200);
            shop.document("products");
            shop.start().close();
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("products", PRODUCTS);
                awaitCounted(shop, 200);
            }
            await().until(() -> createdAt(shop, "products") < System.currentTimeMillis() / 1000);
            recreate(shop, "products");
            shop.typesense().admin().upsert(shop.collection("products"), List.of("{\"id\":\"1\",\"name\":\"stale\"}"));
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("products", PRODUCTS);
                await().untilAsserted(
                                () -> assertThat(pipeline.health().conditions()).isEmpty());
            }
        }
    }

    /** A stop stores the last count; the next check takes it. */
    private static void awaitCounted(Shop shop, int documents) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(Files.readString(shop.state().resolve("collection-identities.json")))
                        .contains("\"documents\" : " + documents));
    }

    @Test
    void everyKindOfCollection_isHealedByLoadsOfAllTablesThatFeedIt() throws Exception {
        try (Shop shop = shop()) {
            table(shop, "eu", 300);
            table(shop, "us", 300);
            shop.sql(
                    "CREATE TABLE people (id int PRIMARY KEY, tenant varchar(9) NOT NULL, name varchar(60) NOT NULL)",
                    "ALTER TABLE people REPLICA IDENTITY FULL",
                    "INSERT INTO people SELECT i, 't' || i % 20, 'name' FROM "
                            + shop.source().numbers(600));
            shop.documentIn("eu", "shared", "idPrefix: 'eu:'")
                    .documentIn("us", "shared", "idPrefix: 'us:'")
                    .documentBy("people", "row.tenant", "create: true");
            String shared = "SELECT 'eu:' || id AS id, name FROM eu UNION ALL SELECT 'us:' || id AS id, name FROM us";
            String tenant = "SELECT id, tenant, name FROM people WHERE tenant = 't3'";
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("shared", shared);
                shop.awaitEqual("t3", tenant);
                await().until(() -> pipeline.health().conditions().isEmpty());
                await().until(() -> createdAt(shop, "t3") < System.currentTimeMillis() / 1000);
                recreate(shop, "shared");
                recreate(shop, "t3");
                shop.sql("UPDATE eu SET name = 'new' WHERE id = 1", "UPDATE people SET name = 'new' WHERE id = 3");
                shop.awaitEqual("shared", shared);
                shop.awaitEqual("t3", tenant);
                await().until(() -> pipeline.health().doubts().isEmpty());
                Shop.awaitHealthy(pipeline);
                assertThat(Objects.requireNonNull(pipeline.operations())
                                .snapshots()
                                .progress())
                        .filteredOn(load -> load.cause() == Load.Cause.AUTOMATIC)
                        .extracting(load -> load.table().table())
                        .containsExactlyInAnyOrder("eu", "us", "people");
            }
        }
    }

    private static void reload(Pipeline pipeline, Shop shop, String table) throws IOException {
        TableId id = TableId.parse(shop.table(table));
        Objects.requireNonNull(pipeline.operations()).snapshots().request(id, -1);
        await().until(() -> pipeline.status().tableSnapshots().stream()
                .anyMatch(each ->
                        each.table().equals(id.toString()) && each.state().equals("done")));
    }

    @Test
    void aliasPointedElsewhere_isNotReady_untilItIsPointedBack_orARestart() throws Exception {
        try (Shop shop = shop()) {
            table(shop, "products", 50);
            shop.documentIn("products", "v1");
            shop.start().close();
            create(shop, "v2", shop.typesense().admin().get("/collections/" + shop.collection("v1")));
            shop.alias("shelf", "v1");
            shop.withoutDocuments().documentIn("products", "shelf");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("v1", PRODUCTS);
                await().until(() -> pipeline.health().conditions().isEmpty());
                shop.alias("shelf", "v2");
                awaitCondition(
                        pipeline,
                        "alias " + shop.collection("shelf"),
                        "leads to collection " + shop.collection("v1"),
                        "leads to " + shop.collection("v2"));
                shop.sql("INSERT INTO products VALUES (900, 'goes to v1')");
                shop.awaitEqual("v1", PRODUCTS);
                shop.alias("shelf", "v1");
                await().until(() -> pipeline.health().conditions().isEmpty());
                shop.typesense().admin().delete("/aliases/" + shop.collection("shelf"));
                awaitCondition(pipeline, "does not exist");
                create(shop, "shelf", shop.typesense().admin().get("/collections/" + shop.collection("v1")));
                awaitCondition(pipeline, "hides the alias");
                shop.typesense().admin().delete("/collections/" + shop.collection("shelf"));
                shop.alias("shelf", "v2");
                awaitCondition(pipeline, "leads to " + shop.collection("v2"));
            }
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("v2", PRODUCTS);
                await().until(() -> pipeline.health().conditions().isEmpty());
            }
        }
    }

    private static void awaitCondition(Pipeline pipeline, String... parts) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(pipeline.health()
                                .of(Health.Part.COLLECTION)
                                .map(Health.Condition::message)
                                .orElse(""))
                        .contains(parts));
    }

    /** Typesense 0.24 replays its log at a start: its collections are then created at that time. */
    @Test
    @Tag("long")
    void restartedTypesense_isNoContradiction() throws Exception {
        try (Shop shop = shop()) {
            table(shop, "products", 2_000);
            shop.document("products");
            try (Service service = Service.run(shop.configFile())) {
                shop.awaitEqual("products", PRODUCTS);
                awaitReady(service);
                long before = createdAt(shop, "products");
                // Else all that it holds may have been written after another client created it.
                await().untilAsserted(() ->
                        assertThat(service.get("/api/status").body()).containsPattern("\"documents\" ?: ?2000"));
                await().until(() -> createdAt(shop, "products") < System.currentTimeMillis() / 1000 - 1);
                typesense.restart();
                shop.sql("UPDATE products SET name = 'after the restart' WHERE id % 2 = 0");
                shop.awaitEqual("products", PRODUCTS);
                assertThat(createdAt(shop, "products")).isGreaterThan(before);
                service.awaitLine("INFO", "says that it was created at", "2000 documents are those that it had");
                awaitReady(service);
                assertThat(service.output()).doesNotContain("was deleted and created again");
                service.terminate();
                assertThat(service.awaitEnd().code()).isZero();
            }
            long before = createdAt(shop, "products");
            await().until(() -> createdAt(shop, "products") < System.currentTimeMillis() / 1000 - 1);
            typesense.restart();
            try (Service service = Service.run(shop.configFile())) {
                awaitReady(service);
                assertThat(createdAt(shop, "products")).isGreaterThan(before);
                assertThat(service.output()).doesNotContain("is loaded: ");
            }
        }
    }

    @Test
    @Tag("long")
    void ourOwnWrites_andAFewDeletesByHand_areNoContradiction() throws Exception {
        long seed = System.nanoTime();
        try (Shop shop = shop()) {
            table(shop, "products", 2_000);
            table(shop, "small", 5);
            shop.document("products").document("small");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("products", PRODUCTS);
                await().until(() -> pipeline.health().conditions().isEmpty());
                Random random = new Random(seed);
                long end = System.nanoTime() + Duration.ofSeconds(15).toNanos();
                for (int step = 0; System.nanoTime() < end; step++) {
                    work(shop, random, step);
                    assertThat(pipeline.health().of(Health.Part.COLLECTION))
                            .as("seed " + seed)
                            .isEmpty();
                }
                reload(pipeline, shop, "products");
                shop.awaitEqual("products", PRODUCTS);
                shop.awaitEqual("small", "SELECT id, name FROM small");
                await().untilAsserted(
                                () -> assertThat(pipeline.health().conditions()).isEmpty());
            }
        }
    }

    private static void work(Shop shop, Random random, int step) {
        switch (random.nextInt(8)) {
            case 0 -> shop.sql("TRUNCATE products");
            case 1 -> shop.sql("DELETE FROM products", "DELETE FROM small");
            case 2 -> shop.sql("DELETE FROM products WHERE id % 10 < " + random.nextInt(10));
            case 3 -> shop.sql("DELETE FROM small", "INSERT INTO small VALUES (" + step + ", 'one')");
            case 4 ->
                shop.documents("products").keySet().stream()
                        .limit(5)
                        .forEach(id -> shop.typesense()
                                .admin()
                                .status("DELETE", "/collections/" + shop.collection("products") + "/documents/" + id));
            default ->
                shop.sql("INSERT INTO products SELECT i, 'name " + step + "' FROM "
                        + shop.source().numbers(1 + random.nextInt(5_000))
                        + " WHERE true ON CONFLICT (id) DO UPDATE SET name = excluded.name");
        }
    }
}
