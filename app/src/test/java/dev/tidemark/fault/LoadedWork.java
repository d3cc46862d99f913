package dev.tidemark.fault;

import dev.tidemark.contract.MySqlSource;
import dev.tidemark.contract.Shop;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

/**
 * Tables large enough that a load of them can be struck, and random work on all their rows: one table that feeds two collections and gets
 * columns with a default, one whose rows belong to tenants and move, documents joined of rows of which only the children
 * change, and a table that is truncated and filled again.
 */
final class LoadedWork extends RandomWork {

    private static final int GOODS = 6_000;
    private static final int ITEMS = 1_500;
    private static final int ORDERS = 800;
    private static final int NOTES = 2_000;
    private static final int MOST_COLUMNS = 3;
    private static final List<String> TENANTS = List.of("a", "b", "c");
    private static final String ALL_GOODS = "SELECT * FROM goods";
    private static final String SOME_GOODS = "SELECT id, name, n FROM goods WHERE n > 0";
    private static final String ALL_NOTES = "SELECT id, text FROM notes";

    private final String joined;
    private int columns;

    LoadedWork(Shop shop, long seed) {
        super(shop, seed, Duration.ofMillis(15));
        boolean mysql = shop.source() instanceof MySqlSource;
        String texts = mysql ? "GROUP_CONCAT(l.text ORDER BY l.id)" : "string_agg(l.text, ',' ORDER BY l.id)";
        joined = "SELECT o.id, o.note, (SELECT COUNT(*) FROM parts l WHERE l.order_id = o.id) AS many, (SELECT " + texts
                + " FROM parts l WHERE l.order_id = o.id) AS texts FROM orders o";
        shop.sql(
                "CREATE TABLE goods (id int PRIMARY KEY, name varchar(60) NOT NULL, n int, body "
                        + (mysql ? "mediumtext" : "text") + ")",
                "CREATE TABLE items (id int PRIMARY KEY, tenant varchar(10) NOT NULL, n int)",
                "CREATE TABLE orders (id int PRIMARY KEY, note varchar(60))",
                "CREATE TABLE parts (id int PRIMARY KEY, order_id int, text varchar(20))",
                "CREATE INDEX parts_order ON parts (order_id)",
                "CREATE TABLE notes (id int PRIMARY KEY, text varchar(20))");
        shop.sql(shop.source().tellRowsBefore("items"));
        shop.sql(shop.source().tellRowsBefore("parts"));
        if (!mysql) {
            shop.sql("ALTER TABLE goods ALTER COLUMN body SET STORAGE EXTERNAL"); // comes as unchanged TOAST
        }
        shop.sql(
                "INSERT INTO goods SELECT i, concat('good ', i), i % 7 - 2, repeat('b', 10 + i % 30 * 100) FROM "
                        + shop.source().numbers(GOODS),
                "INSERT INTO items SELECT i, 'a', i FROM " + shop.source().numbers(ITEMS),
                "INSERT INTO orders SELECT i, concat('order ', i) FROM "
                        + shop.source().numbers(ORDERS),
                "INSERT INTO parts SELECT i, 1 + i % " + ORDERS + ", 'part' FROM "
                        + shop.source().numbers(3 * ORDERS),
                refilled(NOTES));
        shop.document("goods")
                .documentIn("goods", "some", "where: \"row.n != null && row.n > 0\"", "fields: { name: ~, n: ~ }")
                .documentBy("items", "'items_' + row.tenant")
                .document(
                        "orders",
                        "query: \"" + joined + " WHERE o.id IN (:ids)\"",
                        "dependsOn:",
                        "  - { table: " + shop.table("parts") + ", ids: \":order_id\" }")
                .document("notes");
    }

    private String refilled(int rows) {
        return "INSERT INTO notes SELECT i, 'note' FROM " + shop.source().numbers(rows);
    }

    @Override
    void transaction(Statement statement) throws SQLException {
        if (random.nextInt(150) == 0 && columns < MOST_COLUMNS) {
            columns++; // it fails if it was rolled back, and the next one is tried
            statement.execute("ALTER TABLE goods ADD COLUMN more" + columns + " int NOT NULL DEFAULT " + columns);
        } else if (random.nextInt(60) == 0) {
            statement.execute("TRUNCATE TABLE notes");
            statement.execute(refilled(NOTES - random.nextInt(NOTES / 2)));
        } else {
            few(statement, this::step);
        }
    }

