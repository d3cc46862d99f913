package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tidemark.deadletter.DeadLetter;
import dev.tidemark.pipeline.Pipeline;
import dev.tidemark.startup.StartupException;
import org.junit.jupiter.api.Test;

/** The contract on Postgres, and what only Postgres has. */
class PostgresContractIT extends ConnectorContract {

    @Override
    SourceServer server() {
        return PostgresSource.shared();
    }

    @Test
    void copy_isOneTransactionOfManyRows() throws Exception {
        try (Shop shop = open()) {
            shop.sql("CREATE TABLE lines (id int PRIMARY KEY, note text)");
            shop.document("lines");
            try (Pipeline pipeline = shop.start()) {
                shop.sql("COPY lines (id) FROM PROGRAM 'seq 1 5000'");
                shop.awaitEqual("lines", "SELECT * FROM lines");
                Shop.awaitHealthy(pipeline);
            }
        }
    }

    @Test
    void unchangedToast_isReadAgain_whereItIsNeeded() throws Exception {
        try (Shop shop = open()) {
            String big = "(SELECT string_agg(md5(i::text), '') FROM generate_series(1, 3200) i)";
            shop.sql(
                    "CREATE TABLE pages (id int PRIMARY KEY, title text, body text NOT NULL, tags text[])",
                    "INSERT INTO pages SELECT n, 'page', " + big + ", ARRAY['a'] FROM generate_series(1, 20) n");
            shop.document("pages").documentIn("pages", "titles", "fields: {title: ~}");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("pages", "SELECT id, title, body, to_json(tags) AS tags FROM pages");
                shop.sql(
                        "UPDATE pages SET title = 'changed' WHERE id <= 10",
                        "UPDATE pages SET body = 'short' WHERE id = 3",
                        "UPDATE pages SET title = 'soon gone' WHERE id = 4",
                        "DELETE FROM pages WHERE id = 4",
                        "UPDATE pages SET id = 500, title = 'moved' WHERE id = 5");
                shop.transaction(
                        "UPDATE pages SET title = 'gone at once' WHERE id = 6", "DELETE FROM pages WHERE id = 6");
                shop.awaitEqual("pages", "SELECT id, title, body, to_json(tags) AS tags FROM pages");
                shop.awaitEqual("titles", "SELECT id, title FROM pages");
                assertThat(shop.deadLetters("pages")).isEmpty();
                // A required field loses its column while rows are read again.
                shop.sql(
                        "UPDATE pages SET title = 'x'",
                        "ALTER TABLE pages DROP COLUMN tags",
                        "UPDATE pages SET title = 'y'");
                shop.sql("ALTER TABLE pages ADD COLUMN extra text", "UPDATE pages SET extra = 'e'");
                shop.awaitEqual("pages", "SELECT * FROM pages");
                assertThat(shop.deadLetters("pages")).isEmpty();
                Shop.awaitHealthy(pipeline);
            }
        }
    }

    @Test
    void unchangedToast_staysAsItIs_andNestedObjectsAreWrittenWhole() throws Exception {
        try (Shop shop = open()) {
            String big = "(SELECT string_agg(md5((n * i)::text), '') FROM generate_series(1, 320) i)";
            for (String table : new String[] {"partly", "wholly", "nested"}) {
                shop.sql(
                        "CREATE TABLE " + table + " (id int PRIMARY KEY, title text, body text, n int, extra jsonb)",
                        "INSERT INTO " + table + " SELECT n, 'page', " + big
                                + ", n, '{\"a\": {\"b\": 1}}' FROM generate_series(1, 10) n");
                shop.document(
                        table, "fields: {title: ~, body: ~, n: ~" + (table.equals("nested") ? ", extra: ~}" : "}"));
            }
            shop.sql(server().tellRowsBefore("wholly"));
            shop.sql(server().tellRowsBefore("nested"));
            try (Pipeline pipeline = shop.start()) {
                Shop.awaitStreaming(pipeline);
                for (String table : new String[] {"partly", "wholly", "nested"}) {
                    shop.sql(
                            "UPDATE " + table + " SET title = 'changed' WHERE id <= 5",
                            "UPDATE " + table + " SET n = NULL, extra = '{\"c\": [2]}' WHERE id = 6",
                            "UPDATE " + table + " SET body = NULL, extra = NULL WHERE id = 7");
                    shop.transaction(
                            "UPDATE " + table + " SET title = 'two' WHERE id = 8",
                            "UPDATE " + table + " SET n = 2 WHERE id = 8",
                            "UPDATE " + table + " SET id = 100, title = 'moved' WHERE id = 9",
                            "UPDATE " + table + " SET n = n WHERE id = 100");
                }
                shop.awaitEqual("partly", "SELECT id, title, body, n FROM partly");
                shop.awaitEqual("wholly", "SELECT id, title, body, n FROM wholly");
                shop.awaitEqual("nested", "SELECT id, title, body, n, extra FROM nested");
                await().untilAsserted(() -> assertThat(updated(shop, "partly")).isPositive());
                await().untilAsserted(() -> assertThat(updated(shop, "wholly")).isPositive());
                assertThat(updated(shop, "nested")).isZero();
                Shop.awaitHealthy(pipeline);
            }
        }
    }

    private static double updated(Shop shop, String table) {
        return shop.count("tidemark.documents", "action", "update", "collection", shop.collection(table));
    }

    @Test
    void longTextKey_thatIsToastedItself_keepsItsDocument() throws Exception {
        try (Shop shop = open()) {
            String key = "(SELECT string_agg(md5((n * 1000 + i)::text), '') FROM generate_series(1, 78) i)";
            shop.sql(
                    "CREATE TABLE long (id text PRIMARY KEY, n int, other text)",
                    "ALTER TABLE long ALTER COLUMN id SET STORAGE EXTERNAL",
                    "INSERT INTO long SELECT " + key + ", n, " + key + " FROM generate_series(1, 3) n");
            shop.document("long");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("long", "SELECT * FROM long");
                shop.sql("UPDATE long SET n = n + 10");
                shop.awaitEqual("long", "SELECT * FROM long");
                shop.sql("DELETE FROM long WHERE n = 12");
                shop.awaitEqual("long", "SELECT * FROM long");
                assertThat(shop.deadLetters("long")).isEmpty();
                Shop.awaitHealthy(pipeline);
            }
        }
    }

    @Test
    void tableWithoutPrimaryKey_isKeptByUniqueColumnsAndFullIdentity() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE prices (shop text NOT NULL, sku int NOT NULL, price numeric(8,2), UNIQUE (shop, sku))",
                    "ALTER TABLE prices REPLICA IDENTITY FULL",
                    "INSERT INTO prices SELECT 'north', i, i FROM generate_series(1, 20) i");
            shop.document("prices", "id: [shop, sku]");
            String query = "SELECT shop || ':' || sku AS id, shop, sku, price FROM prices";
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("prices", query);
                shop.transaction(
                        "UPDATE prices SET sku = sku + 100 WHERE sku <= 5",
                        "UPDATE prices SET sku = sku - 100 WHERE sku IN (101, 102)",
                        "INSERT INTO prices VALUES ('north', 3, 33)",
                        "DELETE FROM prices WHERE sku = 10",
                        "UPDATE prices SET price = NULL WHERE sku = 11");
                shop.awaitEqual("prices", query);
                shop.sql("UPDATE prices SET shop = 'south', sku = 12 WHERE sku = 11");
                shop.awaitEqual("prices", query);
                Shop.awaitHealthy(pipeline);
            }
        }
    }

    @Test
    void partitionedTable_isOneTable_whateverPartitionARowIsIn() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE orders (id int PRIMARY KEY, n int) PARTITION BY RANGE (id)",
                    "CREATE TABLE orders_low PARTITION OF orders FOR VALUES FROM (0) TO (100)",
                    "CREATE TABLE orders_high PARTITION OF orders FOR VALUES FROM (100) TO (200)",
                    "INSERT INTO orders SELECT i, i FROM generate_series(1, 150) i");
            shop.document("orders");
            String query = "SELECT id, n FROM orders";
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("orders", query);
                shop.sql(
                        "UPDATE orders SET id = 199 WHERE id = 1", // to another partition
                        "DELETE FROM orders_high WHERE id = 120",
                        "CREATE TABLE orders_top PARTITION OF orders FOR VALUES FROM (200) TO (300)",
                        "INSERT INTO orders VALUES (250, 1)",
                        "INSERT INTO orders_top VALUES (251, 1)");
                shop.awaitEqual("orders", query);
                shop.transaction("TRUNCATE TABLE orders", "INSERT INTO orders VALUES (5, 5)");
                shop.awaitEqual("orders", query);
                Shop.awaitHealthy(pipeline);
            }
        }
    }

    @Test
    void tableWithoutPrimaryKey_isRefusedWithAHint() throws Exception {
        try (Shop shop = open()) {
            shop.sql("CREATE TABLE heap (a int, b text)");
            shop.document("heap");
            assertThatThrownBy(shop::start)
                    .isInstanceOf(StartupException.class)
                    .hasMessageContaining("no primary key")
                    .hasMessageContaining("REPLICA IDENTITY FULL");
        }
    }

    @Test
    void valuesWithoutAPlaceInJson_areDeadLetters_whileTheRestArrives() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE odd (id int PRIMARY KEY, d double precision, n numeric(8,2), t timestamptz)",
                    "INSERT INTO odd SELECT i, i, i, '2024-01-01Z' FROM generate_series(1, 10) i",
                    "UPDATE odd SET d = 'NaN' WHERE id = 1");
            shop.document("odd");
            String fine =
                    "SELECT id, d, n, extract(epoch from t)::bigint AS t FROM odd WHERE d <> 'NaN' AND n <> 'NaN' AND"
                            + " isfinite(t)";
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("odd", fine);
                shop.transaction(
                        "INSERT INTO odd VALUES (21, 1, 'NaN', now()), (22, 1, 1, 'infinity'), (23, 1, 1, '2024-01-02Z'), (24,"
                                + " 1, 1, '-infinity')");
                shop.awaitEqual("odd", fine);
                await().untilAsserted(() -> assertThat(shop.deadLetters("odd"))
                        .extracting(DeadLetter::id)
                        .containsExactlyInAnyOrder("1", "21", "22", "24"));
                assertThat(shop.deadLetters("odd"))
                        .allSatisfy(deadLetter -> assertThat(deadLetter.error())
                                .containsPattern("'(d|n|t)'")
                                .containsPattern("NaN|infinity"));
                shop.sql("UPDATE odd SET d = 1, n = 1, t = '2024-01-01Z'");
                shop.awaitEqual("odd", fine);
                await().untilAsserted(() -> assertThat(shop.deadLetters("odd")).isEmpty());
                Shop.awaitHealthy(pipeline);
            }
        }
    }
}
