package dev.tidemark.contract;

import org.junit.jupiter.api.Tag;

/** A year of migrations on MySQL. */
@Tag("long")
class MigrationYearMySqlIT extends MigrationYear {

    @Override
    SourceServer server() {
        return MySqlSource.shared();
    }

    @Override
    String create() {
        return "CREATE TABLE items (id int PRIMARY KEY, rev int NOT NULL DEFAULT 0, title varchar(40) NOT NULL, price int NOT NULL,"
                + " sold tinyint(1) NOT NULL DEFAULT 1, code text, created datetime NOT NULL DEFAULT '2024-05-06 07:08:09')"
                + " CHARACTER SET utf8mb4";
    }

    @Override
    void plan() {
        inserting("INSERT INTO items (id, title, price, sold, code) VALUES (?, 'item ?', ? * 10, ? % 2, '?')");
        then("ALTER TABLE items MODIFY title varchar(40) NULL", insert("title, price", "NULL, ?"));
        then("ALTER TABLE items ADD COLUMN stock int NOT NULL DEFAULT 3");
        then("ALTER TABLE items MODIFY price bigint NOT NULL", insert("title, price", "'t ?', 3000000000 + ?"));
        then("ALTER TABLE items ADD COLUMN colour varchar(20)");
        then("ALTER TABLE items MODIFY title text");
        then("ALTER TABLE items RENAME COLUMN title TO name", insert("name, price", "'n ?', ?"));
        then(
                "ALTER TABLE items ADD COLUMN mood enum('sad','ok') NOT NULL DEFAULT 'ok'",
                insert("name, price, mood", "'n', ?, 'sad'"));
        then(
                "ALTER TABLE items MODIFY mood enum('sad','ok','happy') NOT NULL DEFAULT 'ok'",
                insert("name, price, mood", "'n', ?, 'happy'"));
        then("ALTER TABLE items MODIFY sold int NOT NULL DEFAULT 2");
        then("ALTER TABLE items RENAME COLUMN name TO title", insert("title, price", "'back ?', ?"));
        then("ALTER TABLE items MODIFY code int", insert("title, price, code", "'c', ?, ?"));
        then("ALTER TABLE items DROP COLUMN colour");
        then("ALTER TABLE items ADD COLUMN colour int DEFAULT 5");
        then("ALTER TABLE items MODIFY created date NOT NULL DEFAULT '2024-01-01'");
        then("ALTER TABLE items MODIFY price decimal(12,2) NOT NULL", insert("title, price", "'m', ? + 0.25"));
        then("ALTER TABLE items ADD COLUMN tags varchar(20) DEFAULT 'a'");
        then("ALTER TABLE items ADD COLUMN word varchar(20) NOT NULL DEFAULT 'first' FIRST");
        then("ALTER TABLE items MODIFY word varchar(20) NOT NULL DEFAULT 'w' AFTER price");
        then("ALTER TABLE items MODIFY stock int NULL DEFAULT 3", insert("title, price, stock", "'s', ?, NULL"));
        then("UPDATE items SET stock = 0 WHERE stock IS NULL", insert("title, price", "'s', ?"));
        then("ALTER TABLE items MODIFY stock int NOT NULL DEFAULT 1", insert("title, price", "'s', ?"));
        then("CREATE INDEX by_price ON items (price)");
        then("ALTER TABLE items ADD CONSTRAINT positive CHECK (stock >= 0)");
        then("ALTER TABLE items RENAME COLUMN tags TO x");
        then("ALTER TABLE items RENAME COLUMN word TO tags");
        then("ALTER TABLE items RENAME COLUMN x TO word");
        then("ALTER TABLE items RENAME COLUMN word TO tags, RENAME COLUMN tags TO word");
        then("ALTER TABLE items RENAME COLUMN word TO tags, RENAME COLUMN tags TO word");
        then("ALTER TABLE items ADD COLUMN total int GENERATED ALWAYS AS (rev * 2) STORED");
        then("ALTER TABLE items ADD COLUMN twice int GENERATED ALWAYS AS (stock * 2) VIRTUAL");
        then("ALTER TABLE items DROP COLUMN total");
        then("ALTER TABLE items ADD COLUMN ratio float NOT NULL DEFAULT 0.5");
        then("ALTER TABLE items MODIFY ratio double NOT NULL DEFAULT 0.25");
        then("ALTER TABLE items ADD COLUMN note text");
        then("ALTER TABLE items MODIFY code text", insert("title, price, code", "'w', ?, 'word ?'"));
        then("ALTER TABLE items MODIFY colour varchar(10)");
        then("ALTER TABLE items MODIFY colour longtext");
        then("ALTER TABLE items ADD COLUMN small smallint DEFAULT 7");
        then("ALTER TABLE items MODIFY small int DEFAULT 8", insert("title, price, small", "'w', ?, 100000"));
        then("ALTER TABLE items DROP COLUMN note, ADD COLUMN remark varchar(10) DEFAULT 'r'");
        then("ALTER TABLE items MODIFY mood varchar(20)", insert("title, price, mood", "'w', ?, 'any'"));
        then("ALTER TABLE items COMMENT 'a year'");
        then("ALTER TABLE items DROP COLUMN created");
        then("ALTER TABLE items MODIFY sold int NULL", insert("title, price, mood, sold", "'w', ?, 'x', NULL"));
        then("ALTER TABLE items CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin");
        then("ALTER TABLE items CONVERT TO CHARACTER SET DEFAULT");
    }

    private static String insert(String columns, String values) {
        return "INSERT INTO items (id, " + columns + ") VALUES (?, " + values + ")";
    }

    @Override
    String rows() {
        return "SELECT id, rev, title, price, sold, code, stock, mood, colour, tags, word, twice, ratio, small, remark FROM items";
    }
}
