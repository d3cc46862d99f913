package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.pipeline.Pipeline;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** XA transactions, whose rows are in the log before it is decided whether they count. */
abstract class XaContract {

    private static final String ALL = "SELECT id, name FROM products";

    abstract SourceServer server();

    private Shop shop() throws IOException {
        Shop shop = new Shop(server(), TypesenseServer.shared());
        shop.sql(
                "CREATE TABLE products (id INT PRIMARY KEY, name VARCHAR(50))",
                "INSERT INTO products VALUES (1, 'Shirt'), (2, 'Shoe'), (3, 'Sock')");
        return shop.document("products", "fields: {name: ~}");
    }

    private static double reloads(Shop shop) {
        return shop.count("tidemark.snapshot.tables", "outcome", "done");
    }

    /** Waits until all that was written so far has come through the stream. */
    private static void awaitStreamed(Shop shop, Pipeline pipeline) {
        shop.sql("INSERT INTO products VALUES (900, 'last')");
        await().until(() -> shop.documents("products").containsKey("900"));
        shop.sql("DELETE FROM products WHERE id = 900");
        await().until(() -> !shop.documents("products").containsKey("900"));
        Shop.awaitHealthy(pipeline);
    }

    /** Returns the end of the log as a stored offset names it. */
    private static String logEnd(Shop shop) throws SQLException {
        try (Connection connection = shop.connect();
                Statement statement = connection.createStatement();
                ResultSet status = statement.executeQuery("SHOW MASTER STATUS")) {
            assertThat(status.next()).isTrue();
            String gtids = status.getString("Executed_Gtid_Set");
            return gtids.isEmpty() ? status.getString("Position") : gtids.replaceAll("\\s", "");
        }
    }

    private static void prepare(Shop shop, String xid, String... statements) throws SQLException {
        try (Connection connection = shop.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("XA START " + xid);
            for (String sql : statements) {
                statement.execute(sql);
            }
            statement.execute("XA END " + xid);
            statement.execute("XA PREPARE " + xid);
        }
    }

    private static String xid(Shop shop, String name) {
        return "'" + shop.name() + "-" + name + "'";
    }

    @Test
    void xaTransactions_areChanges_whenTheyAreCommitted() throws Exception {
        try (Shop shop = shop()) {
            shop.sql(
                    "CREATE TABLE brands (id INT PRIMARY KEY, product INT, name VARCHAR(50))",
                    "INSERT INTO brands VALUES (1, 1, 'Acme')");
            shop.document(
                    "brands",
                    "query: SELECT b.id, b.name, p.name AS title FROM brands b JOIN products p ON p.id = b.product"
                            + " WHERE b.id IN (:ids)",
                    "dependsOn:",
                    "  - { table: " + shop.table("products") + ", ids: 'SELECT id FROM brands WHERE product = :id' }");
            String brands = "SELECT b.id, b.name, p.name AS title FROM brands b JOIN products p ON p.id = b.product";
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("products", ALL);
                Shop.awaitStreaming(pipeline);
                prepare(
                        shop,
                        xid(shop, "a"),
                        "UPDATE products SET name = 'prepared' WHERE id = 1",
                        "DELETE FROM products WHERE id = 2",
                        "INSERT INTO products VALUES (10, 'ghost')");
                prepare(
                        shop,
                        xid(shop, "b"),
                        "UPDATE products SET name = 'never' WHERE id = 3",
                        "INSERT INTO products VALUES (11, 'ghost')");
                awaitStreamed(shop, pipeline);
                shop.assertEqual("products", ALL);
                shop.sql("XA ROLLBACK " + xid(shop, "b"));
                shop.sql("XA COMMIT " + xid(shop, "a"));
                shop.awaitEqual("products", ALL);
                assertThat(shop.documentOf("products", "1").get("name").asText())
                        .isEqualTo("prepared");
                shop.awaitEqual("brands", brands);
                try (Connection connection = shop.connect();
                        Statement statement = connection.createStatement()) {
                    statement.execute("XA START " + xid(shop, "c"));
                    statement.execute("UPDATE products SET name = 'at once' WHERE id = 3");
                    statement.execute("XA END " + xid(shop, "c"));
                    statement.execute("XA COMMIT " + xid(shop, "c") + " ONE PHASE");
                }
                prepare(shop, xid(shop, "d"), "SELECT * FROM products");
                shop.sql("XA COMMIT " + xid(shop, "d"));
                shop.awaitEqual("products", ALL);
                awaitStreamed(shop, pipeline);
                assertThat(reloads(shop)).isZero();
                assertThat(shop.state().resolve("schema-doubts.log")).doesNotExist();
            }
        }
    }

    /** The stored offset stays before a transaction that is open, so a restart reads it again; a decided one is not read again. */
    @Test
    void xaTransaction_thatIsOpenAtARestart_isReadAgain() throws Exception {
        try (Shop shop = shop()) {
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("products", ALL);
                Shop.awaitStreaming(pipeline);
                prepare(shop, xid(shop, "a"), "UPDATE products SET name = 'prepared' WHERE id = 1");
                awaitStreamed(shop, pipeline);
            }
            try (Pipeline pipeline = shop.start()) {
                awaitStreamed(shop, pipeline);
                shop.sql("XA COMMIT " + xid(shop, "a"));
                shop.awaitEqual("products", ALL);
                String after = logEnd(shop);
                await().until(() ->
                        Files.readString(shop.state().resolve("offsets.json")).contains(after));
            }
            try (Pipeline pipeline = shop.start()) {
                awaitStreamed(shop, pipeline);
                assertThat(shop.state().resolve("schema-doubts.log")).doesNotExist();
                shop.assertEqual("products", ALL);
            }
        }
    }

    /** Its rows are in the log before the position at which the stream began. */
    @Test
    void xaTransaction_thatWasPreparedBeforeTheFirstLoad_arrives() throws Exception {
        try (Shop shop = shop()) {
            prepare(
                    shop,
                    xid(shop, "a"),
                    "UPDATE products SET name = 'prepared' WHERE id = 1",
                    "INSERT INTO products VALUES (10, 'new')");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("products", ALL);
                Shop.awaitStreaming(pipeline);
                shop.sql("XA COMMIT " + xid(shop, "a"));
                shop.awaitEqual("products", ALL);
                assertThat(shop.documentOf("products", "1").get("name").asText())
                        .isEqualTo("prepared");
                await().untilAsserted(
                                () -> assertThat(pipeline.health().conditions()).isEmpty());
            }
        }
    }
}
