package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.Commands;
import dev.tidemark.pipeline.Pipeline;
import dev.tidemark.pipeline.Service;
import dev.tidemark.testkit.FreePorts;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** {@code verify} finds exactly what differs, while changes continue, and repairs it; on real servers of both kinds. */
abstract class VerifyContract extends ShopContract {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ROWS = 6_000;
    /** Rows below this one are changed by the load; those above are changed by hand. */
    private static final int BUSY = 4_000;

    private static Shop http(Shop shop) {
        return shop.with("http: {port: " + FreePorts.next() + "}");
    }

    /** An answer of {@code verify --json}. */
    private record Verified(int code, JsonNode json, String err) {

        long of(String name) {
            return json.path(name).asLong(-1);
        }

        /** Returns the ids of the findings of that kind, with their collections. */
        List<String> ids(String kind) {
            List<String> ids = new ArrayList<>();
            json.path("findings").forEach(finding -> {
                if (finding.path("kind").asText().equals(kind)) {
                    ids.add(finding.path("id").asText());
                }
            });
            return ids;
        }

        Verified isEqual() {
            assertThat(code).as(json + err).isZero();
            assertThat(json.path("equal").asBoolean()).isTrue();
            return this;
        }

        Verified isDifferent() {
            assertThat(code).as(json + err).isOne();
            assertThat(json.path("equal").asBoolean(true)).isFalse();
            return this;
        }
    }

    private static Verified verify(Shop shop, String... options) throws Exception {
        List<String> words = new ArrayList<>(
                List.of("verify", "--json", "-c", shop.configFile().toString()));
        words.addAll(List.of(options));
        Commands.Ended ended = Commands.run(words.toArray(String[]::new));
        JsonNode json = ended.out().isBlank() ? JSON.nullNode() : JSON.readTree(ended.out());
        return new Verified(ended.code(), json, ended.err());
    }

    private static void edit(Shop shop, String table, String document) {
        String answer = shop.typesense()
                .admin()
                .post("/collections/" + shop.collection(table) + "/documents/import?action=update", document);
        assertThat(answer).contains("\"success\":true");
    }

    private static void delete(Shop shop, String table, String id) {
        shop.typesense().admin().delete("/collections/" + shop.collection(table) + "/documents/" + id);
    }

    /** Changes rows without a pause, until it is closed. */
    private static final class Work implements AutoCloseable {
        private final AtomicBoolean ended = new AtomicBoolean();
        private final AtomicReference<Exception> failure = new AtomicReference<>();
        private final Thread thread;

        Work(Shop shop) {
            thread = new Thread(() -> run(shop));
            thread.start();
        }

        private void run(Shop shop) {
            Random random = new Random(16);
            try (Connection connection = shop.connect();
                    Statement statement = connection.createStatement()) {
                while (!ended.get()) {
                    int id = 1 + random.nextInt(BUSY - 1);
                    switch (random.nextInt(6)) {
                        case 0 -> statement.execute("DELETE FROM products WHERE id = " + id);
                        case 1 -> {
                            statement.execute("DELETE FROM products WHERE id = " + id);
                            statement.execute("INSERT INTO products VALUES (" + id + ", 'again', 1.5, 'body')");
                        }
                        case 2 ->
                            statement.execute("UPDATE products SET price = price + 1 WHERE id BETWEEN " + id + " AND "
                                    + Math.min(BUSY - 1, id + 10));
                        default ->
                            statement.execute(
                                    "UPDATE products SET name = 'name " + random.nextInt() + "' WHERE id = " + id);
                    }
                }
            } catch (Exception e) {
                failure.set(e);
            }
        }

        @Override
        public void close() throws Exception {
            ended.set(true);
            thread.join();
            assertThat(failure.get()).isNull();
        }
    }

