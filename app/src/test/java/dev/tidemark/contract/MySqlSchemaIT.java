package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.pipeline.Pipeline;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cases in which the text of statements, or the rows, say something else than the server: no document is wrong, and nothing stands still. */
class MySqlSchemaIT {

    private static final String ALL = "SELECT id, name, brand FROM products";

    private static Shop shop() throws IOException {
        Shop shop = new Shop(MySqlSource.shared(), TypesenseServer.shared());
        shop.sql(
                "CREATE TABLE products (id INT PRIMARY KEY, name VARCHAR(50), brand VARCHAR(50))",
                "INSERT INTO products VALUES (1, 'Shirt', 'Acme'), (2, 'Shoe', 'Foot'), (3, 'Sock', 'Toe')");
        return shop.document("products", "fields: {name: ~, brand: ~}");
    }

    private static void session(Shop shop, String... statements) throws SQLException {
        try (Connection connection = shop.connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static void awaitHealthy(Pipeline pipeline) {
        await().untilAsserted(() -> assertThat(pipeline.health().conditions()).isEmpty());
        Shop.awaitStreaming(pipeline);
    }

    private static void awaitRead(Shop shop, Pipeline pipeline) {
        shop.awaitEqual("products", ALL);
        awaitHealthy(pipeline);
        shop.sql("INSERT INTO products (id, name, brand) VALUES (50, 'late', 'later')");
        shop.awaitEqual("products", ALL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER TABLE products CHANGE name brand VARCHAR(50), CHANGE brand name VARCHAR(50)",
                "ALTER TABLE products RENAME COLUMN name TO brand, RENAME COLUMN brand TO name",
                "ALTER TABLE products CONVERT TO CHARACTER SET DEFAULT",
                "ALTER TABLE products DROP PRIMARY KEY, ADD url INT NOT NULL AUTO_INCREMENT FIRST, ADD KEY (url), ADD PRIMARY KEY (id)",
            })
    void whatOnlyTheServerKnows_isTakenFromIt_atOnce(String statement) throws Exception {
        try (Shop shop = shop()) {
            shop.sql("ALTER TABLE products CONVERT TO CHARACTER SET latin1");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("products", ALL);
                Shop.awaitStreaming(pipeline);
                shop.sql(statement, "INSERT INTO products (id, name, brand) VALUES (10, 'Zoë', 'Ö'), (11, 'x', 'y')");
                shop.awaitEqual("products", ALL);
                assertThat(shop.count("tidemark.source.restarts")).isZero();
                Shop.awaitHealthy(pipeline);
            }
        }
    }

    /** While the stream is behind, the server shows a later state: the rows between cannot be read by it. */
    @Test
    void columnsThatSwap_whileStopped_withMoreToFollow_areReadAgain() throws Exception {
        try (Shop shop = shop()) {
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("products", ALL);
                await().until(() -> pipeline.status().position() != null);
            }
            shop.sql(
                    "INSERT INTO products VALUES (10, 'before', 'b1')",
                    "ALTER TABLE products CHANGE name brand VARCHAR(50), CHANGE brand name VARCHAR(50)",
                    "INSERT INTO products (id, name, brand) VALUES (11, 'between', 'b2')",
                    "DELETE FROM products WHERE id = 3",
                    "ALTER TABLE products ADD more INT",
                    "INSERT INTO products (id, name, brand) VALUES (12, 'after', 'b3')",
                    "ALTER TABLE products CHANGE name brand VARCHAR(50), CHANGE brand name VARCHAR(50)");
            try (Pipeline again = shop.start()) {
                awaitRead(shop, again);
                assertThat(shop.documents("products")).doesNotContainKey("3");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TABLE template (id INT PRIMARY KEY, brand VARCHAR(50), name VARCHAR(50))",
                "CREATE TABLE template (id INT PRIMARY KEY, name VARCHAR(50), brand VARCHAR(50), more INT)",
                "CREATE TABLE template (id INT PRIMARY KEY, name INT, brand INT)"
            })
    void aTableThatExists_isNotCreatedLikeAnother(String template) throws Exception {
        try (Shop shop = shop();
                Pipeline pipeline = shop.start()) {
            shop.awaitEqual("products", ALL);
            shop.sql(
                    template,
                    "CREATE TABLE IF NOT EXISTS products LIKE template",
                    "INSERT INTO products VALUES (10, 'Hat', 'Bolt')");
            shop.awaitEqual("products", ALL);
            assertThat(shop.count("tidemark.source.restarts")).isZero();
            Shop.awaitHealthy(pipeline);
        }
    }

    /** Of these forms Debezium's own reading of a default fails. */
    @Test
    void defaultsOfAnyForm_doNotStopTheStream() throws Exception {
        try (Shop shop = shop()) {
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("products", ALL);
                Shop.awaitStreaming(pipeline);
                shop.sql(
                        "ALTER TABLE products ADD b BIT(8) DEFAULT 5, ADD t TIME DEFAULT '838:59:59', ADD y YEAR DEFAULT 70,"
                                + " ADD j JSON DEFAULT (JSON_ARRAY()), ADD h BINARY(2) DEFAULT 0x4142",
                        "INSERT INTO products (id, name, brand) VALUES (60, 'Hat', 'Bolt')");
                shop.awaitEqual("products", ALL);
                assertThat(shop.count("tidemark.source.restarts")).isZero();
            }
            shop.sql("INSERT INTO products (id, name, brand) VALUES (61, 'Cap', 'Bolt')");
            try (Pipeline again = shop.start()) {
                awaitRead(shop, again);
            }
        }
    }