    private String step() {
        int kind = random.nextInt(100);
        if (kind < 50) {
            return goods();
        } else if (kind < 70) {
            return items();
        } else if (kind < 92) {
            return parts();
        }
        int note = random.nextInt(NOTES);
        return kind < 96
                ? "UPDATE notes SET text = 'changed' WHERE id = " + note
                : "DELETE FROM notes WHERE id BETWEEN " + note + " AND " + (note + 5);
    }

    private String goods() {
        int id = random.nextInt(GOODS);
        String some = " WHERE id BETWEEN " + id + " AND " + (id + random.nextInt(40));
        return switch (random.nextInt(12)) {
            case 0, 1, 2 -> "UPDATE goods SET n = n + 1" + some; // a part of the document
            case 3, 4 -> "UPDATE goods SET name = 'changed " + random.nextInt(1000) + "'" + some;
            case 5 -> "UPDATE goods SET n = -5" + some; // out of one of the collections
            case 6 -> "UPDATE goods SET body = NULL, n = 3" + some;
            case 7, 8 -> "DELETE FROM goods" + some;
            case 9 -> "UPDATE goods SET id = id + " + (1 + random.nextInt(5)) + " * 1000000 WHERE id = " + id;
            default ->
                "INSERT INTO goods (id, name, n, body) SELECT i + " + (id + random.nextInt(3) * 1_000_000)
                        + ", 'new', 1, 'new' FROM " + shop.source().numbers(20)
                        + " WHERE NOT EXISTS (SELECT 1 FROM (SELECT id FROM goods) x WHERE x.id BETWEEN " + id
                        + " AND " + (id + 2_000_021) + " AND x.id % 1000000 BETWEEN " + id + " AND " + (id + 21) + ")";
        };
    }

    private String items() {
        int id = random.nextInt(ITEMS);
        String some = " WHERE id BETWEEN " + id + " AND " + (id + random.nextInt(30));
        String tenant = "'" + TENANTS.get(random.nextInt(TENANTS.size())) + "'";
        return switch (random.nextInt(6)) {
            case 0, 1, 2 -> "UPDATE items SET tenant = " + tenant + some;
            case 3 -> "UPDATE items SET n = n + 1" + some;
            case 4 -> "DELETE FROM items WHERE id BETWEEN " + id + " AND " + (id + 3);
            default ->
                "INSERT INTO items SELECT " + id + ", " + tenant + ", 0 WHERE NOT EXISTS (SELECT 1 FROM (SELECT id"
                        + " FROM items) x WHERE x.id = " + id + ")";
        };
    }

    private String parts() {
        int id = random.nextInt(3 * ORDERS);
        String some = " WHERE id BETWEEN " + id + " AND " + (id + random.nextInt(5));
        return switch (random.nextInt(4)) {
            case 0 -> "UPDATE parts SET text = 'p" + random.nextInt(1000) + "'" + some;
            case 1 -> "UPDATE parts SET order_id = " + (1 + random.nextInt(ORDERS)) + some;
            case 2 -> "DELETE FROM parts" + some;
            default ->
                "INSERT INTO parts SELECT " + id + ", " + (1 + random.nextInt(ORDERS))
                        + ", 'new' WHERE NOT EXISTS (SELECT 1 FROM (SELECT id FROM parts) x WHERE x.id = " + id + ")";
        };
    }

    /** A table to load again. */
    String table() {
        return List.of("goods", "goods", "items", "orders", "notes").get(random.nextInt(5));
    }

    private List<String> tenants() {
        return TENANTS.stream()
                .filter(tenant -> shop.has("items_" + tenant) || !shop.isEmpty(rows(tenant)))
                .toList();
    }

    private static String rows(String tenant) {
        return "SELECT id, tenant, n FROM items WHERE tenant = '" + tenant + "'";
    }

    @Override
    void assertAsMany() {
        shop.assertAsMany("goods", ALL_GOODS);
        shop.assertAsMany("some", SOME_GOODS);
        shop.assertAsMany("orders", joined);
        shop.assertAsMany("notes", ALL_NOTES);
        tenants().forEach(tenant -> shop.assertAsMany("items_" + tenant, rows(tenant)));
    }

    @Override
    int assertEqual() {
        return shop.assertEqual("goods", ALL_GOODS)
                + shop.assertEqual("some", SOME_GOODS)
                + shop.assertEqual("orders", joined)
                + shop.assertEqual("notes", ALL_NOTES)
                + tenants().stream()
                        .mapToInt(tenant -> shop.assertEqual("items_" + tenant, rows(tenant)))
                        .sum();
    }
}