    @Test
    void handEdits_areFoundExactly_andRepaired_whileChangesGoOn() throws Exception {
        try (Shop shop = http(open()).with("flush: {interval: 700ms}")) {
            shop.sql(CREATE_PRODUCTS, insertProducts(ROWS));
            shop.document("products");
            try (Service service = new Service(shop.config())) {
                service.pipeline().start();
                shop.awaitEqual("products", PRODUCTS);
                Shop.awaitStreaming(service.pipeline());
                try (Work work = new Work(shop)) {
                    for (int i = 0; i < 3; i++) {
                        Verified untouched = verify(shop).isEqual();
                        assertThat(untouched.of("checked")).isBetween((long) ROWS - BUSY, (long) ROWS + BUSY);
                    }
                    List<String> changed = new ArrayList<>();
                    List<String> deleted = new ArrayList<>();
                    List<String> added = new ArrayList<>();
                    for (int i = 0; i < 50; i++) {
                        changed.add(String.valueOf(BUSY + 3 * i));
                        edit(shop, "products", "{\"id\":\"" + (BUSY + 3 * i) + "\",\"name\":\"by hand\"}");
                        deleted.add(String.valueOf(BUSY + 3 * i + 1));
                        delete(shop, "products", String.valueOf(BUSY + 3 * i + 1));
                        added.add("4" + (100_000 + i));
                        shop.typesense()
                                .admin()
                                .upsert(
                                        shop.collection("products"),
                                        List.of("{\"id\":\"4" + (100_000 + i) + "\",\"name\":\"by hand\"}"));
                    }
                    for (String option : List.of("", "--repair")) {
                        Verified found = (option.isEmpty() ? verify(shop) : verify(shop, option)).isDifferent();
                        assertThat(found.ids("different")).containsExactlyInAnyOrderElementsOf(changed);
                        assertThat(found.ids("missing")).containsExactlyInAnyOrderElementsOf(deleted);
                        assertThat(found.ids("extra")).containsExactlyInAnyOrderElementsOf(added);
                        assertThat(found.of("repaired")).isEqualTo(option.isEmpty() ? 0 : 150);
                        assertThat(found.json().path("findings").toString()).contains("\"fields\":[\"name\"]");
                    }
                    verify(shop).isEqual();
                }
                shop.awaitEqual("products", PRODUCTS);
                verify(shop, "--table", shop.table("products")).isEqual();
                Verified sample = verify(shop, "--sample", "500").isEqual();
                assertThat(sample.of("checked")).isBetween(300L, 800L);
                assertThat(verify(shop, "--table", "nowhere").code()).isEqualTo(2);
                assertThat(verify(shop, "--collection", "nowhere").code()).isEqualTo(2);
            }
        }
    }

