package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemark.pipeline.Pipeline;
import dev.tidemark.startup.StartupException;
import org.junit.jupiter.api.Test;

class PostgresJoinedIT extends JoinedContract {

    @Override
    SourceServer server() {
        return PostgresSource.shared();
    }

    @Override
    String list(String text) {
        return "string_agg(" + text + ", ',' ORDER BY " + text + ")";
    }

    @Test
    void dependencyThatDoesNotTellItsParentBefore_isRefused() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE products (id int PRIMARY KEY)",
                    "CREATE TABLE reviews (id int PRIMARY KEY, product_id int)");
            shop.document(
                    "products",
                    "query: SELECT id FROM products WHERE id IN (:ids)",
                    "dependsOn: [{ table: public.reviews, ids: ':product_id' }]");
            assertThatThrownBy(shop::start)
                    .isInstanceOf(StartupException.class)
                    .hasMessageContainingAll("product_id", "ALTER TABLE \"public\".\"reviews\" REPLICA IDENTITY FULL");
        }
    }

    @Test
    void aggregates_areArraysAndJson() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE products (id bigserial PRIMARY KEY, at timestamptz, seen date)",
                    "CREATE TABLE parts (product_id bigint, name text, amount int, PRIMARY KEY (product_id, name))",
                    "INSERT INTO products VALUES (1, '2026-01-01 00:00:00+00', '2026-01-02'), (2, NULL, NULL)",
                    "INSERT INTO parts VALUES (1, 'a', 1), (1, 'b,c', 2)");
            shop.document(
                    "products",
                    "query: |",
                    "  SELECT p.*, array_agg(x.name ORDER BY x.name) FILTER (WHERE x.name IS NOT NULL) AS names,",
                    "    array_agg(x.amount ORDER BY x.name) FILTER (WHERE x.name IS NOT NULL) AS amounts,",
                    "    json_agg(json_build_object('n', x.name)) FILTER (WHERE x.name IS NOT NULL) AS parts,",
                    "    sum(x.amount) AS total, avg(x.amount)::numeric(10,2) AS mean, count(x.*) > 1 AS many",
                    "  FROM products p LEFT JOIN parts x ON x.product_id = p.id",
                    "  WHERE p.id IN (:ids) GROUP BY p.id -- :ids",
                    "dependsOn:",
                    "  - { table: public.parts, ids: ':product_id' }",
                    "fields: { names: ~, amounts: ~, parts: { type: 'object[]' }, at: ~, total: ~, mean: ~, many: ~ }");
            try (Pipeline pipeline = shop.start()) {
                await().untilAsserted(() -> assertThat(shop.size("products")).isEqualTo(2));
                JsonNode one = shop.documentOf("products", "1");
                assertThat(one.path("names").toString()).isEqualTo("[\"a\",\"b,c\"]");
                assertThat(one.path("amounts").toString()).isEqualTo("[1,2]");
                assertThat(one.path("parts").toString()).isEqualTo("[{\"n\":\"a\"},{\"n\":\"b,c\"}]");
                assertThat(one.path("at").asLong()).isEqualTo(1767225600);
                assertThat(one.path("total").asLong()).isEqualTo(3);
                assertThat(one.path("mean").asDouble()).isEqualTo(1.5);
                assertThat(one.path("many").asBoolean()).isTrue();
                assertThat(shop.field("products", "names").path("type").asText())
                        .isEqualTo("string[]");
                assertThat(shop.field("products", "amounts").path("type").asText())
                        .isEqualTo("int32[]");
                assertThat(shop.documentOf("products", "2").toString()).isEqualTo("{\"id\":\"2\",\"many\":false}");
                shop.sql("INSERT INTO parts VALUES (2, 'z', 9)");
                await().untilAsserted(() -> assertThat(
                                shop.documentOf("products", "2").path("names").toString())
                        .isEqualTo("[\"z\"]"));
                Shop.awaitHealthy(pipeline);
            }
        }
    }
}
