package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemark.contract.MySqlSource;
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
 * Two tables of a shop, {@code products} and {@code orders}, and random work on them: inserts, updates, deletes, changes of
 * primary keys, bulk loads, truncates, long transactions, ones that are rolled back, and what only one kind of database has.
 */
abstract class Load {

    final Random random;
    private final Shop shop;
    private volatile boolean stopped;
    private final AtomicInteger transactions = new AtomicInteger();
    private @Nullable Thread thread;

    /** Makes the tables and configures their documents. */
    Load(Shop shop, long seed, String... tables) {
        this.shop = shop;
        this.random = new Random(seed);
        shop.sql(tables);
        shop.document("products").document("orders");
    }

    static Load on(Shop shop, long seed) {
        return shop.source() instanceof MySqlSource ? new MySqlLoad(shop, seed) : new PostgresLoad(shop, seed);
    }

    /** One more statement. */
    abstract String step();

    /** The documents that the products should be, as {@link Shop#rows} takes them. */
    abstract String products();

    abstract String orders();

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

    void transaction(Statement statement) throws SQLException {
        int steps = 1 + random.nextInt(4);
        for (int i = 0; i < steps; i++) {
            statement.execute(step());
        }
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
                .untilAsserted(
                        () -> rows[0] = same("products", products(), running) + same("orders", orders(), running));
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
