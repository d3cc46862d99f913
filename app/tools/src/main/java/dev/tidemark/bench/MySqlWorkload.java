package dev.tidemark.bench;

import dev.tidemark.connector.ConnectorFactory;
import dev.tidemark.connector.mysql.MySqlConnectorFactory;
import dev.tidemark.testkit.mysql.MySqlServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The benchmark's workload in a MySQL; an update changes two columns, as most do. */
final class MySqlWorkload extends Workload {

    private static final String CREATE = """
            CREATE TABLE products (
              id bigint PRIMARY KEY, name varchar(200) NOT NULL, description text, price decimal(10,2), stock int,
              rating double, tags set('tag0','tag1','tag2','tag3','tag4','colour0','colour1','colour2','colour3'),
              attributes json, active boolean, sku varchar(40), released date,
              created_at timestamp(6) NOT NULL, updated_at timestamp(6) NOT NULL)""";

    private static final String FILL = """
            INSERT INTO products WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < %d)
            SELECT i, concat('Product number ', i),
              concat('The product ', i, ' is described in about one hundred characters: ', md5(i), ' and so on.'),
              (i %% 100000) / 100, i %% 500, (i %% 50) / 10, concat('tag', i %% 5, ',colour', i %% 4),
              json_object('weight', i %% 90, 'material', concat('wood', i %% 5)), i %% 2 = 0, concat('SKU-', i),
              '2020-01-01' + INTERVAL i %% 1500 DAY, '2024-01-01 00:00:00.5' + INTERVAL i SECOND,
              '2024-01-01' + INTERVAL i SECOND FROM n""";

    private static final int ROWS_A_STATEMENT = 100_000;

    private static final String FILL_NARROW = """
            INSERT INTO narrow_rows WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < %2$d)
            SELECT %1$d + i, concat('Row number ', %1$d + i), i %% 1000 FROM n""";

    /** The server must not treat a suspended subject as dead. */
    private final MySqlServer server = MySqlServer.start(
            "--net-write-timeout=3600",
            "--innodb-buffer-pool-size=512M",
            "--sync-binlog=0",
            "--innodb-flush-log-at-trx-commit=2");

    MySqlWorkload(int rows) {
        super(rows);
        server.createDatabase(DATABASE);
    }

    @Override
    ConnectorFactory factory() {
        return new MySqlConnectorFactory();
    }

    @Override
    String source() {
        // Otherwise a subject that resumes after a suspension would find its connection silent for too long, and open a
        // new
        // one.
        return "mysql: {host: %s, port: %d, user: %s, password: \"%s\", debezium: {connect.keep.alive.interval.ms: 3600000}}"
                .formatted(server.host(), server.port(), server.user(), server.password());
    }

    @Override
    String qualified(String table) {
        return DATABASE + "." + table;
    }

    @Override
    String listed(String name) {
        return "group_concat(" + name + " ORDER BY " + name + ")";
    }

    /** Returns every column; the JSON as text, since a collection with nested objects gets full documents (decision 0011). */
    @Override
    String mapping() {
        return ", fields: {name: ~, description: ~, price: ~, stock: ~, rating: ~, tags: ~, attributes: " + attributes()
                + ", active: ~, sku: ~, released: ~, created_at: ~, updated_at: ~}";
    }

    @Override
    String attributes() {
        return "{type: string}";
    }

    @Override
    Connection connect() throws SQLException {
        return server.connect(DATABASE);
    }

    @Override
    Map<String, String> login() {
        return Map.of("url", server.jdbcUrl(DATABASE), "user", server.user(), "password", server.password());
    }

    /** Row by row, as MySQL sends them: its server cursors write the full result to a temporary table first. */
    @Override
    int rawFetchSize() {
        return Integer.MIN_VALUE;
    }

