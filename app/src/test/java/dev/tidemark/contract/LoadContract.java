package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.pipeline.Pipeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a start loads: only what changed, while everything else streams on from the stored offset. On real servers of both kinds. */
abstract class LoadContract {

    private static final Logger log = LoggerFactory.getLogger(LoadContract.class);
    private static final int ROWS = 3_000;
    private static final String[] LARGE = {"one", "two", "three"};

    /** A database of its own. */
    abstract Shop database() throws Exception;

    private static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofSeconds(90));
    }

    private static void create(Shop shop, String table, int rows) {
        shop.sql(
                "CREATE TABLE " + table + " (id int PRIMARY KEY, name varchar(60), n int)",
                "INSERT INTO " + table + " SELECT i, concat('row ', i), i FROM "
                        + shop.source().numbers(rows));
    }

    private static String rows(String table) {
        return "SELECT id, name, n FROM " + table;
    }

    private static void awaitLoaded(Pipeline pipeline) {
        await().untilAsserted(() -> assertThat(pipeline.status().state()).isEqualTo("streaming"));
    }

    /** Returns how many rows loads have read since the start, by table. */
    private static Map<String, Long> read(Pipeline pipeline) {
        Map<String, Long> read = new TreeMap<>();
        pipeline.status().tables().forEach(table -> {
            if (table.snapshotRows() > 0) {
                read.put(table.name(), table.snapshotRows());
            }
        });
        return read;
    }

    /** Returns how many rows of the large tables all sessions have read, as the server counts them; all -1 if it does not. */
    private static List<Long> readByAll(Shop shop) {
        List<List<Long>> last = new ArrayList<>();
        await().during(Duration.ofSeconds(2))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> {
                    List<Long> now = Stream.of(LARGE)
                            .map(table -> shop.source().rowsRead(shop.name(), table))
                            .toList();
                    boolean same = last.isEmpty() || now.equals(last.get(0));
                    last.clear();
                    last.add(now);
                    return same;
                });
        return last.get(0);
    }

    private static String qualified(Shop shop, String table) {
        return shop.source().qualified(shop.name(), table);
    }

    @Test
    void tableThatJoins_isReadAlone_andMissesNothing() throws Exception {
        try (Shop shop = database()) {
            for (String table : LARGE) {
                create(shop, table, ROWS);
                shop.document(table);
            }
            try (Pipeline pipeline = shop.start()) {
                for (String table : LARGE) {
                    shop.awaitEqual(table, rows(table));
                }
                awaitLoaded(pipeline);
            }
            create(shop, "four", 100);
            shop.sql("UPDATE one SET n = -1 WHERE id = 1", "DELETE FROM two WHERE id = 2");
            shop.document("four");
            List<Long> before = readByAll(shop);
            try (Pipeline pipeline = shop.start()) {
                shop.sql("INSERT INTO four VALUES (1000, 'later', 1)", "UPDATE four SET n = -4 WHERE id = 4");
                shop.awaitEqual("four", rows("four"));
                awaitLoaded(pipeline);
                List<Long> after = readByAll(shop);
                log.warn("rows of {} that were read: {} before the start, {} then", LARGE, before, after);
                for (int i = 0; i < LARGE.length; i++) {
                    assertThat(after.get(i) - before.get(i))
                            .as("rows of %s, by the server", LARGE[i])
                            .isLessThan(20); // whether it has rows at all
                }
                for (String table : LARGE) {
                    shop.awaitEqual(table, rows(table));
                }
                assertThat(read(pipeline)).containsOnlyKeys(qualified(shop, "four"));
            }
        }
    }

    @Test
    void mappingThatChanged_hasItsTableReadAlone() throws Exception {
        try (Shop shop = database()) {
            create(shop, "one", ROWS);
            create(shop, "two", 50);
            shop.document("one").document("two");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("one", rows("one"));
                shop.awaitEqual("two", rows("two"));
                awaitLoaded(pipeline);
            }
            shop.withoutDocuments().document("one").document("two", "fields: {name: ~}");
            shop.sql("UPDATE one SET n = -1 WHERE id = 1");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("two", "SELECT id, name FROM two");
                shop.awaitEqual("one", rows("one"));
                awaitLoaded(pipeline);
                assertThat(read(pipeline)).containsExactly(Map.entry(qualified(shop, "two"), 50L));
            }
        }
    }

    @Test
    void collectionThatIsLost_isFilledAgainAlone() throws Exception {
        try (Shop shop = database()) {
            create(shop, "one", ROWS);
            create(shop, "two", 50);
            shop.document("one").document("two");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("one", rows("one"));
                shop.awaitEqual("two", rows("two"));
                awaitLoaded(pipeline);
            }
            shop.typesense().admin().delete("/collections/" + shop.collection("two"));
            shop.sql("UPDATE two SET n = -1 WHERE id = 1", "UPDATE one SET n = -1 WHERE id = 1");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("two", rows("two"));
                shop.awaitEqual("one", rows("one"));
                awaitLoaded(pipeline);
                assertThat(read(pipeline)).containsExactly(Map.entry(qualified(shop, "two"), 50L));
            }
        }
    }

    /** What was loaded is not loaded again, also if the process ends in the middle of another table. */
    @Test
    void loadThatIsInterrupted_continues() throws Exception {
        try (Shop shop = database()) {
            create(shop, "one", 100);
            create(shop, "two", 40_000);
            shop.document("one").document("two");
            long before;
            try (Pipeline pipeline = shop.start()) {
                await().until(() -> read(pipeline).getOrDefault(qualified(shop, "two"), 0L) > 0);
                before = read(pipeline).getOrDefault(qualified(shop, "two"), 0L);
            }
            shop.sql("UPDATE two SET n = -1 WHERE id < 10", "DELETE FROM two WHERE id = 39999");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("two", rows("two"));
                shop.awaitEqual("one", rows("one"));
                awaitLoaded(pipeline);
                assertThat(read(pipeline)).doesNotContainKey(qualified(shop, "one"));
                assertThat(read(pipeline).getOrDefault(qualified(shop, "two"), 0L))
                        .isLessThanOrEqualTo(40_000 - before);
            }
        }
    }
}
