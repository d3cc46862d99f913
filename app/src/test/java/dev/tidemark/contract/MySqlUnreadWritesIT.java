package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.pipeline.Pipeline;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes that are in the log as text, or in a form that is not read: no document stays wrong. */
class MySqlUnreadWritesIT {

    private static final String ALL = "SELECT id, name FROM products";
    private static final String STATEMENT = "SET SESSION binlog_format = 'STATEMENT'";

    private static Shop shop() throws IOException {
        Shop shop = new Shop(MySqlSource.shared(), TypesenseServer.shared());
        shop.sql(
                "CREATE TABLE products (id INT PRIMARY KEY, name VARCHAR(200))",
                "INSERT INTO products VALUES (1, 'Shirt'), (2, 'Shoe'), (3, 'Sock')",
                "CREATE TABLE other (id INT PRIMARY KEY, name VARCHAR(50))",
                "CREATE VIEW shown AS SELECT id, name FROM products");
        return shop.document("products", "fields: {name: ~}");
    }

    private static void session(Shop shop, String... statements) throws SQLException {
        try (Connection connection = shop.connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static double reloads(Shop shop) {
        return shop.count("tidemark.snapshot.tables", "outcome", "done");
    }

    /** Waits until all that was written so far has come through the stream, without a change of a captured table. */
    private static void awaitStreamed(Shop shop, Pipeline pipeline) {
        shop.sql("INSERT INTO products VALUES (900, 'last')");
        await().until(() -> shop.documents("products").containsKey("900"));
        shop.sql("DELETE FROM products WHERE id = 900");
        await().until(() -> !shop.documents("products").containsKey("900"));
        Shop.awaitHealthy(pipeline);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE products SET name = 'Coat' WHERE id = 1",
                "/* app:1 */ DELETE FROM products WHERE id = 2",
                "REPLACE products SELECT 7, 'Cap'",
                "WITH x AS (SELECT 1 AS id) UPDATE products p JOIN x ON x.id = p.id SET p.name = 'Hat'",
                "UPDATE other o JOIN products p SET p.name = 'joined'",
                "UPDATE shown SET name = 'by a view' WHERE id = 3",
                "SELECT renamed(1)",
            })
    void statements_ofASessionInStatementFormat_leadToAReload(String statement) throws Exception {
        try (Shop shop = shop()) {
            shop.sql(
                    "INSERT INTO other VALUES (1, 'o')",
                    "CREATE FUNCTION renamed(which INT) RETURNS INT DETERMINISTIC MODIFIES SQL DATA BEGIN"
                            + " UPDATE products SET name = 'by a function' WHERE id = which; RETURN 1; END");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("products", ALL);
                Shop.awaitStreaming(pipeline);
                session(shop, STATEMENT, statement);
                shop.awaitEqual("products", ALL);
                await().untilAsserted(
                                () -> assertThat(pipeline.health().conditions()).isEmpty());
                assertThat(shop.count("tidemark.source.restarts")).isZero();
            }
        }
    }

    /** A batch of statements is one doubt: the table is loaded once, behind the last of them. */
    @Test
    void manyStatements_areFollowedByOneReload() throws Exception {
        try (Shop shop = shop();
                Pipeline pipeline = shop.start()) {
            shop.awaitEqual("products", ALL);
            Shop.awaitStreaming(pipeline);
            try (Connection connection = shop.connect();
                    Statement statement = connection.createStatement()) {
                statement.execute(STATEMENT);
                for (int i = 100; i < 150; i++) {
                    statement.execute("INSERT INTO products VALUES (" + i + ", 'n" + i + "')");
                    statement.execute("UPDATE products SET name = CONCAT(name, '+') WHERE id = 1");
                }
            }
            shop.awaitEqual("products", ALL);
            await().untilAsserted(() -> assertThat(reloads(shop)).isEqualTo(1));
            await().untilAsserted(
                            () -> assertThat(pipeline.health().conditions()).isEmpty());
        }
    }

    /** As pt-table-checksum writes: the table is read, and another one is written. */
    @Test
    void statements_thatOnlyReadTheTable_changeNothing() throws Exception {
        try (Shop shop = shop();
                Pipeline pipeline = shop.start()) {
            shop.awaitEqual("products", ALL);
            Shop.awaitStreaming(pipeline);
            session(
                    shop,
                    STATEMENT,
                    "REPLACE INTO other SELECT id, name FROM products",
                    "DELETE FROM other WHERE id IN (SELECT id FROM products)");
            awaitStreamed(shop, pipeline);
            assertThat(shop.state().resolve("schema-doubts.log")).doesNotExist();
            assertThat(reloads(shop)).isZero();
        }
    }

    /** The doubt outlives the process that found it. */
    @Test
    void statement_beforeAStop_leadsToAReloadAfterTheStart() throws Exception {
        try (Shop shop = shop()) {
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("products", ALL);
                Shop.awaitStreaming(pipeline);
                session(shop, STATEMENT, "UPDATE products SET name = 'Coat' WHERE id = 1");
                awaitStreamed(shop, pipeline);
            }
            try (Pipeline again = shop.start()) {
                shop.awaitEqual("products", ALL);
                await().untilAsserted(
                                () -> assertThat(again.health().conditions()).isEmpty());
            }
        }
    }

    @Test
    void partsOfJson_leadToAReload() throws Exception {
        try (Shop shop = shop()) {
            shop.sql(
                    "ALTER TABLE products ADD more JSON",
                    "UPDATE products SET more = '{\"a\": \"" + "x".repeat(200) + "\", \"b\": 1}'");
            shop.withoutDocuments().document("products", "fields: {name: ~, more: {type: string}}");
            String all = "SELECT id, name, CAST(more AS CHAR) AS more FROM products";
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("products", all);
                Shop.awaitStreaming(pipeline);
                session(
                        shop,
                        "SET SESSION binlog_row_value_options = 'PARTIAL_JSON'",
                        "UPDATE products SET more = JSON_SET(more, '$.b', 2)");
                shop.awaitEqual("products", all);
                await().untilAsserted(
                                () -> assertThat(pipeline.health().conditions()).isEmpty());
            }
        }
    }
}
