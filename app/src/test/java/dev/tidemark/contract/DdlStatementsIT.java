package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.pipeline.Pipeline;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * Statements of the reference manual and of migration tools, run against a real server: none stops the stream, and the columns that the
 * engine decodes rows with are those of the server.
 */
class DdlStatementsIT {

    private static final List<String> CAPTURED = List.of("products", "pages", "orders");

    private final ObjectMapper json = new ObjectMapper();
    private int lastId = 10;

    private static Shop shop() throws IOException {
        Shop shop = new Shop(MySqlSource.shared(), TypesenseServer.shared());
        shop.sql(
                "CREATE TABLE products (id INT PRIMARY KEY, name VARCHAR(50))",
                "CREATE TABLE pages (id INT PRIMARY KEY, title VARCHAR(50))",
                "CREATE TABLE orders (id INT PRIMARY KEY, product_id INT, note VARCHAR(50))",
                "INSERT INTO products VALUES (1, 'Zoë')",
                "INSERT INTO pages VALUES (1, 'Zoë')",
                "INSERT INTO orders VALUES (1, 1, 'Zoë')");
        return shop.document("products", "fields: {name: ~}")
                .document("pages", "fields: {title: ~}")
                .document("orders", "fields: {product_id: ~}");
    }

    private static Map<String, List<String>> groups(String database) throws IOException {
        Map<String, List<String>> groups = new LinkedHashMap<>();
        List<String> group = new ArrayList<>();
        try (InputStream file = Objects.requireNonNull(DdlStatementsIT.class.getResourceAsStream("/ddl/mysql.sql"))) {
            for (String line : new String(file.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1)) {
                if (line.startsWith("== ")) {
                    group = new ArrayList<>();
                    groups.put(line, group);
                } else if (!line.isBlank() && !line.startsWith("-- ")) {
                    group.add(line.replace("{db}", database)
                            .replace("{longer}", "y".repeat(20_000))
                            .replace("{long}", "x".repeat(1_000)));
                }
            }
        }
        return groups;
    }

    private void changeRows(Shop shop) {
        lastId++;
        shop.sql(
                "INSERT INTO products (id, name) VALUES (" + lastId + ", 'Zoë " + lastId + "')",
                "INSERT INTO pages (id, title) VALUES (" + lastId + ", 'Zoë " + lastId + "')",
                "INSERT INTO orders (id, product_id) VALUES (" + lastId + ", " + lastId + ")",
                "UPDATE products SET name = 'changed by " + lastId + "' WHERE id = 1");
    }

    private static void awaitEqual(Shop shop) {
        shop.awaitEqual("products", "SELECT id, name FROM products");
        shop.awaitEqual("pages", "SELECT id, title FROM pages");
        shop.awaitEqual("orders", "SELECT id, product_id FROM orders");
    }

    /** The columns with their character sets, as the engine has recorded them last. */
    private List<String> known(Shop shop, String table) throws IOException {
        List<String> columns = List.of();
        String id = "\"" + shop.name() + "\".\"" + table + "\"";
        for (String line : Files.readAllLines(shop.state().resolve("schema-history.jsonl"))) {
            for (JsonNode change : json.readTree(line.substring(9)).path("tableChanges")) {
                if (change.path("id").asText().equals(id) && change.has("table")) {
                    columns = new ArrayList<>();
                    for (JsonNode column : change.path("table").path("columns")) {
                        String charset = column.path("charsetName").asText("null");
                        columns.add(column.path("name").asText() + (charset.equals("null") ? "" : " " + charset));
                    }
                }
            }
        }
        return columns;
    }

    private static List<String> actual(Shop shop, String table) throws SQLException {
        List<String> columns = new ArrayList<>();
        try (Connection connection = shop.connect();
                PreparedStatement statement = connection.prepareStatement("SELECT column_name, character_set_name"
                        + " FROM information_schema.columns WHERE table_schema = ? AND table_name = ? ORDER BY"
                        + " ordinal_position")) {
            statement.setString(1, shop.name());
            statement.setString(2, table);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    columns.add(rows.getString(1) + (rows.getString(2) == null ? "" : " " + rows.getString(2)));
                }
            }
        }
        return columns;
    }

    private void assertKnown(Shop shop, String group) throws IOException, SQLException {
        for (String table : CAPTURED) {
            assertThat(known(shop, table)).as(group + ": " + table).isEqualTo(actual(shop, table));
        }
    }

    @Test
    void statements_whileStreaming_areFollowed() throws Exception {
        try (Shop shop = shop()) {
            Pipeline pipeline = shop.start();
            try {
                awaitEqual(shop);
                await().until(() -> shop.count("tidemark.snapshot.rows") == 3);
                int group = 0;
                for (Map.Entry<String, List<String>> each : groups(shop.name()).entrySet()) {
                    for (String statement : each.getValue()) {
                        shop.sql(statement);
                    }
                    changeRows(shop);
                    if (++group == 6) {
                        pipeline.close(); // in the middle: some of them are read once more
                        pipeline = shop.start();
                    }
                    awaitEqual(shop);
                    assertKnown(shop, each.getKey());
                }
                assertThat(shop.count("tidemark.source.restarts")).isZero();
                Shop.awaitHealthy(pipeline);
                assertThat(pipeline.status().approvals()).isEmpty();
            } finally {
                pipeline.close();
            }
        }
    }

    /** The server shows a later state than the rows have that are read from the log then. */
    @Test
    void statements_whileStopped_areFollowed() throws Exception {
        try (Shop shop = shop()) {
            try (Pipeline pipeline = shop.start()) {
                awaitEqual(shop);
                await().until(() -> pipeline.status().position() != null);
            }
            for (List<String> group : groups(shop.name()).values()) {
                group.forEach(statement -> shop.sql(statement));
                changeRows(shop);
            }
            try (Pipeline again = shop.start()) {
                awaitEqual(shop);
                changeRows(shop);
                awaitEqual(shop);
                assertKnown(shop, "at the end");
                assertThat(shop.count("tidemark.source.restarts")).isZero();
                await().untilAsserted(
                                () -> assertThat(again.health().conditions()).isEmpty());
            }
        }
    }
}
