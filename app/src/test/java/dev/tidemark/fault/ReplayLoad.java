package dev.tidemark.fault;

import static org.awaitility.Awaitility.await;

import dev.tidemark.contract.PostgresSource;
import dev.tidemark.contract.Shop;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * Rows of which Typesense refuses thousands until they are fixed in a way that the log does not tell, and random work on a part of them
 * and on others.
 */
final class ReplayLoad extends RandomWork {

    static final String TABLE = "counts";
    private static final String ROWS = "SELECT id, n FROM counts";

    /** Rows that are refused in each round. */
    static final int REJECTED = 4000;

    /** Those of them that nothing but a replay writes. */
    static final int UNTOUCHED = 3000;

    ReplayLoad(Shop shop, long seed) {
        super(shop, seed, Duration.ofMillis(10));
        shop.sql(
                "CREATE TABLE counts (id int PRIMARY KEY, n bigint)",
                "INSERT INTO counts SELECT i, i FROM " + shop.source().numbers(REJECTED + 500));
        shop.document(TABLE, "fields: {n: {type: int32}}");
    }

    /** No value fits into the document's field, in each round another one. */
    void spoil(int round) {
        shop.sql("UPDATE counts SET n = " + round * 10_000_000_000L + " + id * 1000 WHERE id <= " + REJECTED);
    }

    /** A new row's document is there: all batches before its own are done with, and their position is stored. */
    void awaitWritten(int id) {
        shop.sql("INSERT INTO counts VALUES (" + id + ", 1)");
        await().atMost(Duration.ofSeconds(120))
                .until(() -> shop.documents(TABLE).containsKey("" + id));
    }

    /** All values fit again, and no change tells of it. */
    void mendUnseen() throws SQLException {
        boolean postgres = shop.source() instanceof PostgresSource;
        String fits = "CASE WHEN n > 1000000000 THEN " + (postgres ? "n / 1000" : "n DIV 1000") + " ELSE n END";
        unseen(shop, "counts", "n", fits);
    }

    /** Sets a column of all rows, and no change tells of it. */
    static void unseen(Shop shop, String table, String column, String value) throws SQLException {
        if (shop.source() instanceof PostgresSource) {
            shop.sql("ALTER TABLE " + table + " ALTER COLUMN " + column + " TYPE bigint USING " + value);
            return;
        }
        try (Connection connection = shop.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET sql_log_bin = 0");
            statement.execute("UPDATE " + table + " SET " + column + " = " + value);
        }
    }

    @Override
    void transaction(Statement statement) throws SQLException {
        int id = UNTOUCHED + 1 + random.nextInt(REJECTED - UNTOUCHED + 1000);
        switch (random.nextInt(4)) {
            case 0 -> statement.execute("DELETE FROM counts WHERE id BETWEEN " + id + " AND " + (id + 5));
            case 1 -> {
                statement.execute("DELETE FROM counts WHERE id = " + id);
                statement.execute("INSERT INTO counts VALUES (" + id + ", " + random.nextInt(1000) + ")");
            }
            default ->
                statement.execute("UPDATE counts SET n = " + random.nextInt(1000) + " WHERE id BETWEEN " + id + " AND "
                        + (id + 20));
        }
    }

    @Override
    void assertAsMany() {
        shop.assertAsMany(TABLE, ROWS);
    }

    @Override
    int assertEqual() {
        return shop.assertEqual(TABLE, ROWS);
    }
}
