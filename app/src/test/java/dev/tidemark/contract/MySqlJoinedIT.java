package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemark.pipeline.Pipeline;
import org.junit.jupiter.api.Test;

class MySqlJoinedIT extends JoinedContract {

    @Override
    SourceServer server() {
        return MySqlSource.shared();
    }

    @Override
    String list(String text) {
        return "GROUP_CONCAT(" + text + " ORDER BY " + text + ")";
    }

    @Test
    void types_areThoseOfTheTables_andAggregatesJson() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE products (id bigint unsigned PRIMARY KEY, on_sale tinyint(1), size enum('s', 'm'),"
                            + " at timestamp NULL, made year, place point)",
                    "CREATE TABLE parts (product_id bigint unsigned, name varchar(2000), PRIMARY KEY (product_id, name(100)))",
                    "INSERT INTO products VALUES (18446744073709551615, 1, 'm', from_unixtime(1767225600), 2026,"
                            + " ST_GeomFromText('POINT(1.5 2.5)')), (2, NULL, NULL, NULL, NULL, NULL)",
                    "INSERT INTO parts VALUES (18446744073709551615, repeat('x', 1500))");
            shop.document(
                    "products",
                    "query: |",
                    "  SELECT p.*, (SELECT JSON_ARRAYAGG(x.name) FROM parts x WHERE x.product_id = p.id) AS names,",
                    "    (SELECT GROUP_CONCAT(x.name) FROM parts x WHERE x.product_id = p.id) AS text,",
                    "    (SELECT COUNT(*) FROM parts x WHERE x.product_id = p.id) AS amount",
                    "  FROM products p WHERE p.id IN (:ids)",
                    "dependsOn:",
                    "  - { table: " + shop.name() + ".parts, ids: ':product_id' }",
                    "fields:",
                    "  names: { type: 'string[]' }",
                    "  text: ~",
                    "  on_sale: ~",
                    "  size: ~",
                    "  at: ~",
                    "  made: ~",
                    "  place: ~",
                    "  amount: ~");
            try (Pipeline pipeline = shop.start()) {
                await().untilAsserted(() -> assertThat(shop.size("products")).isEqualTo(2));
                JsonNode one = shop.documentOf("products", "18446744073709551615");
                assertThat(one.path("names").get(0).asText()).hasSize(1500);
                assertThat(one.path("text").asText()).hasSize(1500);
                assertThat(one.path("on_sale").toString()).isEqualTo("true");
                assertThat(one.path("size").asText()).isEqualTo("m");
                assertThat(one.path("at").asLong()).isEqualTo(1767225600);
                assertThat(one.path("made").asInt()).isEqualTo(2026);
                assertThat(one.path("place").isArray()).isTrue();
                assertThat(one.path("amount").asInt()).isEqualTo(1);
                shop.sql("INSERT INTO parts VALUES (2, 'z')");
                await().untilAsserted(() -> assertThat(
                                shop.documentOf("products", "2").path("names").toString())
                        .isEqualTo("[\"z\"]"));
                Shop.awaitHealthy(pipeline);
            }
        }
    }
}
