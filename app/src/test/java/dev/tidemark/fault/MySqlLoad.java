package dev.tidemark.fault;

import dev.tidemark.contract.Shop;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** With changes of the tables themselves, some of them in the way of gh-ost. */
final class MySqlLoad extends Load {

    MySqlLoad(Shop shop, long seed) {
        super(
                shop,
                seed,
                "CREATE TABLE products (id int PRIMARY KEY, name varchar(100) NOT NULL, price decimal(10,2), body mediumtext)",
                "CREATE TABLE orders (customer int, no int, note varchar(100) NOT NULL, PRIMARY KEY (customer, no))",
                "INSERT INTO products SELECT i, concat('product ', i), i * 1.25, repeat('x', 10) FROM "
                        + shop.source().numbers(1000),
                "INSERT INTO orders SELECT i % 40, i, concat('order ', i) FROM "
                        + shop.source().numbers(400));
    }

    @Override
    String products() {
        return "SELECT json_merge_patch('{}', json_object('id', cast(id AS char), 'name', name, 'price', price, 'body', body))"
                + " AS doc FROM products";
    }

    @Override
    String orders() {
        return "SELECT json_object('id', concat(customer, ':', no), 'customer', customer, 'no', no, 'note', note) AS doc"
                + " FROM orders";
    }

    private String rows(int from, int many) {
        return "(SELECT i + " + (from - 1) + " AS i FROM " + shop.source().numbers(many) + ") rows_";
    }

    @Override
    String step() {
        int id = random.nextInt(6000);
        int kind = random.nextInt(41);
        int many = 1 + random.nextInt(60);
        if (kind < 8) {
            return "INSERT IGNORE INTO products SELECT i, concat('new ', i), rand() * 100, repeat('y', "
                    + random.nextInt(5000) + ") FROM " + rows(id, many);
        } else if (kind < 20) {
            return "UPDATE products SET name = 'changed " + random.nextInt() + "', price = "
                    + (random.nextBoolean() ? "NULL" : "price + 1") + " WHERE id BETWEEN " + id + " AND " + (id + many);
        } else if (kind < 26) {
            return "DELETE FROM products WHERE id BETWEEN " + id + " AND " + (id + many);
        } else if (kind < 30) {
            return "UPDATE products SET id = (SELECT m FROM (SELECT max(id) + 1 AS m FROM products) x) WHERE id = (SELECT m"
                    + " FROM (SELECT min(id) AS m FROM products WHERE id >= " + id + ") y)";
        } else if (kind < 32) {
            int from = 10_000 + random.nextInt(20_000);
            return "INSERT INTO products (id, name) SELECT i, 'copied' FROM " + rows(from, 1500)
                    + " ON DUPLICATE KEY UPDATE name = 'copied', price = NULL, body = NULL";
        } else if (kind < 35) {
            return "UPDATE IGNORE orders SET customer = customer + 1, note = 'moved' WHERE no = " + id % 400;
        } else if (kind < 39) {
            return "INSERT IGNORE INTO orders VALUES (" + id + ", " + random.nextInt() + ", 'fresh')";
        }
        return kind == 40 && random.nextInt(4) == 0
                ? "TRUNCATE TABLE orders"
                : "DELETE FROM orders WHERE customer = " + id % 40;
    }

    @Override
    void transaction(Statement statement) throws SQLException {
        if (random.nextInt(100) == 0) {
            for (String sql : structure()) { // if one fails, the rest of them is left out
                statement.execute(sql);
            }
        } else {
            super.transaction(statement);
        }
    }

    /** What changes tables and leaves the documents as they are; read twice, most of it fails or does something else. */
    private List<String> structure() {
        return switch (random.nextInt(4)) {
            case 0 ->
                List.of(
                        "ALTER TABLE products ADD COLUMN one int",
                        "ALTER TABLE products RENAME COLUMN one TO two",
                        "UPDATE products SET name = 'between' WHERE id < 50",
                        "ALTER TABLE products DROP COLUMN two");
            case 1 ->
                List.of(
                        "ALTER TABLE products CHANGE name label varchar(100) NOT NULL", //
                        "ALTER TABLE products CHANGE label name varchar(100) NOT NULL");
            case 2 -> List.of("CREATE TABLE IF NOT EXISTS orders (id int)");
            default ->
                List.of(
                        "DROP TABLE IF EXISTS _orders_gho, _orders_del",
                        "CREATE TABLE _orders_gho LIKE orders",
                        "INSERT INTO _orders_gho SELECT * FROM orders",
                        "RENAME /* gh-ost */ TABLE orders TO _orders_del, _orders_gho TO orders",
                        "INSERT IGNORE INTO orders VALUES (41, " + random.nextInt() + ", 'after the swap')",
                        "DROP TABLE _orders_del");
        };
    }
}
