package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.Commands;
import dev.tidemark.config.Config;
import dev.tidemark.pipeline.Pipeline;
import dev.tidemark.startup.StartupException;
import org.junit.jupiter.api.Test;

class PostgresRoutingIT extends RoutingContract {

    @Override
    SourceServer server() {
        return PostgresSource.shared();
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
                Shop.awaitHealthy(pipeline);
            }
        }
    }

    @Override
    String exactText() {
        return "text";
    }

    @Test
    void deletedRow_takesDocumentsWithItsUuid() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE tenants (code uuid, region int, PRIMARY KEY (code, region))",
                    "INSERT INTO tenants SELECT md5(i::text)::uuid, 1 FROM generate_series(1, 20) i",
                    "CREATE TABLE items (id int PRIMARY KEY, tenant uuid, region int)",
                    "INSERT INTO items SELECT i, md5((1 + i % 20)::text)::uuid, 1 + i / 50 FROM generate_series(1, 99) i");
            shop.document(
                    "items", "deleteWhere: { table: public.tenants, filter: \"tenant:=:code && region:=:region\" }");
            String left = "SELECT id, tenant::text AS tenant, region FROM items i WHERE region = 2 OR EXISTS"
                    + " (SELECT FROM tenants t WHERE t.code = i.tenant)";
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("items", left);
                shop.sql("DELETE FROM tenants WHERE code IN (md5('3')::uuid, md5('4')::uuid)");
                shop.awaitEqual("items", left);
                Shop.awaitHealthy(pipeline);
            }
        }
    }

    @Test
    void tableThatDoesNotTellTheIdBefore_isRefused() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE stock (no int, sku text NOT NULL, PRIMARY KEY (no)) PARTITION BY RANGE (no)",
                    "CREATE TABLE stock_1 PARTITION OF stock FOR VALUES FROM (0) TO (100)",
                    "ALTER TABLE stock REPLICA IDENTITY FULL");
            shop.document("stock", "id: {cel: row.sku}");
            assertThatThrownBy(shop::start)
                    .isInstanceOf(StartupException.class)
                    .hasMessageContainingAll("sku", "ALTER TABLE \"public\".\"stock_1\" REPLICA IDENTITY FULL");
            assertThat(Commands.run("check", "-c", shop.configFile().toString()).code())
                    .isEqualTo(2);
            shop.sql("ALTER TABLE stock_1 REPLICA IDENTITY FULL", "INSERT INTO stock VALUES (1, 'a')");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("stock", "SELECT sku AS id, no, sku FROM stock");
                shop.sql("UPDATE stock SET sku = 'b'");
                shop.awaitEqual("stock", "SELECT sku AS id, no, sku FROM stock");
                Shop.awaitHealthy(pipeline);
            }
        }
    }

    @Test
    void identityThatTellsAllThatTheExpressionReads_isEnough() throws Exception {
        try (Shop shop = open()) {
            shop.sql("CREATE TABLE plain (no int PRIMARY KEY)", "INSERT INTO plain VALUES (1)");
            shop.document("plain", "id: {cel: \"'n' + string(row.no)\"}");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("plain", "SELECT 'n' || no AS id, no FROM plain");
                shop.sql("UPDATE plain SET no = 2");
                shop.awaitEqual("plain", "SELECT 'n' || no AS id, no FROM plain");
                Shop.awaitHealthy(pipeline);
            }
        }
    }

    /** A large value that an update leaves alone is told by the row before. */
    @Test
    void unchangedToastInAnId_isKnown() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE pages (no int PRIMARY KEY, body text, seen int)",
                    "ALTER TABLE pages ALTER COLUMN body SET STORAGE EXTERNAL",
                    "ALTER TABLE pages REPLICA IDENTITY FULL",
                    "INSERT INTO pages VALUES (1, repeat('x', 9000), 1)");
            shop.document("pages", "id: {cel: hash(row.body)}", "fields: {seen: ~}");
            String expected = "SELECT encode(sha256(body::bytea), 'hex') AS id, seen FROM pages";
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("pages", expected);
                shop.sql("UPDATE pages SET seen = 2");
                shop.awaitEqual("pages", expected);
                shop.sql("UPDATE pages SET body = repeat('y', 9000)");
                shop.awaitEqual("pages", expected);
                Shop.awaitHealthy(pipeline);
            }
        }
    }
}