    @Test
    void everyKindOfEntry_isComparedAndRepaired() throws Exception {
        try (Shop shop = http(open()).with("flush: {interval: 300ms}")) {
            shop.sql(
                    "CREATE TABLE items (id int PRIMARY KEY, tenant varchar(10), sku varchar(20) NOT NULL, n int NOT NULL, gone int)",
                    "CREATE TABLE notes (id int PRIMARY KEY, item int NOT NULL, text varchar(20))",
                    "CREATE TABLE parts (a int, b varchar(10), n int, PRIMARY KEY (a, b))",
                    "INSERT INTO items SELECT i, concat('t', i % 3), concat('sku-', i), i, 0 FROM " + numbers(300),
                    "INSERT INTO notes SELECT i, i, 'first' FROM " + numbers(300),
                    "INSERT INTO parts SELECT i, concat('x:', i), i FROM " + numbers(100));
            shop.sql(server().tellRowsBefore("items"));
            shop.sql(server().tellRowsBefore("notes"));
            shop.documentIn("items", "plain", "where: row.n > 10", "softDelete: gone");
            shop.documentIn("items", "shared", "idPrefix: 'i-'");
            shop.documentIn("parts", "shared", "idPrefix: 'p-'");
            shop.documentIn("items", "computed", "id: { cel: \"row.sku\" }");
            shop.documentBy("items", "'by_' + row.tenant");
            shop.documentIn(
                    "items",
                    "joined",
                    "query: \"SELECT i.id, i.n, o.text FROM items i JOIN notes o ON o.item = i.id WHERE i.id IN (:ids)\"",
                    "dependsOn: [ { table: " + shop.table("notes") + ", ids: \":item\" } ]");
            List<String> collections = List.of("plain", "shared", "computed", "by_t1", "joined");
            Map<String, String> ids = new TreeMap<>(
                    Map.of("plain", "%d", "shared", "i-%d", "computed", "sku-%d", "by_t1", "%d", "joined", "%d"));
            try (Service service = new Service(shop.config())) {
                service.pipeline().start();
                Shop.awaitStreaming(service.pipeline());
                await().untilAsserted(() -> verify(shop).isEqual());
                shop.sql("UPDATE items SET gone = 1 WHERE id = 299", "DELETE FROM notes WHERE id = 298");
                await().untilAsserted(() -> verify(shop).isEqual());
                for (String collection : collections) {
                    String id = Objects.requireNonNull(ids.get(collection));
                    edit(shop, collection, "{\"id\":\"" + id.formatted(100) + "\",\"n\":-1}");
                    delete(shop, collection, id.formatted(103));
                    for (String stray : List.of(id.formatted(5_000), "odd id")) {
                        shop.typesense()
                                .admin()
                                .upsert(
                                        shop.collection(collection),
                                        List.of("{\"id\":\"" + stray + "\",\"n\":1,\"sku\":\"s\",\"tenant\":\"t\"}"));
                    }
                }
                shop.typesense()
                        .admin()
                        .upsert(
                                shop.collection("plain"),
                                List.of(
                                        "{\"id\":\"7\",\"n\":7,\"sku\":\"s\"}",
                                        "{\"id\":\"299\",\"n\":7,\"sku\":\"s\"}"));
                shop.typesense()
                        .admin()
                        .upsert(shop.collection("joined"), List.of("{\"id\":\"298\",\"n\":298,\"text\":\"first\"}"));
                for (String collection : collections) {
                    Verified found = verify(shop, "--collection", shop.collection(collection))
                            .isDifferent();
                    String id = Objects.requireNonNull(ids.get(collection));
                    List<String> extra = new ArrayList<>(List.of(id.formatted(5_000), "odd id"));
                    extra.addAll(
                            switch (collection) {
                                case "plain" -> List.of("7", "299");
                                case "joined" -> List.of("298");
                                default -> List.of();
                            });
                    assertThat(found.ids("different")).as(collection).containsExactly(id.formatted(100));
                    assertThat(found.ids("missing")).as(collection).containsExactly(id.formatted(103));
                    assertThat(found.ids("extra")).as(collection).containsExactlyInAnyOrderElementsOf(extra);
                }
                Verified repaired = verify(shop, "--repair").isDifferent();
                assertThat(repaired.of("repaired"))
                        .as(repaired.json().toString())
                        .isEqualTo(4 * 5 + 3);
                verify(shop).isEqual();
                assertThat(shop.documents("shared")).hasSize(400);
                assertThat(shop.documents("by_t1")).hasSize(100);
                assertThat(shop.documents("joined")).hasSize(299);
                AtomicBoolean ended = new AtomicBoolean();
                Thread tenants = new Thread(
                        () -> { // whose collections do not exist when their rows are read
                            for (int i = 1_000; !ended.get() && i < 1_400; i++) {
                                shop.sql("INSERT INTO items VALUES (" + i + ", 'n" + i / 4 + "', 'new-" + i
                                        + "', 20, 0)");
                            }
                        });
                tenants.start();
                for (int i = 0; i < 3; i++) {
                    verify(shop, "--table", shop.table("items")).isEqual();
                }
                ended.set(true);
                tenants.join();
            }
        }
    }

    @Test
    void deadLettersAndInvalidRows_areListed_andNoDifference() throws Exception {
        try (Shop shop = http(open())) {
            shop.sql(
                    "CREATE TABLE items (id int PRIMARY KEY, n bigint NOT NULL, rank int NOT NULL)"
                            .replace("rank", "weight"),
                    "INSERT INTO items SELECT i, i, i FROM " + numbers(100));
            shop.document(
                    "items",
                    "fields: { n: { type: int32 }, weight: ~ }",
                    "require: { weight: { range: { min: 0, max: 1000 } } }",
                    "onInvalid: skip");
            try (Service service = new Service(shop.config())) {
                service.pipeline().start();
                Shop.awaitStreaming(service.pipeline());
                shop.sql("UPDATE items SET n = 3000000000 WHERE id = 7", "UPDATE items SET weight = -1 WHERE id = 8");
                await().until(() -> shop.deadLetters("items").size() == 1
                        && !shop.documents("items").containsKey("8"));
                Verified found = verify(shop).isEqual();
                assertThat(found.of("deadLetters")).isOne();
                assertThat(found.ids("dead_letter")).containsExactly("7");
                assertThat(found.ids("invalid")).containsExactly("8");
                shop.typesense()
                        .admin()
                        .upsert(shop.collection("items"), List.of("{\"id\":\"8\",\"n\":1,\"weight\":1}"));
                assertThat(verify(shop, "--repair").isDifferent().of("repaired"))
                        .isOne();
                assertThat(shop.documents("items")).doesNotContainKey("8");
            }
        }
    }

