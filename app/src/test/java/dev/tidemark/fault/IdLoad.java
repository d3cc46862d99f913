package dev.tidemark.fault;

import dev.tidemark.contract.Shop;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

/**
 * A table whose documents' ids an expression yields, of columns that random work changes, swaps and hands over. What breaks the
 * unique index is rolled back.
 */
final class IdLoad extends RandomWork {

    private static final int ROWS = 400;
    private static final String STOCK = "SELECT concat(shop, '-', sku) AS id, no, amount FROM stock";

    IdLoad(Shop shop, long seed) {
        super(shop, seed, Duration.ofMillis(8));
        shop.sql(
                "CREATE TABLE stock (no int PRIMARY KEY, shop int NOT NULL, sku varchar(60) NOT NULL, amount int)",
                "CREATE UNIQUE INDEX stock_sku ON stock (shop, sku)");
        shop.sql(shop.source().tellRowsBefore("stock"));
        shop.sql("INSERT INTO stock SELECT i, 0, concat('first ', i), 1 FROM "
                + shop.source().numbers(ROWS));
        shop.document("stock", "id: {cel: \"string(row.shop) + '-' + row.sku\"}", "fields: {no: ~, amount: ~}");
    }

    @Override
    void transaction(Statement statement) throws SQLException {
        for (String sql : statements()) {
            statement.execute(sql);
        }
    }

    private String values(int no) {
        return no + ", " + random.nextInt(5) + ", '" + sku() + "', " + random.nextInt(100);
    }

    /** Ids that a filter takes, and ids that it does not. */
    private String sku() {
        return (random.nextBoolean() ? "s" : "größe `") + random.nextInt(3000);
    }

    private List<String> statements() {
        int no = random.nextInt(ROWS);
        int other = random.nextInt(ROWS);
        int kind = random.nextInt(100);
        if (kind < 25) {
            return List.of("INSERT INTO stock VALUES (" + values(no) + ")");
        } else if (kind < 45) {
            return List.of("UPDATE stock SET sku = '" + sku() + "', amount = amount + 1 WHERE no = " + no);
        } else if (kind < 60) {
            return List.of("UPDATE stock SET amount = amount + 1 WHERE no BETWEEN " + no + " AND " + (no + 20));
        } else if (kind < 70) {
            return List.of("UPDATE stock SET shop = shop + 1 WHERE no BETWEEN " + no + " AND " + (no + 5));
        } else if (kind < 80) { // an id changes hands
            return List.of(
                    "UPDATE stock SET shop = 99, sku = 'free' WHERE no = " + no,
                    "UPDATE stock SET shop = 1, sku = 'wanted', amount = 7 WHERE no = " + other,
                    "UPDATE stock SET shop = 2, sku = 'unwanted' WHERE shop = 1 AND sku = 'wanted' AND no <> " + no,
                    "UPDATE stock SET shop = 1, sku = 'wanted' WHERE no = " + no);
        } else if (kind < 88) {
            return List.of("UPDATE stock SET no = " + other + ", amount = 3 WHERE no = " + no);
        } else if (kind < 99) {
            return List.of("DELETE FROM stock WHERE no BETWEEN " + no + " AND " + (no + 12));
        }
        return List.of(random.nextInt(4) == 0 ? "TRUNCATE TABLE stock" : "DELETE FROM stock WHERE shop = 2");
    }

    @Override
    void assertAsMany() {
        shop.assertAsMany("stock", STOCK);
    }

    @Override
    int assertEqual() {
        return shop.assertEqual("stock", STOCK);
    }
}
