package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.pipeline.Pipeline;
import org.junit.jupiter.api.Test;

/** What an update writes of a document: the fields that changed, the whole of it, or nothing. */
abstract class UpdateContract extends ShopContract {

    @Test
    void updates_writeTheFieldsThatChanged_orNothing() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE products (id int PRIMARY KEY, name varchar(100) NOT NULL, price decimal(10,2), body"
                            + " varchar(100), secret int)",
                    "INSERT INTO products SELECT i, concat('product ', i), i * 1.25, 'body', 0 FROM " + numbers(30));
            shop.sql(server().tellRowsBefore("products"));
            shop.document("products", "fields: {name: ~, price: ~, body: ~}");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("products", PRODUCTS);
                Shop.awaitStreaming(pipeline);
                awaitDocuments(shop, "upsert", 30);
                shop.sql(
                        "UPDATE products SET price = price + 1 WHERE id <= 10",
                        "UPDATE products SET price = NULL, body = NULL WHERE id = 11",
                        "UPDATE products SET secret = secret + 1");
                shop.awaitEqual("products", PRODUCTS);
                await().untilAsserted(() ->
                        assertThat(shop.count("tidemark.updates.skipped")).isEqualTo(30));
                awaitDocuments(shop, "update", 11);
                assertThat(documents(shop, "upsert")).isEqualTo(30);
                await().untilAsserted(() -> assertThat(pipeline.status().collections())
                        .singleElement()
                        .satisfies(
                                collection -> assertThat(collection.updated()).isEqualTo(11)));

                shop.typesense().admin().delete("/collections/" + shop.collection("products") + "/documents/5");
                shop.sql("UPDATE products SET body = 'it is back' WHERE id = 5");
                shop.awaitEqual("products", PRODUCTS);
                awaitDocuments(shop, "upsert", 31);
                assertThat(shop.deadLetters("products")).isEmpty();
                Shop.awaitHealthy(pipeline);
            }
            try (Pipeline again = shop.start()) { // it is known of the documents how they were written
                shop.sql("UPDATE products SET price = 7 WHERE id = 7");
                shop.awaitEqual("products", PRODUCTS);
                await().untilAsserted( // not a number: the last one before the stop may come again
                                () -> assertThat(documents(shop, "update")).isPositive());
                assertThat(documents(shop, "upsert")).isZero();
                Shop.awaitHealthy(again);
            }
        }
    }

    @Test
    void updateThatIsRefused_leavesAStaleDocument_whichOnlyAWholeOneHeals() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE counts (id int PRIMARY KEY, n bigint, name varchar(20), secret int)",
                    "INSERT INTO counts VALUES (1, 1, 'a', 0), (2, 2, 'b', 0)");
            shop.sql(server().tellRowsBefore("counts"));
            shop.document("counts", "fields: {n: {type: int32}, name: ~}");
            String query = "SELECT id, n, name FROM counts";
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("counts", query);
                Shop.awaitStreaming(pipeline);
                shop.sql("UPDATE counts SET n = 3000000000, name = 'refused, too' WHERE id = 1");
                await().untilAsserted(
                                () -> assertThat(shop.deadLetters("counts")).hasSize(1));
                Shop.awaitHealthy(pipeline);
            }
            try (Pipeline again = shop.start()) { // its dead letter is known after a restart
                shop.sql("UPDATE counts SET n = 5 WHERE id = 1", "UPDATE counts SET n = 6 WHERE id = 2");
                shop.awaitEqual("counts", query);
                await().untilAsserted(
                                () -> assertThat(shop.deadLetters("counts")).isEmpty());
                awaitDocuments(shop, "upsert", 1);
                awaitDocuments(shop, "update", 1);
                shop.sql("UPDATE counts SET secret = 1");
                await().untilAsserted(() ->
                        assertThat(shop.count("tidemark.updates.skipped")).isEqualTo(2));
                Shop.awaitHealthy(again);
            }
        }
    }

    @Test
    void changedColumns_bringWholeDocuments_untilASnapshot() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE products (id int PRIMARY KEY, name varchar(100) NOT NULL, price decimal(10,2))",
                    "INSERT INTO products SELECT i, concat('product ', i), i FROM " + numbers(9));
            shop.sql(server().tellRowsBefore("products"));
            shop.document("products");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("products", "SELECT * FROM products");
                shop.sql(
                        "ALTER TABLE products ADD COLUMN extra int DEFAULT 7",
                        "UPDATE products SET price = price + 100 WHERE id <= 3");
                shop.awaitEqual("products", "SELECT * FROM products"); // those above 3, too: the table is read again
                Shop.awaitHealthy(pipeline);
            }
            try (Pipeline again = shop.start()) {
                shop.sql("UPDATE products SET price = price + 100 WHERE id <= 5");
                shop.awaitEqual("products", "SELECT * FROM products");
                assertThat(documents(shop, "update")).isZero();
                Shop.awaitHealthy(again);
            }
            shop.withSource("snapshot: always");
            try (Pipeline swept = shop.start()) {
                shop.awaitEqual("products", "SELECT * FROM products");
                Shop.awaitStreaming(swept);
                shop.sql("UPDATE products SET price = price + 100");
                shop.awaitEqual("products", "SELECT * FROM products");
                awaitDocuments(shop, "update", 9);
                Shop.awaitHealthy(swept);
            }
        }
    }
}