    @Test
    void rowsThatAreDeletedMeanwhile_areNoHarm() throws Exception {
        try (Shop shop = http(open()).with("flush: {interval: 500ms}")) {
            shop.sql(CREATE_PRODUCTS, insertProducts(1_000));
            shop.document("products");
            try (Service service = new Service(shop.config())) {
                service.pipeline().start();
                shop.awaitEqual("products", PRODUCTS);
                Shop.awaitStreaming(service.pipeline());
                for (int i = 1; i <= 200; i++) {
                    edit(shop, "products", "{\"id\":\"" + i + "\",\"name\":\"by hand\"}");
                }
                Thread deletes = new Thread(() -> {
                    for (int i = 1; i <= 200; i++) {
                        shop.sql("DELETE FROM products WHERE id = " + i);
                    }
                });
                deletes.start();
                Verified during = verify(shop, "--repair");
                deletes.join();
                assertThat(during.code()).as(during.err()).isIn(0, 1);
                shop.awaitEqual("products", PRODUCTS);
                verify(shop).isEqual();
                assertThat(shop.documents("products")).hasSize(800);
                assertThat(shop.deadLetters("products")).isEmpty();
            }
        }
    }

    @Test
    void offline_findsAndRepairs_andTheServiceContinues() throws Exception {
        try (Shop shop = http(open())) {
            shop.sql(CREATE_PRODUCTS, insertProducts(1_000));
            shop.document("products");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("products", PRODUCTS);
                Shop.awaitStreaming(pipeline);
            }
            verify(shop).isEqual();
            edit(shop, "products", "{\"id\":\"3\",\"name\":\"by hand\"}");
            delete(shop, "products", "4");
            shop.typesense().admin().upsert(shop.collection("products"), List.of("{\"id\":\"5000\",\"name\":\"x\"}"));
            shop.sql("UPDATE products SET name = 'not flushed' WHERE id = 5");
            Verified found = verify(shop).isDifferent();
            assertThat(found.ids("different")).containsExactlyInAnyOrder("3", "5");
            assertThat(found.ids("missing")).containsExactly("4");
            assertThat(found.ids("extra")).containsExactly("5000");
            assertThat(verify(shop, "--repair").isDifferent().of("repaired")).isEqualTo(4);
            verify(shop).isEqual();
            try (Pipeline pipeline = shop.start()) {
                shop.sql("UPDATE products SET name = 'later' WHERE id = 3");
                shop.awaitEqual("products", PRODUCTS);
                Shop.awaitHealthy(pipeline);
            }
        }
    }

    @Test
    void documentsWithoutARow_stay_ifTheyAreTooMany() throws Exception {
        try (Shop shop = http(open()).with("guard: { documents: 20, percent: 10 }")) {
            shop.sql(CREATE_PRODUCTS, insertProducts(300));
            shop.document("products");
            try (Service service = new Service(shop.config())) {
                service.pipeline().start();
                shop.awaitEqual("products", PRODUCTS);
                Shop.awaitStreaming(service.pipeline());
                List<String> added = new ArrayList<>();
                for (int i = 0; i < 100; i++) {
                    added.add("{\"id\":\"" + (5_000 + i) + "\",\"name\":\"by hand\"}");
                }
                shop.typesense().admin().upsert(shop.collection("products"), added);
                Verified found = verify(shop, "--repair").isDifferent();
                assertThat(found.of("extra")).isEqualTo(100);
                assertThat(found.of("repaired")).isZero();
                assertThat(found.of("held")).isEqualTo(100);
                await().until(() -> service.status().approvals().size() == 1);
                assertThat(shop.documents("products")).hasSize(400);
            }
        }
    }
}
