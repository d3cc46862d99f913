package dev.tidemark.bench;

import dev.tidemark.connector.ConnectorFactory;
import dev.tidemark.connector.postgres.PostgresConnectorFactory;
import dev.tidemark.testkit.postgres.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The benchmark's workload in a Postgres; an update changes six columns. */
final class PostgresWorkload extends Workload {

    private static final String CREATE = """
            CREATE TABLE products (
              id bigint PRIMARY KEY, name text NOT NULL, description text, price numeric(10,2), stock int,
              rating double precision, tags text[], attributes jsonb, active boolean, sku varchar(40), released date,
              created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL)""";

    private static final String FILL = """
            INSERT INTO products SELECT i, 'Product number ' || i,
              'The product ' || i || ' is described in about one hundred characters: ' || md5(i::text) || ' and so on.',
              (i %% 100000) / 100.0, i %% 500, (i %% 50) / 10.0, ARRAY['tag' || i %% 10, 'colour' || i %% 7],
              jsonb_build_object('weight', i %% 90, 'material', 'wood' || i %% 5), i %% 2 = 0, 'SKU-' || i,
              DATE '2020-01-01' + (i %% 1500)::int, TIMESTAMPTZ '2024-01-01 00:00:00.5Z' + i * INTERVAL '1 second',
              TIMESTAMPTZ '2024-01-01Z' + i * INTERVAL '1 second' FROM generate_series(1, %d) i""";

    private static final String FILL_NARROW =
            "INSERT INTO narrow_rows SELECT i, 'Row number ' || i, i %% 1000 FROM generate_series(1, %d) i";

    private static final String IN_TRANSACTIONS = "DO $$ BEGIN FOR part IN 0..%d LOOP %s; COMMIT; END LOOP; END $$";

    private final PostgresServer server =
            PostgresServer.start(Map.of("wal_sender_timeout", "0", "max_wal_size", "8GB"));

    PostgresWorkload(int rows) {
        super(rows);
        server.createDatabase(DATABASE);
    }

    @Override
    ConnectorFactory factory() {
        return new PostgresConnectorFactory();
    }

    @Override
    String source() {
        return "postgres: {host: %s, port: %d, database: %s, user: %s, password: \"%s\"}"
                .formatted(server.host(), server.port(), DATABASE, server.user(), server.password());
    }

    @Override
    String qualified(String table) {
        return "public." + table;
    }

    @Override
    String listed(String name) {
        return "string_agg(" + name + ", ',' ORDER BY " + name + ")";
    }

    @Override
    Connection connect() throws SQLException {
        return server.connect(DATABASE);
    }

    @Override
    Map<String, String> login() {
        return Map.of("url", server.jdbcUrl(DATABASE), "user", server.user(), "password", server.password());
    }

    @Override
    int rawFetchSize() {
        return 5_000;
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
                RawField.json("tags", "to_json(tags)"),
                RawField.json("attributes"),
                RawField.bool("active"),
                RawField.text("sku"),
                RawField.json("released", "(released - DATE '1970-01-01') * 86400::bigint"),
                RawField.json("created_at", "floor(extract(epoch FROM created_at))::bigint"),
                RawField.json("updated_at", "floor(extract(epoch FROM updated_at))::bigint"));
    }

    @Override
    void fillNarrow(int count) {
        server.execute(
                DATABASE,
                "DROP TABLE IF EXISTS narrow_rows",
                "CREATE TABLE narrow_rows (id bigint PRIMARY KEY, name varchar(60) NOT NULL, amount int NOT NULL)",
                FILL_NARROW.formatted(count),
                "ANALYZE narrow_rows",
                "CHECKPOINT");
    }

    @Override
    void fill() {
        server.execute(
                DATABASE,
                "DROP TABLE IF EXISTS products",
                CREATE,
                FILL.formatted(rows()),
                "ANALYZE products",
                "CHECKPOINT");
    }

    @Override
    void updateAll() {
        inTransactions((rows() - 1) / 1000, """
                UPDATE products SET name = 'Changed product ' || id, price = price + 1, stock = stock + 1, active = NOT active,
                  tags = ARRAY['changed'], updated_at = updated_at + INTERVAL '1 hour'
                  WHERE id > part * 1000 AND id <= (part + 1) * 1000""");
    }

    @Override
    Set<String> changedFields() {
        return Set.of();
    }

    @Override
    void updateHot() {
        inTransactions(
                hotChanges() / HOT_KEYS - 1,
                "UPDATE products SET stock = 1000 + part, updated_at = now() WHERE id <= " + HOT_KEYS);
    }

    @Override
    void deleteHalf() {
        int kept = rows() - deletes();
        inTransactions((deletes() - 1) / 1000, """
                DELETE FROM products WHERE id > %d + part * 1000 AND id <= LEAST(%d, %d + (part + 1) * 1000)""".formatted(kept, rows(), kept));
    }

    private void inTransactions(int last, String statement) {
        server.execute(DATABASE, IN_TRANSACTIONS.formatted(last, statement), "CHECKPOINT");
    }

    @Override
    Map<String, String> stock() {
        return Map.of();
    }

    @Override
    String snapshotStart() {
        return "SELECT extract(epoch FROM query_start) * 1000 FROM pg_stat_activity"
                + " WHERE query LIKE 'SELECT %\"products\"%' AND query LIKE '%\"attributes\"%' AND pid <> pg_backend_pid()";
    }

    @Override
    String streaming() {
        return "SELECT 1 FROM pg_stat_replication WHERE state = 'streaming'";
    }

    @Override
    void release() {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE active");
            for (int attempt = 0; attempt < 50; attempt++) {
                statement.execute(
                        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE NOT active");
                try (ResultSet left = statement.executeQuery("SELECT count(*) FROM pg_replication_slots")) {
                    left.next();
                    if (left.getInt(1) == 0) {
                        return;
                    }
                }
                Thread.sleep(100);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the slots cannot be dropped: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
