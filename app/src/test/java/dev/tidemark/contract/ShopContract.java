package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.testkit.typesense.TypesenseServer;

/** What the contracts share: a shop on a database of a kind, and products in it. The servers are the same for all of them. */
abstract class ShopContract {

    static final String PRODUCTS = "SELECT id, name, price, body FROM products";
    static final String CREATE_PRODUCTS =
            "CREATE TABLE products (id int PRIMARY KEY, name varchar(100) NOT NULL, price decimal(10,2), body varchar(100))";

    /** The database's server. */
    abstract SourceServer server();

    /** A database of its own. */
    final Shop open() throws Exception {
        return new Shop(server(), TypesenseServer.shared());
    }

    final String numbers(int count) {
        return server().numbers(count);
    }

    final String insertProducts(int count) {
        return "INSERT INTO products SELECT i, concat('product ', i), i * 1.25, 'body' FROM " + numbers(count);
    }

    /** A document can be read before its flush has counted it. */
    static void awaitDocuments(Shop shop, String action, double count) {
        await().untilAsserted(() -> assertThat(documents(shop, action)).isEqualTo(count));
    }

    static double documents(Shop shop, String action) {
        return shop.count("tidemark.documents", "action", action, "outcome", "ok");
    }
}
