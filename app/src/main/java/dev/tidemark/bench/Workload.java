package dev.tidemark.bench;

import dev.tidemark.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * The table of the benchmark and what happens to it: 13 columns, in transactions of 1,000 rows, written while the subject
 * is stopped so that writing them is not measured.
 */
final class Workload {

    static final String DATABASE = "bench";
    static final String TABLE = "products";
    static final int HOT_KEYS = 100;

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

    private static final String IN_TRANSACTIONS = "DO $$ BEGIN FOR part IN 0..%d LOOP %s; COMMIT; END LOOP; END $$";

    private final PostgresServer server;
    private final int rows;

    Workload(PostgresServer server, int rows) {
        this.server = server;
        this.rows = rows;
    }

    int rows() {
        return rows;
    }

    /** Updates over the hot keys, half as many as there are rows. */
    int hotChanges() {
        return Math.max(1, rows / 2 / HOT_KEYS) * HOT_KEYS;
    }

    int deletes() {
        return rows / 2;
    }

    /** The table as it is before a subject starts. */
    void fill() {
        server.execute(
                DATABASE,
                "DROP TABLE IF EXISTS products",
                CREATE,
                FILL.formatted(rows),
                "ANALYZE products",
                "CHECKPOINT");
    }

    /** Every row changes, in six of its columns. */
    void updateAll() {
        inTransactions((rows - 1) / 1000, """
                UPDATE products SET name = 'Changed product ' || id, price = price + 1, stock = stock + 1, active = NOT active,
                  tags = ARRAY['changed'], updated_at = updated_at + INTERVAL '1 hour'
                  WHERE id > part * 1000 AND id <= (part + 1) * 1000""");
    }

    /** The same 100 rows again and again; the stock of each ends as {@link #lastHotStock}. */
    void updateHot() {
        inTransactions(
                hotChanges() / HOT_KEYS - 1,
                "UPDATE products SET stock = 1000 + part, updated_at = now() WHERE id <= " + HOT_KEYS);
    }

    int lastHotStock() {
        return 1000 + hotChanges() / HOT_KEYS - 1;
    }

    /** The upper half of the rows goes away. */
    void deleteHalf() {
        inTransactions((deletes() - 1) / 1000, """
                DELETE FROM products WHERE id > %d + part * 1000 AND id <= LEAST(%d, %d + (part + 1) * 1000)""".formatted(rows - deletes(), rows, rows - deletes()));
    }

    private void inTransactions(int last, String statement) {
        server.execute(DATABASE, IN_TRANSACTIONS.formatted(last, statement), "CHECKPOINT");
    }

    /** When the snapshot of the table began, milliseconds since 1970; waits for it. */
    long awaitSnapshotStart() throws InterruptedException {
        String sql = "SELECT extract(epoch FROM query_start) * 1000 FROM pg_stat_activity"
                + " WHERE query LIKE 'SELECT %\"products\"%' AND query LIKE '%\"attributes\"%' AND pid <> pg_backend_pid()";
        return await("the snapshot to begin", sql);
    }

    /** Waits until a slot streams. */
    void awaitStreaming() throws InterruptedException {
        await("streaming to begin", "SELECT 1 FROM pg_stat_replication WHERE state = 'streaming'");
    }

    private long await(String what, String sql) throws InterruptedException {
        long deadline = System.nanoTime() + 60_000_000_000L;
        try (Connection connection = server.connect(DATABASE);
                PreparedStatement query = connection.prepareStatement(sql)) {
            while (System.nanoTime() < deadline) {
                Long found = first(query);
                if (found != null) {
                    return found;
                }
                Thread.sleep(10);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("while waiting for " + what + ": " + e.getMessage(), e);
        }
        throw new IllegalStateException("waited a minute in vain for " + what);
    }

    private static @Nullable Long first(PreparedStatement query) throws SQLException {
        try (ResultSet rows = query.executeQuery()) {
            return rows.next() ? Long.valueOf(rows.getLong(1)) : null;
        }
    }

    /** Lets go of what a subject left in the database. */
    void dropSlots() {
        try (Connection connection = server.connect(DATABASE);
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
}