    @Test
    void temporaryTables_ofTheName_changeNothing() throws Exception {
        try (Shop shop = shop();
                Pipeline pipeline = shop.start()) {
            shop.awaitEqual("products", ALL);
            Shop.awaitStreaming(pipeline);
            String statements = "SET SESSION binlog_format = 'STATEMENT'";
            session(shop, statements, "CREATE TEMPORARY TABLE products (id INT PRIMARY KEY, junk INT)");
            session(
                    shop,
                    statements,
                    "CREATE TEMPORARY TABLE products (id INT PRIMARY KEY, junk INT)",
                    "ALTER TABLE products ADD more INT, DROP junk",
                    "TRUNCATE TABLE products",
                    "DROP TEMPORARY TABLE products");
            session(
                    shop,
                    statements,
                    "CREATE TEMPORARY TABLE products (id INT PRIMARY KEY, junk INT)",
                    "DROP TABLE products");
            shop.sql("INSERT INTO products VALUES (4, 'd', 'e')");
            shop.awaitEqual("products", ALL);
            assertThat(pipeline.status().approvals()).isEmpty();
            awaitHealthy(pipeline);
            assertThat(shop.count("tidemark.source.restarts")).isZero();
        }
    }

    @Test
    void ansiQuotes_inOneSession_areNames() throws Exception {
        try (Shop shop = shop();
                Pipeline pipeline = shop.start()) {
            shop.awaitEqual("products", ALL);
            session(
                    shop,
                    "SET SESSION sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES')",
                    "ALTER TABLE \"products\" ADD COLUMN \"size\" VARCHAR(10) DEFAULT 'L' AFTER \"id\"",
                    "INSERT INTO products (id, name, brand) VALUES (5, 'five', 'V')");
            shop.awaitEqual("products", ALL);
            session(
                    shop,
                    "SET SESSION sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES')",
                    "CREATE TABLE \"p2\" LIKE \"products\"",
                    "INSERT INTO p2 (id, name, brand) VALUES (6, 'six', 'VI')",
                    "RENAME TABLE \"products\" TO \"gone\", \"p2\" TO \"products\"");
            awaitRead(shop, pipeline);
        }
    }

    /** A session with partial row images sends rows that have not the table's columns. */
    @Test
    void rowsWithOtherColumns_areLeftOut_andTheTableIsReadAgain() throws Exception {
        try (Shop shop = shop();
                Pipeline pipeline = shop.start()) {
            shop.awaitEqual("products", ALL);
            Shop.awaitStreaming(pipeline);
            session(
                    shop,
                    "SET SESSION binlog_row_image = 'MINIMAL'",
                    "UPDATE products SET brand = 'minimal' WHERE id = 1",
                    "DELETE FROM products WHERE id = 2");
            awaitRead(shop, pipeline);
            assertThat(shop.documents("products")).doesNotContainKey("2");
        }
    }

    /** What an earlier version recorded wrongly is corrected when the service starts. */
    @Test
    void columnsThatWereRecordedWrongly_areTakenFromTheServer_onStart() throws Exception {
        try (Shop shop = shop()) {
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("products", ALL);
                await().until(() -> pipeline.status().position() != null);
            }
            swapRecordedNames(shop.state().resolve("schema-history.jsonl"));
            shop.sql("INSERT INTO products VALUES (7, 'seven', 'VII')");
            try (Pipeline again = shop.start()) {
                awaitRead(shop, again);
                assertThat(shop.count("tidemark.source.restarts")).isZero();
            }
            shop.sql("INSERT INTO products VALUES (8, 'eight', 'VIII')");
            try (Pipeline third = shop.start()) {
                shop.awaitEqual("products", ALL);
                assertThat(third.status().tableSnapshots())
                        .as("read again once")
                        .isEmpty();
            }
        }
    }

    private static void swapRecordedNames(Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            String record = line.substring(9)
                    .replace("\"name\":\"name\"", "\"name\":\"#\"")
                    .replace("\"name\":\"brand\"", "\"name\":\"name\"")
                    .replace("\"name\":\"#\"", "\"name\":\"brand\"");
            CRC32 crc = new CRC32();
            crc.update(record.getBytes(StandardCharsets.UTF_8));
            lines.add(String.format("%08x %s", crc.getValue(), record));
        }
        Files.write(file, lines);
    }
}
