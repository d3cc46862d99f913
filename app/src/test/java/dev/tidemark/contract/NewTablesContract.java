package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.config.Config;
import dev.tidemark.config.read.ConfigLoader;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.pipeline.Pipeline;
import dev.tidemark.pipeline.Service;
import dev.tidemark.pipeline.TablePatterns;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;

/** Tables that come to match a pattern while the service runs, on real servers of both kinds. */
abstract class NewTablesContract {

    private static final int ROWS = 3_000;
    private static final Duration SEARCH = Duration.ofMillis(200);

    /** A database of its own. */
    abstract Shop database() throws Exception;

    /** A regular expression of the full names of the tables {@code orders} in the {@link #namespace}s. */
    abstract String inEveryNamespace(Shop shop);

    /** Creates what contains a table of the name {@code orders}; returns that table's full name. */
    abstract String namespace(Shop shop, int number);

    private static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofSeconds(90));
    }

    private static String create(String table, String key) {
        return "CREATE TABLE " + table + " (id int" + key + ", name varchar(60), n int)";
    }

    private static String fill(Shop shop, String table, int rows) {
        return "INSERT INTO " + table + " SELECT i, concat('row ', i), i FROM "
                + shop.source().numbers(rows);
    }

    private static String rows(String table) {
        return "SELECT id, name, n FROM " + table;
    }

    /** A service that runs on a thread of its own, as {@code run} does. */
    private static final class Running implements AutoCloseable {

        private final Service service;
        private final CompletableFuture<Void> run;

        Running(Shop shop) throws IOException {
            this(shop, UnaryOperator.identity());
        }

        /** @param changed of what the service has to do with tables */
        Running(Shop shop, UnaryOperator<TablePatterns> changed) throws IOException {
            ConfigLoader.Settings known = ConfigLoader.loadSettings(
                    shop.configFile(), List.of(shop.source().factory()), System.getenv());
            TablePatterns patterns = changed.apply(new TablePatterns() {
                @Override
                public List<TableId> tables() {
                    return shop.source()
                            .factory()
                            .create(known.config().source().settings())
                            .tables();
                }

                @Override
                public Config with(List<TableId> tables) {
                    return known.with(tables);
                }
            });
            service = new Service(known.with(patterns.tables()));
            run = CompletableFuture.runAsync(() -> {
                try {
                    service.run(Optional.of(patterns), SEARCH);
                } catch (Exception e) {
                    throw new CompletionException(e);
                }
            });
        }

        Pipeline pipeline() {
            return service.pipeline();
        }

        void awaitStreaming() {
            await().untilAsserted(() -> {
                assertThat(run).isNotDone();
                assertThat(pipeline().status().state()).isEqualTo("streaming");
            });
        }

        /** Returns how many rows loads have read, by table. */
        Map<String, Long> read() {
            Map<String, Long> read = new TreeMap<>();
            service.registry()
                    .find("tidemark.load.rows")
                    .counters()
                    .forEach(counter -> read.put(counter.getId().getTag("table"), (long) counter.count()));
            return read;
        }

        String get(String path) throws Exception {
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(service.address() + path))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }

        @Override
        public void close() {
            service.close();
            assertThat(run).succeedsWithin(30, TimeUnit.SECONDS);
        }
    }

    private static void awaitEqual(Shop shop, Running running, String collection, String query) {
        await().pollInterval(Duration.ofMillis(100))
                .failFast("the service ended", running.run::isDone)
                .ignoreExceptions()
                .untilAsserted(() -> shop.assertEqual(collection, query));
    }

    @Test
    void newTable_isReadAlone_andTheOthersMissNothing() throws Exception {
        try (Shop shop = database()) {
            for (int i = 1; i <= 3; i++) {
                shop.sql(create("orders_" + i, " PRIMARY KEY"), fill(shop, "orders_" + i, ROWS));
            }
            shop.sql(create("others", " PRIMARY KEY"));
            shop.documentsOf("orders_(\\d+)", "orders_$1");
            AtomicBoolean stopped = new AtomicBoolean();
            AtomicInteger last = new AtomicInteger(ROWS);
            try (Running running = new Running(shop)) {
                for (int i = 1; i <= 3; i++) {
                    awaitEqual(shop, running, "orders_" + i, rows("orders_" + i));
                }
                running.awaitStreaming();
                Pipeline before = running.pipeline();
                Map<String, Long> read = running.read();
                CompletableFuture<Void> changing = CompletableFuture.runAsync(() -> {
                    while (!stopped.get()) {
                        int id = last.incrementAndGet();
                        shop.sql(
                                "INSERT INTO orders_1 VALUES (" + id + ", 'new', 0)",
                                "UPDATE orders_2 SET n = -1 WHERE id = " + id % ROWS,
                                "DELETE FROM orders_3 WHERE id = " + (id - ROWS));
                    }
                });
                shop.sql(create("orders_4", " PRIMARY KEY"), fill(shop, "orders_4", 500));
                awaitEqual(shop, running, "orders_4", rows("orders_4"));
                shop.sql("UPDATE orders_4 SET n = 0 WHERE id < 10");
                running.awaitStreaming();
                stopped.set(true);
                changing.get();
                assertThat(running.pipeline()).isNotSameAs(before);
                for (int i = 1; i <= 4; i++) {
                    awaitEqual(shop, running, "orders_" + i, rows("orders_" + i));
                }
                Map<String, Long> after = running.read();
                assertThat(after.remove(shop.table("orders_4"))).isGreaterThanOrEqualTo(500);
                assertThat(after).isEqualTo(read);

                Shop.awaitHealthy(running.pipeline());
                String metrics = running.get("/metrics");
                assertThat(metrics)
                        .containsOnlyOnce("\ntidemark_source_connected{pipeline=\"" + shop.name() + "\"} 1.0")
                        .containsOnlyOnce("\ntidemark_sink_up{pipeline=\"" + shop.name() + "\"} 1.0")
                        .containsOnlyOnce("\ntidemark_load_running{pipeline=\"" + shop.name() + "\"} 0.0")
                        .contains("tidemark_not_ready{part=\"source\",pipeline=\"" + shop.name() + "\"} 0.0");
                assertThat(running.get("/health/ready")).contains("UP");
                assertThat(running.get("/api/config")).contains("orders_4");
                assertThat(shop.state().resolve("loads.json")).doesNotExist();
            } finally {
                stopped.set(true);
            }
        }
    }

    @Test
    void unsuitableTable_disturbsNothing_andIsAddedOnceItIsCorrected() throws Exception {
        try (Shop shop = database()) {
            shop.sql(create("orders_1", " PRIMARY KEY"), fill(shop, "orders_1", 10));
            shop.documentsOf("orders_(\\d+)", "orders_$1");
            try (Running running = new Running(shop)) {
                awaitEqual(shop, running, "orders_1", rows("orders_1"));
                running.awaitStreaming();
                Pipeline before = running.pipeline();
                shop.sql(create("orders_2", ""));
                await().untilAsserted(() -> assertThat(before.health().notices())
                        .anySatisfy(notice -> assertThat(notice.message())
                                .contains(shop.table("orders_2"), "cannot be added", "key")));
                shop.sql("INSERT INTO orders_1 VALUES (11, 'row', 11)");
                awaitEqual(shop, running, "orders_1", rows("orders_1"));
                assertThat(running.pipeline()).isSameAs(before);
                Shop.awaitHealthy(before);
                assertThat(running.get("/health/ready")).contains("UP", "orders_2", "cannot be added");

                shop.sql(create("orders_3", " PRIMARY KEY"), fill(shop, "orders_3", 10));
                awaitEqual(shop, running, "orders_3", rows("orders_3"));
                running.awaitStreaming();
                shop.sql("ALTER TABLE orders_2 ADD PRIMARY KEY (id)", fill(shop, "orders_2", 10));
                awaitEqual(shop, running, "orders_2", rows("orders_2"));
                running.awaitStreaming();
                await().untilAsserted(() ->
                        assertThat(running.pipeline().health().notices()).isEmpty());
            }
        }
    }

    /** Between the checks and the start. */
    private static TablePatterns dropping(Shop shop, String table, TablePatterns all, AtomicInteger calls) {
        TableId dropped = TableId.parse(shop.table(table));
        return new TablePatterns() {
            @Override
            public List<TableId> tables() {
                return all.tables();
            }

            @Override
            public Config with(List<TableId> tables) {
                if (tables.contains(dropped) && calls.incrementAndGet() == 3) { // found, checked, about to be started
                    shop.sql("DROP TABLE " + table);
                }
                return all.with(tables);
            }
        };
    }

    @Test
    void tableThatIsGoneBeforeTheStart_isLeftOut_andTheOthersMissNothing() throws Exception {
        try (Shop shop = database()) {
            shop.sql(create("orders_1", " PRIMARY KEY"), fill(shop, "orders_1", ROWS));
            shop.documentsOf("orders_(\\d+)", "orders_$1");
            AtomicInteger calls = new AtomicInteger();
            try (Running running = new Running(shop, all -> dropping(shop, "orders_2", all, calls))) {
                awaitEqual(shop, running, "orders_1", rows("orders_1"));
                running.awaitStreaming();
                Map<String, Long> read = running.read();
                shop.sql(create("orders_2", " PRIMARY KEY"), fill(shop, "orders_2", 10));
                await().untilAsserted(() -> assertThat(
                                running.pipeline().health().notices())
                        .anySatisfy(notice ->
                                assertThat(notice.message()).contains(shop.table("orders_2"), "cannot be added")));
                assertThat(calls).hasValueGreaterThanOrEqualTo(3);
                shop.sql("INSERT INTO orders_1 VALUES (" + (ROWS + 1) + ", 'row', 11)");
                awaitEqual(shop, running, "orders_1", rows("orders_1"));
                running.awaitStreaming();
                assertThat(running.read().get(shop.table("orders_1"))).isEqualTo(read.get(shop.table("orders_1")));
            }
        }
    }

    @Test
    void tablesForOneCollection_areReported_andDisturbNothing() throws Exception {
        try (Shop shop = database()) {
            shop.sql(create("orders_1", " PRIMARY KEY"), fill(shop, "orders_1", 10));
            shop.documentsOf("orders_\\d+", "orders");
            try (Running running = new Running(shop)) {
                awaitEqual(shop, running, "orders", rows("orders_1"));
                running.awaitStreaming();
                Pipeline before = running.pipeline();
                shop.sql(create("orders_2", " PRIMARY KEY"));
                await().untilAsserted(() -> assertThat(before.health().notices())
                        .anySatisfy(notice ->
                                assertThat(notice.message()).contains(shop.table("orders_2"), "cannot be added")));
                shop.sql("INSERT INTO orders_1 VALUES (11, 'row', 11)");
                awaitEqual(shop, running, "orders", rows("orders_1"));
                assertThat(running.pipeline()).isSameAs(before);
            }
        }
    }

    @Test
    void firstTableOfANamespace_isReadAlone() throws Exception {
        try (Shop shop = database()) {
            String first = namespace(shop, 1);
            shop.sql(create(first, " PRIMARY KEY"), fill(shop, first, ROWS));
            shop.documentsMatching(inEveryNamespace(shop), "orders_$1");
            try (Running running = new Running(shop)) {
                awaitEqual(shop, running, "orders_1", rows(first));
                running.awaitStreaming();
                String second = namespace(shop, 2);
                shop.sql(create(second, " PRIMARY KEY"), fill(shop, second, 500));
                shop.sql("INSERT INTO " + first + " VALUES (" + (ROWS + 1) + ", 'new', 0)");
                awaitEqual(shop, running, "orders_2", rows(second));
                running.awaitStreaming();
                shop.sql("ALTER TABLE " + second + " ADD COLUMN more int", "UPDATE " + second + " SET n = 7");
                shop.sql("INSERT INTO " + first + " VALUES (" + (ROWS + 2) + ", 'new', 0)");
                awaitEqual(shop, running, "orders_1", rows(first));
                awaitEqual(shop, running, "orders_2", "SELECT id, name, n, more FROM " + second);
                assertThat(running.read().get(first)).isEqualTo(ROWS);
            }
        }
    }
}
