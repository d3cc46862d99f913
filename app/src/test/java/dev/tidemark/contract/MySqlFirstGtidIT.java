package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.pipeline.Pipeline;
import dev.tidemark.testkit.mysql.MySqlServer;
import dev.tidemark.testkit.typesense.TypesenseServer;
import org.junit.jupiter.api.Test;

/** GTIDs are on, and there is none to continue from: the position is a file and a place in it. */
class MySqlFirstGtidIT {

    private static final String ROWS = "SELECT * FROM products";

    @Test
    void serverThatHasNoGtidYet_isCopiedAndFollowed() throws Exception {
        try (MySqlServer server = MySqlServer.start();
                Shop shop = products(server)) {
            shop.sql(server.version().startsWith("8.0.") ? "RESET MASTER" : "RESET BINARY LOGS AND GTIDS");
            follow(shop);
            goOn(shop);
        }
    }

    /** As it is done while the server runs. */
    @Test
    void gtidsTurnedOnAfterThePositionWasStored_areNoGap() throws Exception {
        try (MySqlServer server = MySqlServer.start("--gtid-mode=OFF");
                Shop shop = products(server)) {
            follow(shop);
            shop.sql(
                    "SET GLOBAL gtid_mode = OFF_PERMISSIVE",
                    "SET GLOBAL gtid_mode = ON_PERMISSIVE",
                    "SET GLOBAL gtid_mode = ON");
            goOn(shop);
        }
    }

    private static Shop products(MySqlServer server) throws Exception {
        Shop shop = new Shop(new MySqlSource(server), TypesenseServer.shared());
        shop.sql(
                "CREATE TABLE products (id int PRIMARY KEY, name varchar(20))",
                "INSERT INTO products VALUES (1, 'copied'), (2, 'copied')");
        return shop.document("products");
    }

    private static void follow(Shop shop) throws Exception {
        try (Pipeline pipeline = shop.start()) {
            shop.awaitEqual("products", ROWS);
            shop.sql("INSERT INTO products VALUES (3, 'first')", "UPDATE products SET name = 'second' WHERE id = 1");
            shop.awaitEqual("products", ROWS);
            assertThat(shop.count("tidemark.source.restarts")).isZero();
            Shop.awaitHealthy(pipeline);
        }
    }

    /** Without another copy of the table. */
    private static void goOn(Shop shop) throws Exception {
        shop.sql("DELETE FROM products WHERE id = 2", "INSERT INTO products VALUES (4, 'meanwhile')");
        follow(shop, 5);
        shop.sql("DELETE FROM products WHERE id = 3");
        follow(shop, 6);
    }

    private static void follow(Shop shop, int id) throws Exception {
        try (Pipeline pipeline = shop.start()) {
            shop.awaitEqual("products", ROWS);
            shop.sql("INSERT INTO products VALUES (" + id + ", 'streamed')");
            shop.awaitEqual("products", ROWS);
            assertThat(shop.count("tidemark.snapshot.rows")).isZero();
            assertThat(shop.count("tidemark.source.restarts")).isZero();
            Shop.awaitHealthy(pipeline);
        }
    }
}
