package dev.tidemark.fault;

import static org.awaitility.Awaitility.await;

import dev.tidemark.contract.Shop;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Random work on a table whose rows belong to tenants: above all, rows that move from one to another, alone and in crowds. */
final class TenantsLoad {

    private static final List<String> TENANTS = List.of("a", "b", "c", "d", "e");

    private final Shop shop;
    private final Random random;
    private final AtomicInteger transactions = new AtomicInteger();
    private volatile boolean stopped;
    private @Nullable Thread thread;

    /** Makes the table and configures its documents. */
    TenantsLoad(Shop shop, long seed, String... tellRowsBefore) {
        this.shop = shop;
        this.random = new Random(seed);
        shop.sql("CREATE TABLE items (id int PRIMARY KEY, tenant varchar(40) NOT NULL, name varchar(100), n int)");
        shop.sql(tellRowsBefore);
        shop.sql("INSERT INTO items SELECT i, 'a', concat('item ', i), i FROM "
                + shop.source().numbers(400));
        shop.documentBy("items", "'items_' + row.tenant");
    }

    private String tenant() {
        return "'" + TENANTS.get(random.nextInt(TENANTS.size())) + "'";
    }

    private String step() {
        int id = random.nextInt(600);
        int to = id + random.nextInt(30);
        int kind = random.nextInt(100);
        if (kind < 35) {
            return "UPDATE items SET tenant = " + tenant() + " WHERE id BETWEEN " + id + " AND " + to;
        } else if (kind < 45) {
            return "UPDATE items SET tenant = " + tenant() + ", name = 'moved' WHERE id = " + id;
        } else if (kind < 60) {
            return "UPDATE items SET n = n + 1 WHERE id BETWEEN " + id + " AND " + to;
        } else if (kind < 72) {
            return "DELETE FROM items WHERE id BETWEEN " + id + " AND " + (id + 3);
        } else if (kind < 78) {
            return "UPDATE items SET id = id + 1000, tenant = " + tenant() + " WHERE id = " + id
                    + " AND NOT EXISTS (SELECT 1 FROM (SELECT id FROM items) x WHERE x.id = " + (id + 1000) + ")";
        } else if (kind < 99) {
            return "INSERT INTO items SELECT " + id + ", " + tenant() + ", 'fresh', " + random.nextInt(1000)
                    + " WHERE NOT EXISTS (SELECT 1 FROM (SELECT id FROM items) x WHERE x.id = " + id + ")";
        }
        return random.nextInt(4) == 0 ? "DELETE FROM items WHERE tenant = 'e'" : "DELETE FROM items WHERE id > 1000";
    }

    void start() {
        stopped = false;
        Thread worker = new Thread(this::work, "tenants-load");
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
        try (Connection connection = shop.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            while (!stopped) {
                int steps = 1 + random.nextInt(4);
                for (int i = 0; i < steps; i++) {
                    statement.execute(step());
                }
                if (random.nextInt(12) == 0) {
                    connection.rollback();
                } else {
                    connection.commit();
                    transactions.incrementAndGet();
                }
                LockSupport.parkNanos(15_000_000);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until each row is a document of its tenant's collection and of no other. Returns how many collections there are. */
    int awaitEqual(Service service) {
        List<String> there = new ArrayList<>();
        await().atMost(Duration.ofSeconds(180))
                .pollInterval(Duration.ofMillis(500))
                .ignoreExceptions()
                .untilAsserted(() -> {
                    there.clear();
                    for (String tenant : TENANTS) {
                        if (shop.typesense().admin().status("GET", "/collections/" + shop.collection("items_" + tenant))
                                == 200) {
                            there.add(tenant);
                        }
                        String rows = "SELECT id, tenant, name, n FROM items WHERE tenant = '" + tenant + "'";
                        if (there.contains(tenant) || !shop.isEmpty(rows)) {
                            shop.assertEqual("items_" + tenant, rows);
                        }
                    }
                    service.runFor(Duration.ZERO);
                });
        return there.size();
    }
}
