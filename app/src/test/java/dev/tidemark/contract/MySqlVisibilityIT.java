package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.pipeline.Pipeline;
import dev.tidemark.testkit.mysql.MySqlServer;
import dev.tidemark.testkit.typesense.TypesenseServer;
import org.junit.jupiter.api.Test;

/** A commit that the server holds back is in the binlog, and other sessions do not see it: nothing older than it is written. */
class MySqlVisibilityIT {

    @Test
    void joinedDocument_isReadWhenTheChangeIsVisible() throws Exception {
        // The binlog is sent when it is written, then the commit waits for a second before it continues.
        try (MySqlServer server = MySqlServer.start("--sync-binlog=0");
                Shop shop = new Shop(new MySqlSource(server), TypesenseServer.shared())) {
            shop.sql(
                    "CREATE TABLE brands (id int PRIMARY KEY, name varchar(100))",
                    "CREATE TABLE products (id int PRIMARY KEY, brand_id int)",
                    "INSERT INTO brands VALUES (1, 'old')",
                    "INSERT INTO products VALUES (1, 1), (2, 1)");
            shop.document(
                    "products",
                    "query: SELECT p.id, b.name FROM products p JOIN brands b ON b.id = p.brand_id WHERE p.id IN (:ids)",
                    "dependsOn: [{ table: " + shop.name()
                            + ".brands, ids: SELECT id FROM products WHERE brand_id = :id }]");
            String rows = "SELECT p.id, b.name FROM products p JOIN brands b ON b.id = p.brand_id";
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("products", rows);
                Shop.awaitStreaming(pipeline);
                shop.sql("SET GLOBAL binlog_group_commit_sync_delay = 1000000");
                shop.sql("UPDATE brands SET name = 'new'");
                shop.awaitEqual("products", rows);
                assertThat(shop.documents("products").toString())
                        .contains("new")
                        .doesNotContain("old");
                Shop.awaitHealthy(pipeline);
            }
        }
    }
}
