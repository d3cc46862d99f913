package dev.tidemark.contract;

import org.junit.jupiter.api.Tag;

/** A year of migrations on Postgres. */
@Tag("long")
class MigrationYearPostgresIT extends MigrationYear {

    @Override
    SourceServer server() {
        return PostgresSource.shared();
    }

    @Override
    String create() {
        return "CREATE TABLE items (id int PRIMARY KEY, rev int NOT NULL DEFAULT 0, title varchar(40) NOT NULL, price int NOT NULL,"
                + " sold boolean NOT NULL DEFAULT true, code text, created timestamp NOT NULL DEFAULT '2024-05-06 07:08:09')";
    }

    @Override
    void plan() {
        inserting("INSERT INTO items (id, title, price, sold, code) VALUES (?, 'item ?', ? * 10, ? % 2 = 0, '?')");
        then("ALTER TABLE items ALTER title DROP NOT NULL", insert("title, price", "NULL, ?"));
        then("ALTER TABLE items ADD COLUMN stock int NOT NULL DEFAULT 3");
        then("ALTER TABLE items ALTER price TYPE bigint", insert("title, price", "'t ?', 3000000000 + ?"));
        then("ALTER TABLE items ADD COLUMN colour text");
        then("ALTER TABLE items ALTER title TYPE text");
        then("ALTER TABLE items RENAME COLUMN title TO name", insert("name, price", "'n ?', ?"));
        then("CREATE TYPE mood AS ENUM ('sad', 'ok')");
        then(
                "ALTER TABLE items ADD COLUMN mood mood NOT NULL DEFAULT 'ok'",
                insert("name, price, mood", "'n', ?, 'sad'"));
        then("ALTER TYPE mood ADD VALUE 'happy'", insert("name, price, mood", "'n', ?, 'happy'"));
        then(
                "ALTER TABLE items ALTER sold DROP DEFAULT, ALTER sold TYPE int USING sold::int, ALTER sold SET DEFAULT 2");
        then("ALTER TABLE items RENAME COLUMN name TO title", insert("title, price", "'back ?', ?"));
        then("ALTER TABLE items ALTER code TYPE int USING code::int", insert("title, price, code", "'c', ?, ?"));
        then("ALTER TABLE items DROP COLUMN colour");
        then("ALTER TABLE items ADD COLUMN colour int DEFAULT 5");
        then("ALTER TABLE items ALTER created TYPE date");
        then("ALTER TABLE items ALTER price TYPE numeric(12,2)", insert("title, price", "'m', ? + 0.25"));
        then("ALTER TABLE items ADD COLUMN tags text DEFAULT 'a'");
        then(
                "ALTER TABLE items ALTER tags DROP DEFAULT, ALTER tags TYPE text[] USING ARRAY[tags]",
                insert("title, price, tags", "'s', ?, '{x,y}'"));
        then("ALTER TABLE items ALTER stock DROP NOT NULL", insert("title, price, stock", "'s', ?, NULL"));
        then("UPDATE items SET stock = 0 WHERE stock IS NULL", insert("title, price", "'s', ?"));
        then("ALTER TABLE items ALTER stock SET NOT NULL", insert("title, price", "'s', ?"));
        then("CREATE INDEX ON items (price)");
        then("ALTER TABLE items ADD CONSTRAINT positive CHECK (stock >= 0)");
        then("ALTER TABLE items RENAME COLUMN stock TO x");
        then("ALTER TABLE items RENAME COLUMN code TO stock");
        then("ALTER TABLE items RENAME COLUMN x TO code");
        then("ALTER TABLE items ADD COLUMN total int GENERATED ALWAYS AS (rev * 2) STORED");
        then("ALTER TABLE items DROP COLUMN total");
        then("ALTER TABLE items ADD COLUMN ratio real NOT NULL DEFAULT 0.5");
        then("ALTER TABLE items ALTER ratio TYPE double precision");
        then("ALTER TABLE items ADD COLUMN note text DEFAULT 'n'");
        then("ALTER TABLE items ALTER note DROP DEFAULT");
        then("ALTER TABLE items ALTER stock TYPE text", insert("title, price, stock", "'w', ?, 'word ?'"));
        then("ALTER TABLE items ALTER colour TYPE varchar(10) USING 'c' || colour");
        then("ALTER TABLE items ALTER colour TYPE text");
        then("ALTER TABLE items ADD COLUMN small smallint DEFAULT 7");
        then("ALTER TABLE items ALTER small TYPE int", insert("title, price, small", "'w', ?, 100000"));
        then("ALTER TABLE items DROP COLUMN note, ADD COLUMN remark text DEFAULT 'r'");
        then(
                "ALTER TABLE items ALTER mood DROP DEFAULT, ALTER mood TYPE text, ALTER mood SET DEFAULT 'ok'",
                insert("title, price, mood", "'w', ?, 'any'"));
        then("COMMENT ON TABLE items IS 'a year'");
        then("ALTER TABLE items DROP COLUMN created");
        then("ALTER TABLE items ALTER sold DROP NOT NULL", insert("title, price, mood, sold", "'w', ?, 'x', NULL"));
    }

    private static String insert(String columns, String values) {
        return "INSERT INTO items (id, " + columns + ") VALUES (?, " + values + ")";
    }

    @Override
    String rows() {
        return "SELECT id, rev, title, price, sold, code, stock, mood, colour, to_json(tags) AS tags, ratio, small, remark FROM items";
    }
}
