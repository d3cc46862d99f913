package dev.tidemark.demo;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A shop that is open: about fifty small transactions a second of every kind, on a thread and a connection of its own. The
 * counts are of rows that really changed.
 */
final class ShopTraffic implements AutoCloseable {

    private static final long STEP_NANOS = TimeUnit.SECONDS.toNanos(1) / 50;

    /** A row near a random id; ids have gaps, so the next one that exists. */
    private static final String SOME_PRODUCT = some("products");

    private static final String SOME_CUSTOMER = some("customers");

    private static final String SELL =
            "UPDATE products SET available = stock > 1, stock = greatest(stock - 1, 0) WHERE id = " + SOME_PRODUCT;
    private static final String REPRICE =
            "UPDATE products SET price = round(price * (0.8 + RANDOM * 0.4), 2) + 0.01 WHERE id = " + SOME_PRODUCT;
    private static final String RATE =
            "UPDATE products SET rating = CASE WHEN RANDOM < 0.2 THEN NULL ELSE round(1 + RANDOM * 4, 1) END"
                    + " WHERE id = " + SOME_PRODUCT;
    private static final String ORDER =
            "UPDATE customers SET orders = orders + 1, spent = spent + round(RANDOM * 90, 2) WHERE id = "
                    + SOME_CUSTOMER;
    private static final String RENUMBER =
            "UPDATE products SET id = (SELECT next FROM (SELECT max(id) + 1 AS next FROM products) AS ids) WHERE id = "
                    + SOME_PRODUCT;
    private static final String DELETE = "DELETE FROM products WHERE id = " + SOME_PRODUCT
            + " AND (SELECT count(*) FROM (SELECT id FROM products LIMIT 10) AS few) = 10";

    private final ShopDatabase shop;
    private final Connection connection;
    private final ShopData data;
    private final Random random;
    private final Thread thread = new Thread(this::run, "demo-traffic");
    private final AtomicLong inserted = new AtomicLong();
    private final AtomicLong updated = new AtomicLong();
    private final AtomicLong deleted = new AtomicLong();
    private final AtomicLong renumbered = new AtomicLong();
    private volatile boolean stopping;
    private volatile @Nullable SQLException failure;

    ShopTraffic(ShopDatabase shop, long seed) throws SQLException {
        this.shop = shop;
        this.connection = shop.connect();
        this.data = new ShopData(seed);
        this.random = new Random(seed);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void run() {
        long next = System.nanoTime();
        try {
            while (!stopping) {
                step();
                next += STEP_NANOS;
                long wait = next - System.nanoTime();
                if (wait > 0) {
                    TimeUnit.NANOSECONDS.sleep(wait);
                } else {
                    next = System.nanoTime(); // a slow machine makes fewer changes, not bursts
                }
            }
        } catch (SQLException e) {
            failure = e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Returns a subquery for a random row's id. It is nested twice: MySQL reads the table that it changes only inside a query of
     * a query.
     */
    private static String some(String table) {
        return "(SELECT id FROM (SELECT id FROM %1$s WHERE id >= floor(RANDOM * (SELECT max(id) FROM %1$s)) ORDER BY id LIMIT 1)"
                        .formatted(table)
                + " AS picked)";
    }

    private void step() throws SQLException {
        int die = random.nextInt(100);
        if (die < 15) {
            insertProduct();
        } else if (die < 18) {
            insertCustomer();
        } else if (die < 30) {
            deleted.addAndGet(execute(DELETE));
        } else if (die < 35) {
            renumbered.addAndGet(execute(RENUMBER));
        } else if (die < 60) {
            updated.addAndGet(execute(SELL));
        } else if (die < 75) {
            updated.addAndGet(execute(REPRICE));
        } else if (die < 85) {
            updated.addAndGet(execute(RATE));
        } else {
            updated.addAndGet(execute(ORDER));
        }
    }

    private void insertProduct() throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(shop.insertProduct())) {
            data.product(insert, Math.toIntExact(next("products")));
            inserted.addAndGet(insert.executeUpdate());
        }
    }

    private void insertCustomer() throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(shop.insertCustomer())) {
            data.customer(insert, next("customers"));
            inserted.addAndGet(insert.executeUpdate());
        }
    }

    private long next(String table) throws SQLException {
        try (PreparedStatement highest = connection.prepareStatement("SELECT coalesce(max(id), 0) + 1 FROM " + table);
                java.sql.ResultSet row = highest.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    private int execute(String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql.replace("RANDOM", shop.random()))) {
            return statement.executeUpdate();
        }
    }

    long total() {
        return inserted.get() + updated.get() + deleted.get() + renumbered.get();
    }

    /** Returns the number of changes of each kind, as text. */
    String counts() {
        return inserted.get() + " inserts, " + updated.get() + " updates, " + deleted.get() + " deletes, "
                + renumbered.get() + " changes of a primary key";
    }

    /** Returns the failure that ended the changes, or null if there was none. */
    @Nullable
    SQLException failure() {
        return failure;
    }

    /** Ends the changes; when it returns the last one is committed. */
    void stop() throws InterruptedException {
        stopping = true;
        thread.join();
    }

    @Override
    public void close() throws SQLException {
        stopping = true;
        connection.close();
    }
}
