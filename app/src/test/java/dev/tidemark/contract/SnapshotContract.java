package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.Commands;
import dev.tidemark.Commands.Ended;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.health.Health;
import dev.tidemark.health.PipelineStatus;
import dev.tidemark.load.Load;
import dev.tidemark.load.Loads;
import dev.tidemark.load.RowSelection;
import dev.tidemark.pipeline.Pipeline;
import dev.tidemark.pipeline.Service;
import dev.tidemark.testkit.FreePorts;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;

/** One table is read again while its changes are streamed, on real servers of both kinds. */
abstract class SnapshotContract {

    private static final int ROWS = 7_000;
    private static final String ITEMS = "SELECT concat(region, ':', no) AS id, region, no, name, n FROM items";

    /** A database of its own. */
    abstract Shop database() throws Exception;

    /** What makes a table's changes tell the full row before, if they do not by themselves. */
    abstract String[] tellRowsBefore(String table);

    /** Of a row's key, columns of kinds whose order or text is peculiar to the database. */
    abstract String peculiarKey();

    /** Rows with such keys. */
    abstract String[] peculiarRows();

    /** Keeps every other session from reading the table. */
    abstract String lock(String table);

    private static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofSeconds(90));
    }

    private static void createItems(Shop shop) {
        shop.sql(
                "CREATE TABLE items (region varchar(10), no int, name varchar(60) NOT NULL, n int, PRIMARY KEY (region, no))",
                "INSERT INTO items SELECT concat('r', i % 3), i, concat('item ', i), i FROM "
                        + shop.source().numbers(ROWS));
    }

    private static TableId table(Shop shop, String name) {
        return TableId.parse(shop.source().qualified(shop.name(), name));
    }

    private static void request(Pipeline pipeline, Shop shop, String table) throws IOException {
        assertThat(Objects.requireNonNull(pipeline.operations()).snapshots().request(table(shop, table), -1))
                .isEmpty();
    }

    private static PipelineStatus.TableSnapshot progress(Pipeline pipeline, Shop shop, String table) {
        return pipeline.status().tableSnapshots().stream()
                .filter(each -> each.table().equals(table(shop, table).toString()))
                .findFirst()
                .orElseThrow();
    }

    private static void awaitDone(Pipeline pipeline, Shop shop, String table) {
        await().untilAsserted(() -> assertThat(progress(pipeline, shop, table))
                .extracting(PipelineStatus.TableSnapshot::state, PipelineStatus.TableSnapshot::problem)
                .containsExactly("done", null));
    }

    /** Ends the pipeline in the middle of a load, which a fast machine would finish while it stops: no request comes through any more. */
    private static void cutOff(Pipeline pipeline, Shop shop, Proxy toTypesense) {
        await().pollInterval(Duration.ofMillis(2))
                .until(() -> progress(pipeline, shop, "items").rows() > 0);
        toTypesense.set(Proxy.Mode.CUT);
        pipeline.close();
        toTypesense.set(Proxy.Mode.PASS);
    }

    private static Path remembered(Shop shop) {
        return shop.state().resolve("loads.json");
    }

    /** By hand, in Typesense: some documents are gone, some say something else, some are of no row. */
    private static void damage(Shop shop, String collection, String... others) {
        List<String> ids = List.copyOf(shop.documents(collection).keySet());
        int step = Math.max(1, ids.size() / 40);
        for (int i = 0; i < ids.size(); i += step) {
            String id = URLEncoder.encode(ids.get(i), StandardCharsets.UTF_8).replace("+", "%20");
            String path = "/collections/" + shop.collection(collection) + "/documents/" + id;
            if (i / step % 2 == 0) {
                shop.typesense().admin().delete(path);
            } else {
                shop.typesense().admin().patch(path, "{\"name\": \"altered by hand\"}");
            }
        }
        shop.typesense().admin().upsert(shop.collection(collection), List.of(others));
    }

    @Test
    void tableThatIsLocked_waits_andKeepsNoOtherWaiting() throws Exception {
        int port = FreePorts.next();
        try (Shop shop = database().with("http: {port: " + port + "}");
                Connection locking = shop.connect();
                Statement statement = locking.createStatement()) {
            createItems(shop);
            shop.sql(
                    "CREATE TABLE small (id int PRIMARY KEY, n int)",
                    "INSERT INTO small VALUES (1, 1)",
                    "INSERT INTO small VALUES (2, 2)");
            shop.document("items").document("small");
            try (Service service = new Service(shop.config())) {
                Pipeline pipeline = service.pipeline();
                pipeline.start();
                shop.awaitEqual("items", ITEMS);
                Shop.awaitStreaming(pipeline);
                shop.sql("UPDATE items SET n = -2 WHERE no = 2"); // an engine that starts would wait for the lock, too
                shop.awaitEqual("items", ITEMS);
                damage(shop, "small", "{\"id\": \"1\", \"n\": 7}");
                locking.setAutoCommit(false);
                statement.execute(lock("small"));
                assertThat(command(
                                        shop,
                                        "snapshot",
                                        "--table",
                                        table(shop, "small").toString())
                                .code())
                        .isZero();
                await().until(() -> progress(pipeline, shop, "small").problem() != null);
                shop.sql("UPDATE items SET n = -1 WHERE no = 1");
                shop.awaitEqual("items", ITEMS);
                await().untilAsserted( // while it is tried again, none is told
                                () -> assertThat(progress(pipeline, shop, "small")
                                                .problem())
                                        .containsIgnoringCase("lock"));
                assertThat(pipeline.health().of(Health.Part.FLUSH)).isEmpty();
                locking.close(); // which unlocks it
                awaitDone(pipeline, shop, "small");
                shop.awaitEqual("small", "SELECT id, n FROM small");
            }
        }
    }

    @Test
    void damagedDocuments_areMended_whileChangesAreStreamed() throws Exception {
        int port = FreePorts.next();
        try (Shop shop = database().with("http: {port: " + port + "}")) {
            createItems(shop);
            shop.document("items");
            AtomicBoolean stopped = new AtomicBoolean();
            try (Service service = new Service(shop.config())) {
                Pipeline pipeline = service.pipeline();
                pipeline.start();
                shop.awaitEqual("items", ITEMS);
                Shop.awaitStreaming(pipeline);
                damage(
                        shop,
                        "items",
                        "{\"id\": \"r0:90001\", \"region\": \"r0\", \"no\": 90001, \"name\": \"of no row\", \"n\": 1}",
                        "{\"id\": \"no key at all\", \"region\": \"r9\", \"no\": 1, \"name\": \"of no row\", \"n\": 1}");
                CompletableFuture<Void> changing = CompletableFuture.runAsync(() -> change(shop, stopped));
                String table = table(shop, "items").toString();
                Ended begun = command(shop, "snapshot", "--table", table);
                assertThat(begun.code()).as(begun.err()).isZero();
                assertThat(begun.out()).contains(table, "is being reloaded");
                awaitDone(pipeline, shop, "items");
                stopped.set(true);
                changing.get();
                shop.awaitEqual("items", ITEMS);
                Ended swept = command(shop, "trace", "--table", table, "--key", "no key at all");
                assertThat(swept.out())
                        .contains("sweep     " + shop.collection("items") + "/no key at all")
                        .contains("document deleted")
                        .doesNotContain("null");

                PipelineStatus.TableSnapshot done = progress(pipeline, shop, "items");
                assertThat(done.rows()).isGreaterThan(ROWS / 2);
                assertThat(done.rowsPerSecond()).isPositive();
                assertThat(done.resumed()).isFalse();
                assertThat(remembered(shop)).doesNotExist();
                assertThat(service.registry()
                                .get("tidemark.snapshot.tables")
                                .tags("table", shop.table("items"), "outcome", "done")
                                .counter()
                                .count())
                        .isEqualTo(1);
                assertThat(service.registry()
                                .get("tidemark.snapshot.tables.pending")
                                .gauge()
                                .value())
                        .isZero();
                Shop.awaitHealthy(pipeline);

                Ended unknown = command(shop, "snapshot", "--table", "items");
                assertThat(unknown.code()).isEqualTo(2);
                assertThat(unknown.err()).contains("no document comes from table 'items'", "did you mean '" + table);
                assertThat(command(shop, "snapshot", "--table", table, "--stop").err())
                        .contains("no load of " + table + " waits or runs");
            } finally {
                stopped.set(true);
            }
        }
    }

    private static void change(Shop shop, AtomicBoolean stopped) {
        Random random = new Random(5);
        while (!stopped.get()) {
            int no = random.nextInt(ROWS);
            shop.sql(
                    "UPDATE items SET n = n + 1, name = 'changed' WHERE no BETWEEN " + no + " AND " + (no + 5),
                    "DELETE FROM items WHERE no = " + random.nextInt(ROWS),
                    "INSERT INTO items SELECT 'r0', " + (ROWS + 1) + " + count(*) + "
                            + random.nextInt(Integer.MAX_VALUE / 2) + ", 'new', 0 FROM items");
        }
    }

    private static Ended command(Shop shop, String... words) throws Exception {
        String[] all = new String[words.length + 2];
        System.arraycopy(words, 0, all, 0, words.length);
        all[words.length] = "-c";
        all[words.length + 1] = shop.configFile().toString();
        return Commands.run(all);
    }

    @Test
    void restartInTheMiddle_goesOn_andSaysSo() throws Exception {
        try (Shop shop = database();
                Proxy toTypesense = new Proxy(shop.typesense().port())) {
            createItems(shop);
            shop.document("items").through(toTypesense).with("flush: {interval: 50ms, documents: 100}");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("items", ITEMS);
                Shop.awaitStreaming(pipeline);
                damage(
                        shop,
                        "items",
                        "{\"id\": \"r0:90001\", \"region\": \"r0\", \"no\": 90001, \"name\": \"of no row\", \"n\": 1}");
                request(pipeline, shop, "items");
                cutOff(pipeline, shop, toTypesense);
            }
            assertThat(Files.readString(remembered(shop)))
                    .contains("\"after\" : [ \"r"); // whatever region it has come to
            shop.sql("UPDATE items SET n = 7 WHERE no = 3");
            try (Pipeline pipeline = shop.start()) {
                awaitDone(pipeline, shop, "items");
                assertThat(progress(pipeline, shop, "items").resumed()).isTrue();
                assertThat(progress(pipeline, shop, "items").rows()).isEqualTo(ROWS);
                shop.awaitEqual("items", ITEMS);
                assertThat(remembered(shop)).doesNotExist();
            }
        }
    }

    @Test
    void partOfATable_isLoaded_andNothingElseIsTouched() throws Exception {
        int port = FreePorts.next();
        try (Shop shop = database().with("http: {port: " + port + "}")) {
            createItems(shop);
            shop.document("items");
            try (Service service = new Service(shop.config())) {
                Pipeline pipeline = service.pipeline();
                pipeline.start();
                shop.awaitEqual("items", ITEMS);
                Shop.awaitStreaming(pipeline);
                String table = table(shop, "items").toString();
                alter(shop, "r1:1", "r1:100", "r1:4000", "r2:5");
                double before = rowsRead(service, shop, "items");

                Ended begun = command(
                        shop,
                        "load",
                        "--wait",
                        "--table",
                        table,
                        "--where",
                        "no < 3000 OR no IS NULL -- of these",
                        "--from",
                        "r1:100");
                assertThat(begun.code()).as(begun.err()).isZero();
                assertThat(shop.documentOf("items", "r1:100").path("name").asText())
                        .isEqualTo("item 100");
                assertThat(shop.documentOf("items", "r2:5").path("name").asText())
                        .isEqualTo("item 5");
                for (String outside : List.of("r1:1", "r1:4000", "r0:90001")) { // before it, left out, of no row
                    assertThat(shop.documentOf("items", outside).path("name").asText())
                            .as(outside)
                            .isEqualTo("altered by hand");
                }
                assertThat(rowsRead(service, shop, "items") - before)
                        .isEqualTo(count(shop, "no < 3000 AND (region > 'r1' OR (region = 'r1' AND no >= 100))"));

                for (String wrong : List.of(
                        "no < 3000) OR (1 = 1",
                        "no < 3000; DELETE FROM items",
                        "no < 3000 /* not closed",
                        "no < 3000 THEN 1 WHEN no > 1",
                        "missing = 1",
                        "no = ?",
                        "count(*) > 1",
                        "(no < 3000",
                        "no <",
                        " ")) {
                    Ended rejected = command(shop, "load", "--table", table, "--where", wrong);
                    assertThat(rejected.code()).as(wrong).isEqualTo(2);
                    assertThat(rejected.err()).as(wrong).containsAnyOf("the database rejects", "'where' must contain");
                }
                assertThat(command(shop, "load", "--table", table, "--where", "missing = 1")
                                .err())
                        .contains("missing");
                for (String wrong : List.of("r1", "r1:x", "r1:1:2", "")) {
                    Ended rejected = command(shop, "load", "--table", table, "--from", wrong);
                    assertThat(rejected.code()).as(wrong).isEqualTo(2);
                    assertThat(rejected.err()).as(wrong).contains("'from'", "ids of documents");
                }
                assertThat(shop.documents("items")).hasSize(ROWS + 1);
                assertThat(remembered(shop)).doesNotExist();
                Shop.awaitHealthy(pipeline);
            }
        }
    }

    private static void alter(Shop shop, String... ids) {
        for (String id : ids) {
            shop.typesense()
                    .admin()
                    .patch(
                            "/collections/" + shop.collection("items") + "/documents/" + id,
                            "{\"name\": \"altered by hand\"}");
        }
        shop.typesense()
                .admin()
                .upsert(
                        shop.collection("items"),
                        List.of(
                                "{\"id\": \"r0:90001\", \"region\": \"r0\", \"no\": 90001, \"name\": \"altered by hand\"}"));
    }

    private static double rowsRead(Service service, Shop shop, String table) {
        return service.registry()
                .get("tidemark.load.rows")
                .tags("table", shop.table(table))
                .counter()
                .count();
    }

    private static long count(Shop shop, String condition) throws Exception {
        try (Connection connection = shop.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM items WHERE " + condition)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Test
    void partOfATable_staysThatPart_overARestart_andIsJoinedWithNoOtherLoad() throws Exception {
        try (Shop shop = database();
                Proxy toTypesense = new Proxy(shop.typesense().port())) {
            createItems(shop);
            shop.document("items").through(toTypesense).with("flush: {interval: 50ms, documents: 100}");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("items", ITEMS);
                Shop.awaitStreaming(pipeline);
                alter(shop, "r1:1", "r2:5");
                Loads loads = Objects.requireNonNull(pipeline.operations()).snapshots();
                RowSelection part = Objects.requireNonNull(pipeline.operations())
                        .loadableTables()
                        .selector()
                        .of(table(shop, "items"), "region <> 'r1'", "r0:3");
                assertThat(loads.request(table(shop, "items"), part, -1)).isEmpty();
                assertThat(loads.request(table(shop, "items"), -1))
                        .get()
                        .extracting(Load::selection)
                        .isEqualTo(part);
                cutOff(pipeline, shop, toTypesense);
            }
            assertThat(Files.readString(remembered(shop))).contains("region <> 'r1'");
            try (Pipeline pipeline = shop.start()) {
                awaitDone(pipeline, shop, "items");
                assertThat(progress(pipeline, shop, "items").resumed()).isTrue();
                assertThat(progress(pipeline, shop, "items").rows())
                        .isEqualTo(count(shop, "region <> 'r1' AND (region > 'r0' OR no >= 3)"));
                assertThat(shop.documentOf("items", "r2:5").path("name").asText())
                        .isEqualTo("item 5");
                for (String outside : List.of("r1:1", "r0:90001")) {
                    assertThat(shop.documentOf("items", outside).path("name").asText())
                            .as(outside)
                            .isEqualTo("altered by hand");
                }

                Loads loads = Objects.requireNonNull(pipeline.operations()).snapshots();
                loads.request(table(shop, "items"), new RowSelection("no = 1", List.of(), List.of()), -1);
                loads.requestAgain(table(shop, "items"), -1); // a doubt is of all rows
                awaitDone(pipeline, shop, "items");
                shop.awaitEqual("items", ITEMS);
            }
        }
    }

    @Test
    void collectionsOfEveryKind_areMended() throws Exception {
        try (Shop shop = database()) {
            shop.sql(
                    "CREATE TABLE eu (id int PRIMARY KEY, name varchar(60) NOT NULL)",
                    "CREATE TABLE us (id int PRIMARY KEY, name varchar(60) NOT NULL)",
                    "CREATE TABLE tenants (id int PRIMARY KEY, tenant varchar(9) NOT NULL, name varchar(60) NOT NULL)",
                    "CREATE TABLE brands (id int PRIMARY KEY, title varchar(60))",
                    "CREATE TABLE products (id int PRIMARY KEY, name varchar(60), brand_id int)",
                    "CREATE TABLE odd (" + peculiarKey() + ", name varchar(60) NOT NULL)");
            shop.sql(tellRowsBefore("tenants"));
            for (String table : List.of("eu", "us")) {
                shop.sql("INSERT INTO " + table + " SELECT i, 'name' FROM "
                        + shop.source().numbers(300));
                shop.documentIn(table, "shared", "idPrefix: '" + table + ":'");
            }
            shop.sql(
                    "INSERT INTO tenants SELECT i, concat('t', i % 2), 'name' FROM "
                            + shop.source().numbers(300),
                    "INSERT INTO brands VALUES (1, 'Acme'), (2, 'Bolt')",
                    "INSERT INTO products SELECT i, 'name', 1 + i % 2 FROM "
                            + shop.source().numbers(1_200));
            shop.sql(peculiarRows());
            String joined = "SELECT p.id, p.name, b.title FROM products p JOIN brands b ON b.id = p.brand_id";
            shop.documentIn("eu", "few", "where: \"row.id % 10 == 0\"")
                    .documentBy("tenants", "row.tenant", "create: true")
                    .document("odd")
                    .document(
                            "products",
                            "query: \"" + joined + " WHERE p.id IN (:ids)\"",
                            "dependsOn: [{ table: " + table(shop, "brands")
                                    + ", ids: \"SELECT id FROM products WHERE brand_id = :id\" }]")
                    .with("flush: {interval: 50ms, documents: 100}");
            String shared =
                    "SELECT concat('eu:', id) AS id, name FROM eu UNION ALL SELECT concat('us:', id), name FROM us";
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("shared", shared);
                shop.awaitEqual("products", joined);
                Shop.awaitStreaming(pipeline);
                int odd = shop.documents("odd").size();
                assertThat(odd).isGreaterThan(100);
                for (String collection : List.of("shared", "few", "t0", "t1", "odd", "products")) {
                    damage(shop, collection);
                }
                shop.typesense()
                        .admin()
                        .upsert(
                                shop.collection("shared"),
                                List.of(
                                        "{\"id\": \"eu:999\", \"name\": \"of no row\"}",
                                        "{\"id\": \"us:1\", \"name\": \"x\"}"));
                shop.typesense()
                        .admin()
                        .upsert(
                                shop.collection("t1"),
                                List.of("{\"id\": \"2\", \"tenant\": \"t0\", \"name\": \"moved\"}"));
                for (String table : List.of("eu", "tenants", "products", "odd")) {
                    request(pipeline, shop, table);
                }
                assertThat(Objects.requireNonNull(pipeline.operations())
                                .loadableTables()
                                .parts())
                        .containsEntry(table(shop, "brands"), table(shop, "products"));
                for (String table : List.of("eu", "tenants", "products", "odd")) {
                    awaitDone(pipeline, shop, table);
                }
                shop.awaitEqual("few", "SELECT id, name FROM eu WHERE id % 10 = 0");
                shop.awaitEqual("t0", "SELECT id, tenant, name FROM tenants WHERE tenant = 't0'");
                shop.awaitEqual("t1", "SELECT id, tenant, name FROM tenants WHERE tenant = 't1'");
                shop.awaitEqual("products", joined);
                assertThat(shop.documents("odd"))
                        .hasSize(odd)
                        .allSatisfy((id, document) ->
                                assertThat(document.path("name").asText()).isEqualTo("name"));
                assertThat(progress(pipeline, shop, "odd").rows())
                        .as("each row once, those whose values are refused among them")
                        .isBetween((long) odd, odd + 2L);
                assertThat(shop.documentOf("shared", "us:1").path("name").asText())
                        .as("the other table's documents are left alone")
                        .isEqualTo("x");
                request(pipeline, shop, "us");
                awaitDone(pipeline, shop, "us");
                shop.awaitEqual("shared", shared);
            }
        }
    }
}
