package dev.tidemark.fault;

import dev.tidemark.contract.MySqlSource;
import dev.tidemark.contract.Shop;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A table whose documents' ids an expression yields, of columns that random work changes, swaps and hands over. */
final class IdLoad {

    private static final int ROWS = 400;
    private static final String EXPECTED = "SELECT concat(shop, '-', sku) AS id, no, amount FROM stock";

    private final Shop shop;
    private final Random random;
    private final AtomicInteger transactions = new AtomicInteger();
    private volatile boolean stopped;
    private @Nullable Thread thread;

    IdLoad(Shop shop, long seed) {
        this.shop = shop;
        this.random = new Random(seed);
        shop.sql(
                "CREATE TABLE stock (no int PRIMARY KEY, shop int NOT NULL, sku varchar(60) NOT NULL, amount int)",
                "CREATE UNIQUE INDEX stock_sku ON stock (shop, sku)");
        if (!(shop.source() instanceof MySqlSource)) {
            shop.sql("ALTER TABLE stock REPLICA IDENTITY FULL");
        }
        shop.forEach(
                "INSERT INTO stock SELECT i, 0, concat('first ', i), 1 FROM "
                        + shop.source().numbers(ROWS) + " WHERE i > ?",
                List.of(0));
        shop.document("stock", "id: {cel: \"string(row.shop) + '-' + row.sku\"}", "fields: {no: ~, amount: ~}");
    }

    void start() {
        stopped = false;
        Thread worker = new Thread(this::work, "load");
        worker.setDaemon(true);
        worker.start();
        thread = worker;
    }

    void stop() throws InterruptedException {
        stopped = true;
        Objects.requireNonNull(thread).join();
    }

    int transactions() {
        return transactions.get();
    }

    /** Waits until every document equals its row, with none missing and none extra. */
    void awaitEqual(Service service) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(120))
                .pollInterval(Duration.ofMillis(250))
                .ignoreExceptions()
                .untilAsserted(() -> {
                    try {
                        shop.assertEqual("stock", EXPECTED);
                    } catch (AssertionError e) {
                        String output = service.output();
                        throw new AssertionError(
                                e.getMessage() + "\n" + output.substring(Math.max(0, output.length() - 4000)), e);
                    }
                });
    }

    private void work() {
        while (!stopped) {
            try (Connection connection = shop.connect();
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                while (!stopped) {
                    transact(connection, statement);
                    LockSupport.parkNanos(8_000_000);
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** One that breaks the unique index, or is unlucky, is rolled back. */
    private void transact(Connection connection, Statement statement) throws SQLException {
        try {
            for (String sql : statements()) {
                statement.execute(sql);
            }
            if (random.nextInt(12) > 0) {
                connection.commit();
                transactions.incrementAndGet();
                return;
            }
        } catch (SQLException e) {
            // as below
        }
        connection.rollback();
    }

    private String values(int no) {
        return no + ", " + random.nextInt(5) + ", '" + sku() + "', " + random.nextInt(100);
    }

    /** Ids that a filter takes, and ids that it does not. */
    private String sku() {
        return (random.nextBoolean() ? "s" : "größe `") + random.nextInt(3000);
    }

    private List<String> statements() {
        int no = random.nextInt(ROWS);
        int other = random.nextInt(ROWS);
        int kind = random.nextInt(100);
        if (kind < 25) {
            return List.of("INSERT INTO stock VALUES (" + values(no) + ")");
        } else if (kind < 45) {
            return List.of("UPDATE stock SET sku = '" + sku() + "', amount = amount + 1 WHERE no = " + no);
        } else if (kind < 60) {
            return List.of("UPDATE stock SET amount = amount + 1 WHERE no BETWEEN " + no + " AND " + (no + 20));
        } else if (kind < 70) {
            return List.of("UPDATE stock SET shop = shop + 1 WHERE no BETWEEN " + no + " AND " + (no + 5));
        } else if (kind < 80) { // an id changes hands
            return List.of(
                    "UPDATE stock SET shop = 99, sku = 'free' WHERE no = " + no,
                    "UPDATE stock SET shop = 1, sku = 'wanted', amount = 7 WHERE no = " + other,
                    "UPDATE stock SET shop = 2, sku = 'unwanted' WHERE shop = 1 AND sku = 'wanted' AND no <> " + no,
                    "UPDATE stock SET shop = 1, sku = 'wanted' WHERE no = " + no);
        } else if (kind < 88) {
            return List.of("UPDATE stock SET no = " + other + ", amount = 3 WHERE no = " + no);
        } else if (kind < 99) {
            return List.of("DELETE FROM stock WHERE no BETWEEN " + no + " AND " + (no + 12));
        }
        return List.of(random.nextInt(4) == 0 ? "TRUNCATE TABLE stock" : "DELETE FROM stock WHERE shop = 2");
    }
}
