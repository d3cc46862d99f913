package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.admin.DeadLetterJob;
import dev.tidemark.admin.Operations;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.deadletter.DeadLetterFilter;
import dev.tidemark.pipeline.Pipeline;
import dev.tidemark.testkit.postgres.PostgresServer;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A commit that waits for a standby is in the log, and other sessions do not see it: nothing older than it is written. */
class PostgresVisibilityIT {

    private static PostgresServer server;

    private final AtomicBoolean hung = new AtomicBoolean();

    @BeforeAll
    static void watch() {
        server = PostgresServer.start(); // anew where a failed test runs once more
        server.createDatabase("probes");
        server.execute("probes", "CREATE TABLE probe (n int)");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** Else every commit of the next test hangs, too. */
    @AfterEach
    void letGo() {
        hung.set(true);
        setStandby("ALTER SYSTEM RESET synchronous_standby_names");
    }

    @Test
    void joinedDocument_isReadWhenTheChangeIsVisible() throws Exception {
        try (Shop shop = new Shop(server, TypesenseServer.shared())) {
            shop.sql(
                    "CREATE TABLE brands (id int PRIMARY KEY, name text)",
                    "CREATE TABLE products (id int PRIMARY KEY, brand_id int)",
                    "INSERT INTO brands VALUES (1, 'old')",
                    "INSERT INTO products VALUES (1, 1), (2, 1)");
            shop.document(
                    "products",
                    "query: SELECT p.id, b.name FROM products p JOIN brands b ON b.id = p.brand_id WHERE p.id IN (:ids)",
                    "dependsOn: [{ table: public.brands, ids: SELECT id FROM products WHERE brand_id = :id }]");
            String expected = "SELECT p.id, b.name FROM products p JOIN brands b ON b.id = p.brand_id";
            isWrittenLate(shop, "products", expected, "UPDATE brands SET name = ");
        }
    }

    @Test
    void rowWithUnchangedToast_isReadWhenTheChangeIsVisible() throws Exception {
        try (Shop shop = new Shop(server, TypesenseServer.shared())) {
            // A document with nested objects is written whole, so the text that did not change is read from the table.
            shop.sql(
                    "CREATE TABLE pages (id int PRIMARY KEY, title text, body text, extra jsonb)",
                    "INSERT INTO pages SELECT 1, 'old', string_agg(md5(i::text), ''), '{\"a\": 1}'"
                            + " FROM generate_series(1, 320) i");
            shop.document("pages");
            isWrittenLate(shop, "pages", "SELECT * FROM pages", "UPDATE pages SET title = ");
        }
    }

    /** The change hangs in its commit: no document may be written as it was before, and in the end all are right. */
    private void isWrittenLate(Shop shop, String table, String rows, String update) throws Exception {
        try (Pipeline pipeline = shop.start()) {
            shop.awaitEqual(table, rows);
            shop.sql(update + "'middle'");
            shop.awaitEqual(table, rows); // now it streams
            String change = update + "'new'";
            CompletableFuture<Void> changed;
            setStandby("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
            try {
                CompletableFuture<Void> probing = probing();
                changed = CompletableFuture.runAsync(() -> shop.sql(change));
                await().untilAsserted(() -> assertThat(waiting()).contains(change));
                await().atMost(Duration.ofSeconds(30))
                        .untilAsserted(() -> assertThat(
                                        pipeline.health().conditions().toString())
                                .contains("not visible to other sessions yet", "synchronous_standby_names = 'nobody'"));
                assertThat(changed).isNotDone();
                shop.assertEqual(table, rows);
                assertThat(probing).isNotDone();
            } finally {
                setStandby("ALTER SYSTEM RESET synchronous_standby_names");
            }
            changed.get();
            shop.awaitEqual(table, rows);
            assertThat(shop.documents(table).toString()).contains("new").doesNotContain("middle");
            await().untilAsserted(
                            () -> assertThat(pipeline.health().conditions()).isEmpty());
        }
    }

    /**
     * As above, with a table that is read again, and a restart in between: the change was flushed and its place stored, and
     * nothing but the table is left to read the row from.
     */
    @Test
    void tableReadAgain_isReadWhenWhatWasFlushedIsVisible_alsoByAnEarlierProcess() throws Exception {
        try (Shop shop = new Shop(server, TypesenseServer.shared())) {
            shop.sql("CREATE TABLE goods (id int PRIMARY KEY, name text)", "INSERT INTO goods VALUES (1, 'old')");
            shop.document("goods");
            String rows = "SELECT * FROM goods";
            CompletableFuture<Void> changed;
            CompletableFuture<Void> probing;
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("goods", rows);
                shop.sql("UPDATE goods SET name = 'middle'");
                shop.awaitEqual("goods", rows); // now it streams
                setStandby("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
                probing = probing();
                changed = CompletableFuture.runAsync(() -> shop.sql("UPDATE goods SET name = 'new'"));
                await().untilAsserted(() ->
                        assertThat(shop.documents("goods").toString()).contains("new"));
                readAgain(pipeline, shop);
                isHeldUp(pipeline, shop);
            }
            try (Pipeline pipeline = shop.start()) {
                isHeldUp(pipeline, shop);
                assertThat(changed).isNotDone();
                setStandby("ALTER SYSTEM RESET synchronous_standby_names");
                changed.get();
                probing.get();
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> pipeline.status()
                                .tableSnapshots()
                                .get(0)
                                .state()
                                .equals("done"));
                shop.assertEqual("goods", rows);
                assertThat(shop.documents("goods").toString()).contains("new");
            } finally {
                setStandby("ALTER SYSTEM RESET synchronous_standby_names");
            }
        }
    }

    /** A dead letter's row that is read before what an earlier process flushed of it is visible would be an older one. */
    @Test
    void replayAfterARestart_readsNothingOlderThanWhatWasFlushedBefore() throws Exception {
        try (Shop shop = new Shop(server, TypesenseServer.shared())) {
            shop.sql(
                    "CREATE TABLE counts (id int PRIMARY KEY, n bigint)",
                    "INSERT INTO counts VALUES (1, 7000000000), (2, 2)"); // an empty collection would be filled again
            shop.document("counts", "fields: {n: {type: int32}}");
            CompletableFuture<Void> changed;
            CompletableFuture<Void> probing;
            try (Pipeline pipeline = shop.start()) {
                awaitRejected(shop, "7000000000");
                Shop.awaitStreaming(pipeline);
                setStandby("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
                probing = probing();
                changed = CompletableFuture.runAsync(() -> shop.sql("UPDATE counts SET n = 8000000000 WHERE id = 1"));
                awaitRejected(shop, "8000000000");
            }
            try (Pipeline pipeline = shop.start()) {
                replay(pipeline);
                awaitRejected(shop, "its row cannot be read yet");
                assertThat(shop.deadLetters("counts").get(0).error())
                        .contains("not visible to other sessions yet", "synchronous_standby_names = 'nobody'");
                assertThat(changed).isNotDone();
                setStandby("ALTER SYSTEM RESET synchronous_standby_names");
                changed.get();
                probing.get();
                replay(pipeline);
                awaitRejected(shop, "8000000000");
            } finally {
                setStandby("ALTER SYSTEM RESET synchronous_standby_names");
            }
        }
    }

    private static void replay(Pipeline pipeline) {
        Operations operations = Objects.requireNonNull(pipeline.operations());
        await().until(() -> operations.start(DeadLetterJob.Action.REPLAY, DeadLetterFilter.ALL));
    }

    private static void awaitRejected(Shop shop, String reason) {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(shop.deadLetters("counts"))
                        .singleElement()
                        .satisfies(deadLetter -> assertThat(deadLetter.error()).contains(reason)));
    }

    private static void readAgain(Pipeline pipeline, Shop shop) throws IOException {
        Objects.requireNonNull(pipeline.operations())
                .snapshots()
                .request(TableId.parse(shop.source().qualified(shop.name(), "goods")), -1);
    }

    private static void isHeldUp(Pipeline pipeline, Shop shop) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(
                                pipeline.status().tableSnapshots().get(0).problem())
                        .contains("not visible to other sessions yet", "synchronous_standby_names = 'nobody'"));
        assertThat(shop.documents("goods").toString()).contains("new");
    }

    private static void setStandby(String sql) {
        server.execute("probes", sql, "SELECT pg_reload_conf()");
    }

    /** Commits until one hangs, and returns then: the server takes to a new setting in its own time. */
    private CompletableFuture<Void> probing() {
        CompletableFuture<Void> probing = CompletableFuture.runAsync(this::probe);
        await().untilAsserted(() -> assertThat(waiting()).contains("INSERT INTO probe VALUES (1)"));
        hung.set(true);
        return probing;
    }

    private void probe() {
        try (Connection connection = server.connect("probes");
                Statement statement = connection.createStatement()) {
            while (!hung.get()) {
                statement.execute("INSERT INTO probe VALUES (1)");
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The statements that hang in their commit. */
    private static List<String> waiting() throws SQLException {
        List<String> statements = new ArrayList<>();
        try (Connection connection = server.connect("probes");
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT query FROM pg_stat_activity WHERE wait_event = 'SyncRep'")) {
            while (rows.next()) {
                statements.add(rows.getString(1));
            }
        }
        return statements;
    }
}
