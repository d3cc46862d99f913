package dev.tidemark.fault;

import dev.tidemark.contract.Shop;

/** With COPY and unchanged TOAST. */
final class PostgresLoad extends Load {

    PostgresLoad(Shop shop, long seed) {
        super(
                shop,
                seed,
                "CREATE TABLE products (id int PRIMARY KEY, name text NOT NULL, price numeric(10,2), body text)",
                "ALTER TABLE products ALTER COLUMN body SET STORAGE EXTERNAL",
                "CREATE TABLE orders (customer int, no int, note text NOT NULL, PRIMARY KEY (customer, no))",
                "INSERT INTO products SELECT i, 'product ' || i, i * 1.25, repeat('x', 10) FROM generate_series(1, 1000) i",
                "INSERT INTO orders SELECT i % 40, i, 'order ' || i FROM generate_series(1, 400) i");
    }

    @Override
    String products() {
        return "SELECT json_strip_nulls(json_build_object('id', id::text, 'name', name, 'price', price, 'body', body)) AS doc"
                + " FROM products";
    }

    @Override
    String orders() {
        return "SELECT json_build_object('id', customer || ':' || no, 'customer', customer, 'no', no, 'note', note) AS doc"
                + " FROM orders";
    }

    @Override
    String step() {
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
}
