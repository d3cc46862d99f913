package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.load.Load;
import dev.tidemark.pipeline.Pipeline;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Statements that move rows and leave none in the binlog: their table is loaded again, alongside the stream. */
class MySqlMovedRowsIT {

    private static final String ROWS = "SELECT id, name FROM products";

    private static Shop shop() throws IOException {
        Shop shop = new Shop(MySqlSource.shared(), TypesenseServer.shared());
        shop.sql(
                "CREATE TABLE products (id INT PRIMARY KEY, name VARCHAR(50)) PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (100),"
                        + " PARTITION p1 VALUES LESS THAN (200), PARTITION p2 VALUES LESS THAN MAXVALUE)",
                "INSERT INTO products VALUES (1, 'a'), (2, 'b'), (101, 'c'), (201, 'd')",
                "CREATE TABLE side (id INT PRIMARY KEY, name VARCHAR(50))",
                "INSERT INTO side VALUES (120, 'from the side')");
        return shop.document("products", "fields: {name: ~}");
    }

    private static List<Load.Cause> causes(Pipeline pipeline) {
        return Objects.requireNonNull(pipeline.operations()).snapshots().progress().stream()
                .map(load -> load.cause())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER TABLE products DROP PARTITION p0",
                "alter table products /* nightly */ truncate partition p0, p1",
                "ALTER TABLE products TRUNCATE PARTITION ALL",
                "ALTER TABLE products EXCHANGE PARTITION p1 WITH TABLE side",
            })
    void partitionsThatLoseOrTakeRows_areFollowed(String statement) throws Exception {
        try (Shop shop = shop();
                Pipeline pipeline = shop.start()) {
            shop.awaitEqual("products", ROWS);
            Shop.awaitStreaming(pipeline);
            shop.sql(statement, "INSERT INTO products VALUES (300, 'after')");
            shop.awaitEqual("products", ROWS);
            Shop.awaitStreaming(pipeline);
            assertThat(causes(pipeline)).contains(Load.Cause.AUTOMATIC);
            assertThat(pipeline.health().doubts()).isEmpty();
            assertThat(shop.count("tidemark.source.restarts")).isZero();
        }
    }

    @Test
    void partitionsThatKeepTheirRows_leadToNoLoad() throws Exception {
        try (Shop shop = shop();
                Pipeline pipeline = shop.start()) {
            shop.awaitEqual("products", ROWS);
            Shop.awaitStreaming(pipeline);
            shop.sql(
                    "ALTER TABLE products REORGANIZE PARTITION p2 INTO (PARTITION p2 VALUES LESS THAN (300), PARTITION p3 VALUES LESS THAN MAXVALUE)",
                    "ALTER TABLE products OPTIMIZE PARTITION p1",
                    "INSERT INTO products VALUES (300, 'after')");
            shop.awaitEqual("products", ROWS);
            Shop.awaitStreaming(pipeline);
            assertThat(causes(pipeline)).doesNotContain(Load.Cause.AUTOMATIC);
        }
    }

    /** What pt-online-schema-change calls its copy is a name that people give to tables, too. */
    @Test
    void tableSwappedInUnderTheNameOfACopy_isLoaded() throws Exception {
        try (Shop shop = shop();
                Pipeline pipeline = shop.start()) {
            shop.awaitEqual("products", ROWS);
            Shop.awaitStreaming(pipeline);
            shop.sql(
                    "CREATE TABLE _products_new (id INT PRIMARY KEY, name VARCHAR(50))",
                    "INSERT INTO _products_new VALUES (1, 'other'), (500, 'more')",
                    "RENAME TABLE products TO _products_old, _products_new TO products",
                    "INSERT INTO products VALUES (501, 'after')");
            shop.awaitEqual("products", ROWS);
            Shop.awaitStreaming(pipeline);
            assertThat(shop.size("products")).isEqualTo(3);
            assertThat(shop.count("tidemark.source.restarts")).isZero();
        }
    }
}
