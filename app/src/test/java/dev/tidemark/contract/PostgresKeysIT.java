package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tidemark.Commands;
import dev.tidemark.pipeline.Pipeline;
import dev.tidemark.startup.StartupException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What Postgres adds to the keys: deferrable ones, replica identities of partitions, inheritance. */
class PostgresKeysIT extends KeysContract {

    @Override
    SourceServer server() {
        return PostgresSource.shared();
    }

    /** A key that is not deferrable is checked row by row: the order of the rows has to be right. */
    @Override
    String shift() {
        return "DO $$ BEGIN FOR i IN REVERSE 4..1 LOOP UPDATE slots SET id = id + 1 WHERE id = i; END LOOP; END $$";
    }

    @Override
    List<String> otherKey() {
        return List.of("ALTER TABLE items DROP CONSTRAINT items_pkey, ADD PRIMARY KEY (code)");
    }

    @Override
    List<String> keyTakenAndGivenBack() {
        return List.of("ALTER TABLE items DROP CONSTRAINT items_pkey", "ALTER TABLE items ADD PRIMARY KEY (no)");
    }

    @Test
    void deferrableKey_isRefusedBeforeAnythingIsPublished_andFollowedUnderFull() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE slots (id int PRIMARY KEY DEFERRABLE INITIALLY IMMEDIATE, name text NOT NULL)",
                    "INSERT INTO slots SELECT i, 'n' || i FROM generate_series(1, 7) i");
            shop.document("slots").with("flush: {interval: 50ms, documents: 3}");
            String rejection = "its primary key is deferrable";
            assertThatThrownBy(shop::start)
                    .isInstanceOf(StartupException.class)
                    .hasMessageContainingAll(
                            rejection, "ALTER TABLE \"public\".\"slots\" REPLICA IDENTITY FULL, or USING INDEX");
            Commands.Ended check = Commands.run("check", "-c", shop.configFile().toString());
            assertThat(check.code()).isEqualTo(2);
            assertThat(check.out()).contains(rejection);
            assertThat(shop.isEmpty("SELECT pubname AS id FROM pg_publication")).isTrue();
            shop.sql("UPDATE slots SET name = 'still writable' WHERE id = 1");

            shop.sql("ALTER TABLE slots REPLICA IDENTITY FULL");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("slots", SLOTS);
                Shop.awaitStreaming(pipeline);
                shop.sql("UPDATE slots SET id = id + 1"); // cut into batches of three changes
                shop.awaitEqual("slots", SLOTS);
                shop.sql("UPDATE slots SET id = 10 - id WHERE id IN (2, 8, 4, 6)");
                shop.awaitEqual("slots", SLOTS);
                Random random = new Random(12);
                for (int round = 0; round < 12; round++) {
                    shop.transaction(permutation(random));
                    shop.awaitEqual("slots", SLOTS);
                }
                shop.transaction(
                        "SET CONSTRAINTS ALL DEFERRED",
                        "UPDATE slots SET id = id + 1",
                        "INSERT INTO slots VALUES (3, 'third')",
                        "DELETE FROM slots WHERE name = 'third'",
                        "UPDATE slots SET name = name || '+' WHERE id > 5");
                shop.awaitEqual("slots", SLOTS);
                Shop.awaitHealthy(pipeline);
            }
        }
    }

    /** A random permutation of the keys 2 to 8, and some keys moved away or back. */
    private static String permutation(Random random) {
        List<Integer> keys = new ArrayList<>(IntStream.rangeClosed(2, 8).boxed().toList());
        List<Integer> to = new ArrayList<>(keys);
        Collections.shuffle(to, random);
        String values = IntStream.range(0, keys.size())
                .mapToObj(i -> "(" + keys.get(i) + ", " + to.get(i) + ")")
                .collect(Collectors.joining(", "));
        return "UPDATE slots SET id = m.t, name = CASE WHEN random() < 0.5 THEN name ELSE name || '.' END"
                + " FROM (VALUES " + values + ") m(f, t) WHERE id = m.f";
    }

    /** Another unique column than the primary key makes the ids, and it is deferrable. */
    @Test
    void deferrableIdColumn_isFollowed() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE slots (no int PRIMARY KEY, place int NOT NULL UNIQUE DEFERRABLE, name text)",
                    "ALTER TABLE slots REPLICA IDENTITY FULL",
                    "INSERT INTO slots SELECT i, i, 'n' || i FROM generate_series(1, 7) i");
            shop.document("slots", "id: place").with("flush: {interval: 50ms, documents: 3}");
            String slots = "SELECT place AS id, no, place, name FROM slots";
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("slots", slots);
                Shop.awaitStreaming(pipeline);
                shop.sql("UPDATE slots SET place = place + 1");
                shop.awaitEqual("slots", slots);
                shop.sql("UPDATE slots SET place = 10 - place");
                shop.awaitEqual("slots", slots);
                Shop.awaitHealthy(pipeline);
            }
        }
    }

    private Shop openReviews() throws Exception {
        Shop shop = open();
        shop.sql(
                "CREATE TABLE reviews (id int, region text, tenant text, PRIMARY KEY (id, region)) PARTITION BY LIST (region)",
                "CREATE TABLE reviews_eu PARTITION OF reviews FOR VALUES IN ('eu')",
                "CREATE TABLE reviews_us PARTITION OF reviews FOR VALUES IN ('us') PARTITION BY RANGE (id)",
                "CREATE TABLE reviews_us_1 PARTITION OF reviews_us FOR VALUES FROM (0) TO (100)",
                "ALTER TABLE reviews REPLICA IDENTITY FULL",
                "INSERT INTO reviews VALUES (1, 'eu', 'a'), (2, 'us', 'a'), (3, 'us', 'b')");
        shop.documentBy("reviews", "'r_' + row.tenant", "fields: {region: ~, tenant: ~}");
        return shop;
    }

    private static void awaitReviews(Shop shop) {
        for (String tenant : List.of("a", "b")) {
            shop.awaitEqual(
                    "r_" + tenant,
                    "SELECT id || ':' || region AS id, region, tenant FROM reviews WHERE tenant = '" + tenant + "'");
        }
    }

    @Test
    void partitionsWithoutFull_areRefused_oneStatementEach() throws Exception {
        try (Shop shop = openReviews()) {
            assertThatThrownBy(shop::start)
                    .isInstanceOf(StartupException.class)
                    .hasMessageContainingAll(
                            "tenant",
                            "partitions do not inherit the replica identity",
                            "ALTER TABLE \"public\".\"reviews_eu\" REPLICA IDENTITY FULL;"
                                    + " ALTER TABLE \"public\".\"reviews_us_1\" REPLICA IDENTITY FULL");
            shop.sql(
                    "ALTER TABLE reviews_eu REPLICA IDENTITY FULL",
                    "CREATE UNIQUE INDEX told ON reviews_us_1 (id, region, tenant)",
                    "ALTER TABLE reviews_us_1 ALTER tenant SET NOT NULL",
                    "ALTER TABLE reviews_us_1 REPLICA IDENTITY USING INDEX told");
            try (Pipeline pipeline = shop.start()) {
                awaitReviews(shop);
                Shop.awaitStreaming(pipeline);
                shop.sql("UPDATE reviews SET tenant = CASE tenant WHEN 'a' THEN 'b' ELSE 'a' END");
                awaitReviews(shop);
                shop.sql("DELETE FROM reviews WHERE id = 2");
                awaitReviews(shop);
                Shop.awaitHealthy(pipeline);
            }
        }
    }

    /** A partition is added while it runs, and a row of it moves to another tenant: it must not stay readable in the old one's. */
    @Test
    void partitionThatIsAddedWithoutFull_isNotReady_andNoRowStaysWhereItWas() throws Exception {
        try (Shop shop = openReviews()) {
            shop.sql("ALTER TABLE reviews_eu REPLICA IDENTITY FULL", "ALTER TABLE reviews_us_1 REPLICA IDENTITY FULL");
            try (Pipeline pipeline = shop.start()) {
                awaitReviews(shop);
                Shop.awaitStreaming(pipeline);
                shop.transaction("CREATE TABLE reviews_ap PARTITION OF reviews FOR VALUES IN ('ap')");
                shop.sql("INSERT INTO reviews VALUES (5, 'ap', 'a'), (6, 'ap', 'b')");
                await().untilAsserted(() -> assertThat(
                                pipeline.health().conditions().toString())
                        .contains("tenant", "ALTER TABLE \"public\".\"reviews_ap\" REPLICA IDENTITY FULL"));
                shop.sql("UPDATE reviews SET tenant = 'b' WHERE id = 5", "DELETE FROM reviews WHERE id = 6");
                await().until(() -> !pipeline.status().sourceConnected());
                await().untilAsserted(() ->
                        assertThat(pipeline.health().conditions().toString()).contains("reviews_ap"));
                shop.sql("ALTER TABLE reviews_ap REPLICA IDENTITY FULL");
                awaitReviews(shop);
                shop.sql("UPDATE reviews SET tenant = 'a' WHERE id = 5");
                awaitReviews(shop);
                await().untilAsserted(
                                () -> assertThat(pipeline.health().conditions()).isEmpty());
            }
        }
    }

    /** Whether the catalog is right again when the change is read does not matter. */
    @Test
    void identityThatWasTakenBackForAMoment_leaksNothing() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE items (id int PRIMARY KEY, tenant text NOT NULL)",
                    "ALTER TABLE items REPLICA IDENTITY FULL",
                    "INSERT INTO items VALUES (1, 'a'), (2, 'b'), (3, 'a')");
            shop.documentBy("items", "'i_' + row.tenant");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("i_a", "SELECT id, tenant FROM items WHERE tenant = 'a'");
                Shop.awaitStreaming(pipeline);
                shop.transaction(
                        "ALTER TABLE items REPLICA IDENTITY DEFAULT",
                        "UPDATE items SET tenant = 'b' WHERE id = 1",
                        "DELETE FROM items WHERE id = 3",
                        "ALTER TABLE items REPLICA IDENTITY FULL");
                shop.awaitEqual("i_a", "SELECT id, tenant FROM items WHERE tenant = 'a'");
                shop.awaitEqual("i_b", "SELECT id, tenant FROM items WHERE tenant = 'b'");
                // Of a row whose columns may all be NULL, nothing tells that its delete lacks them.
                shop.sql("ALTER TABLE items ALTER tenant DROP NOT NULL", "INSERT INTO items VALUES (4, 'a')");
                shop.awaitEqual("i_a", "SELECT id, tenant FROM items WHERE tenant = 'a'");
                shop.transaction(
                        "ALTER TABLE items REPLICA IDENTITY DEFAULT",
                        "DELETE FROM items WHERE id = 4",
                        "ALTER TABLE items REPLICA IDENTITY FULL");
                shop.awaitEqual("i_a", "SELECT id, tenant FROM items WHERE tenant = 'a'");
            }
        }
    }

    @Test
    void inheritance_isRefused() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE assets (id int PRIMARY KEY, name text)",
                    "CREATE TABLE cars (doors int) INHERITS (assets)");
            shop.document("assets");
            assertThatThrownBy(shop::start)
                    .isInstanceOf(StartupException.class)
                    .hasMessageContainingAll(
                            "inherit from it (public.cars)",
                            "ALTER TABLE \"public\".\"cars\" NO INHERIT \"public\".\"assets\"");
            shop.sql("DROP TABLE cars", "INSERT INTO assets VALUES (1, 'desk')");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("assets", "SELECT id, name FROM assets");
                Shop.awaitStreaming(pipeline);
                shop.sql("CREATE TABLE boats () INHERITS (assets)");
                await().untilAsserted(
                                () -> assertThat(pipeline.health().conditions().toString())
                                        .contains("inherit from it (public.boats)"));
            }
        }
    }

    /** Years before Christ or of five digits, infinities and ranges: spelled alike by snapshot, stream, sweep and re-read. */
    @Test
    void oddTimes_areKeysLikeOthers() throws Exception {
        try (Shop shop = open()) {
            String[] times = {
                "date|'0044-03-15 BC'|'4713-01-01 BC'|'12345-01-01'|'infinity'|'-infinity'|'0001-01-01'|'2024-02-29'",
                "timestamp|'0044-03-15 12:00:00.5 BC'|'0001-12-31 23:59:59.999999 BC'|'20000-01-01'|'infinity'|'1582-10-10'",
                "timestamptz|'0044-03-15 12:00:00.25+05:30 BC'|'1883-01-01 12:00+01'|'2024-06-01 10:00+02'|'-infinity'",
                "tstzrange|'[2024-06-01 10:00+02,2024-12-01 10:00+02)'|'(,1900-01-01 00:00+00]'|'[0044-03-15 00:00+00 BC,)'",
                "daterange|'[0044-03-15 BC,2024-01-01)'|'empty'|'(,infinity)'",
            };
            for (String line : times) {
                String[] parts = line.split("\\|", -1);
                String table = "by_" + parts[0];
                shop.sql("CREATE TABLE " + table + " (id " + parts[0] + " PRIMARY KEY, n int)");
                for (int i = 1; i < parts.length; i += 2) {
                    shop.sql("INSERT INTO " + table + " VALUES (" + parts[i] + ", " + i + ")");
                }
                shop.document(table);
            }
            Map<String, Set<String>> streamed = new TreeMap<>();
            try (Pipeline pipeline = shop.start()) {
                Shop.awaitStreaming(pipeline);
                for (String line : times) {
                    String[] parts = line.split("\\|", -1);
                    String table = "by_" + parts[0];
                    for (int i = 2; i < parts.length; i += 2) {
                        shop.sql("INSERT INTO " + table + " VALUES (" + parts[i] + ", " + i + ")");
                    }
                    shop.sql("UPDATE " + table + " SET n = n + 10");
                    await().untilAsserted(() -> assertThat(shop.documents(table).values())
                            .hasSize(parts.length - 1)
                            .allSatisfy(document ->
                                    assertThat(document.get("n").asInt()).isGreaterThan(10)));
                    streamed.put(table, shop.documents(table).keySet());
                }
                Shop.awaitHealthy(pipeline);
            }
            shop.withSource("snapshot: always");
            try (Pipeline pipeline = shop.start()) {
                Shop.awaitStreaming(pipeline); // snapshot and sweep are over
                streamed.forEach((table, ids) ->
                        assertThat(shop.documents(table).keySet()).as(table).isEqualTo(ids));
                for (String table : streamed.keySet()) {
                    shop.sql("DELETE FROM " + table);
                    await().untilAsserted(() -> assertThat(shop.size(table)).isZero());
                }
            }
        }
    }
}
