package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemark.contract.Shop;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Two tables of a shop and random work on them: inserts, updates, deletes, changes of primary keys, COPY, unchanged TOAST,
 * truncates, long transactions and ones that are rolled back.
 */
final class Load {

    private static final String PRODUCTS =
            "SELECT json_strip_nulls(json_build_object('id', id::text, 'name', name, 'price', price, 'body', body)) AS doc"
                    + " FROM products";
    private static final String ORDERS =
            "SELECT json_build_object('id', customer || ':' || no, 'customer', customer, 'no', no, 'note', note) AS doc"
                    + " FROM orders";

    private final Shop shop;
    private final Random random;
    private volatile boolean stopped;
    private final AtomicInteger transactions = new AtomicInteger();
    private @Nullable Thread thread;

    /** Makes the tables and configures their documents. */
    Load(Shop shop, long seed) {
        this.shop = shop;
        this.random = new Random(seed);
        shop.sql(
                "CREATE TABLE products (id int PRIMARY KEY, name text NOT NULL, price numeric(10,2), body text)",
                "ALTER TABLE products ALTER COLUMN body SET STORAGE EXTERNAL",
                "CREATE TABLE orders (customer int, no int, note text NOT NULL, PRIMARY KEY (customer, no))",
                "INSERT INTO products SELECT i, 'product ' || i, i * 1.25, repeat('x', 10) FROM generate_series(1, 1000) i",
                "INSERT INTO orders SELECT i % 40, i, 'order ' || i FROM generate_series(1, 400) i");
        shop.document("products").document("orders");
    }

    /** Works until {@link #stop}; a database that is away for a while is asked again. */
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

    private void work() {
        while (!stopped) {
            try (Connection connection = shop.connect();
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                while (!stopped) {
                    transaction(statement);
                    // A few thousand changes a second: what piles up in an outage must be worked off within the test.
                    LockSupport.parkNanos(15_000_000);
                    if (random.nextInt(12) == 0) {
                        connection.rollback();
                    } else {
                        connection.commit();
                        transactions.incrementAndGet();
                    }
                }
            } catch (SQLException away) {
                Thread.onSpinWait(); // a restart of the database is part of the game
            }
        }
    }

    private void transaction(Statement statement) throws SQLException {
        int steps = 1 + random.nextInt(4);
        for (int i = 0; i < steps; i++) {
            statement.execute(step());
        }
    }

    private String step() {
        int id = random.nextInt(6000);
        int kind = random.nextInt(40);
        int many = 1 + random.nextInt(60);
        if (kind < 8) {
            return "INSERT INTO products SELECT i, 'new ' || i, random() * 100, repeat('y', " + random.nextInt(5000)
                    + ") FROM generate_series(" + id + ", " + (id + many) + ") i ON CONFLICT DO NOTHING";
        } else if (kind < 20) {
            // The body is not touched: where it is long it comes as unchanged TOAST.
            return "UPDATE products SET name = 'changed " + random.nextInt() + "', price = "
                    + (random.nextBoolean() ? "NULL" : "price + 1") + " WHERE id BETWEEN " + id + " AND " + (id + many);
        } else if (kind < 26) {
            return "DELETE FROM products WHERE id BETWEEN " + id + " AND " + (id + many);
        } else if (kind < 30) {
            return "UPDATE products SET id = (SELECT max(id) + 1 FROM products) WHERE id = (SELECT min(id) FROM products"
                    + " WHERE id >= " + id + ")";
        } else if (kind < 32) {
            int from = 10_000 + random.nextInt(20_000);
            String rows = "seq " + from + " " + (from + 1500) + " | sed \"s/$/,copied/\"";
            return "DELETE FROM products WHERE id BETWEEN " + from + " AND " + (from + 1500)
                    + "; COPY products (id, name) FROM PROGRAM '" + rows + "' WITH (FORMAT csv)";
        } else if (kind < 35) {
            return "UPDATE orders SET customer = customer + 1, note = 'moved' WHERE no = " + id % 400;
        } else if (kind < 39) {
            return "INSERT INTO orders VALUES (" + id + ", " + random.nextInt() + ", 'fresh')";
        }
        return random.nextInt(8) == 0 ? "TRUNCATE orders" : "DELETE FROM orders WHERE customer = " + id % 40;
    }

    /** Waits until every row equals its document, with none missing and none extra. Returns the number of rows. */
    int awaitEqual(Service... running) {
        return awaitEqual(Duration.ofSeconds(90), running);
    }

    int awaitEqual(Duration limit, Service... running) {
        int[] rows = {0};
        await().atMost(limit)
                .pollInterval(Duration.ofMillis(250))
                .ignoreExceptions()
                .untilAsserted(() -> rows[0] = same("products", PRODUCTS, running) + same("orders", ORDERS, running));
        return rows[0];
    }

    private int same(String table, String query, Service... running) {
        Map<String, JsonNode> rows = shop.rows(query);
        Map<String, JsonNode> documents = shop.documents(table);
        Set<String> missing = new LinkedHashSet<>(rows.keySet());
        missing.removeAll(documents.keySet());
        Set<String> extra = new LinkedHashSet<>(documents.keySet());
        extra.removeAll(rows.keySet());
        long different = rows.entrySet().stream()
                .filter(row -> documents.containsKey(row.getKey()))
                .filter(row -> !row.getValue().equals(documents.get(row.getKey())))
                .count();
        assertThat(missing.size() + extra.size() + different)
                .as(() -> table + ": missing " + some(missing) + ", extra " + some(extra) + ", different " + different
                        + said(running))
                .isZero();
        return rows.size();
    }

    private static String some(Set<String> ids) {
        return ids.size() + " " + ids.stream().limit(5).toList();
    }

    private static String said(Service... running) {
        StringBuilder all = new StringBuilder();
        for (Service service : running) {
            String output = service.output();
            all.append("\nThe service said:\n").append(output.substring(Math.max(0, output.length() - 4000)));
        }
        return all.toString();
    }
}
