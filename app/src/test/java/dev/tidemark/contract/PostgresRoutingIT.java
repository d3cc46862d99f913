package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.Pipeline;
import dev.tidemark.config.Config;
import org.junit.jupiter.api.Test;

class PostgresRoutingIT extends RoutingContract {

    @Override
    Shop open() throws Exception {
        return Shop.onSharedServers();
    }

    @Test
    void partitions_areLeftOut_theirRowsAreTheRoots() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE orders_1 (id int, total int, PRIMARY KEY (id)) PARTITION BY RANGE (id)",
                    "CREATE TABLE orders_11 PARTITION OF orders_1 FOR VALUES FROM (0) TO (100) PARTITION BY RANGE (id)",
                    "CREATE TABLE orders_111 PARTITION OF orders_11 FOR VALUES FROM (0) TO (50)",
                    "CREATE TABLE orders_112 PARTITION OF orders_11 FOR VALUES FROM (50) TO (100)",
                    "CREATE TABLE orders_2 (id int PRIMARY KEY, total int)",
                    "INSERT INTO orders_1 VALUES (1, 10), (60, 20)");
            shop.documentsOf("orders_(\\d+)", "orders", "idPrefix: '$1:'");
            assertThat(shop.config().documents())
                    .extracting(Config.Document::idPrefix)
                    .containsExactly("1:", "2:");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("orders", all("1", "2"));
                shop.sql("INSERT INTO orders_111 VALUES (2, 30)", "INSERT INTO orders_2 VALUES (2, 40)");
                shop.awaitEqual("orders", all("1", "2"));
                assertThat(pipeline.health().conditions()).isEmpty();
            }
        }
    }
}