    @Override
    List<RawField> rawFields() {
        return List.of(
                RawField.text("id"),
                RawField.text("name"),
                RawField.text("description"),
                RawField.json("price"),
                RawField.json("stock"),
                RawField.json("rating"),
                RawField.json("tags", "concat('[\"', replace(tags, ',', '\",\"'), '\"]')"),
                RawField.text("attributes"),
                RawField.bool("active"),
                RawField.text("sku"),
                RawField.json("released", "to_days(released) * 86400 - to_days('1970-01-01') * 86400"),
                RawField.json("created_at", "floor(unix_timestamp(created_at))"),
                RawField.json("updated_at", "floor(unix_timestamp(updated_at))"));
    }

    @Override
    void fillNarrow(int count) {
        List<String> statements = new ArrayList<>(List.of(
                "DROP TABLE IF EXISTS narrow_rows",
                "CREATE TABLE narrow_rows (id bigint PRIMARY KEY, name varchar(60) NOT NULL, amount int NOT NULL)",
                "SET SESSION cte_max_recursion_depth = " + ROWS_A_STATEMENT));
        for (int before = 0; before < count; before += ROWS_A_STATEMENT) {
            statements.add(FILL_NARROW.formatted(before, Math.min(ROWS_A_STATEMENT, count - before)));
        }
        statements.add("ANALYZE TABLE narrow_rows");
        execute(statements);
    }

    @Override
    void fill() {
        execute(List.of(
                "DROP TABLE IF EXISTS products",
                CREATE,
                "SET SESSION cte_max_recursion_depth = " + rows(),
                FILL.formatted(rows()),
                "ANALYZE TABLE products"));
    }

    @Override
    void updateAll() {
        inTransactions((rows() - 1) / 1000, """
                UPDATE products SET name = concat('Changed product ', id), stock = stock + 1
                  WHERE id > %1$d * 1000 AND id <= (%1$d + 1) * 1000""");
    }

    @Override
    Set<String> changedFields() {
        return Set.of("id", "name", "stock");
    }

    @Override
    void updateHot() {
        inTransactions(
                hotChanges() / HOT_KEYS - 1,
                "UPDATE products SET stock = 1000 + %1$d, updated_at = now(6) WHERE id <= " + HOT_KEYS);
    }

    @Override
    void deleteHalf() {
        int kept = rows() - deletes();
        inTransactions(
                (deletes() - 1) / 1000,
                "DELETE FROM products WHERE id > " + kept + " + %1$d * 1000 AND id <= " + kept
                        + " + (%1$d + 1) * 1000");
    }

    /** Executes the statement once for each part from 0 to the last, each in a transaction of its own. */
    private void inTransactions(int last, String statement) {
        List<String> statements = new ArrayList<>();
        for (int part = 0; part <= last; part++) {
            statements.add(statement.formatted(part));
        }
        execute(statements);
    }

    private void execute(List<String> statements) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("MySQL rejected: " + e.getMessage(), e);
        }
    }

    @Override
    Map<String, String> stock() {
        return Map.of("schema.history.internal", "io.debezium.relational.history.MemorySchemaHistory");
    }

    /** Returns a query for when it was seen first: the server itself reports that only to the second. */
    @Override
    String snapshotStart() {
        return "SELECT floor(unix_timestamp(now(3)) * 1000) FROM information_schema.processlist"
                + " WHERE info LIKE 'SELECT %`products`%' AND info LIKE '%`attributes`%' AND id <> connection_id()";
    }

    @Override
    String streaming() {
        return "SELECT 1 FROM information_schema.processlist WHERE command LIKE 'Binlog Dump%'";
    }

    @Override
    void release() {
        disconnect();
    }

    /** Ends the readers of the binlog: the server notices only at its next write that a reader has disconnected. */
    @Override
    void disconnect() {
        try (Connection connection = connect();
                Statement readers = connection.createStatement();
                Statement kill = connection.createStatement();
                ResultSet ids = readers.executeQuery(
                        "SELECT id FROM information_schema.processlist WHERE command LIKE 'Binlog Dump%'")) {
            while (ids.next()) {
                kill.execute("KILL " + ids.getLong(1));
            }
        } catch (SQLException e) {
            throw new IllegalStateException("readers of the binlog cannot be ended: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
