package dev.tidemark.connector.mysql.ddl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.connector.data.TableId;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowStatementTest {

    private static final TableId TABLE = new TableId("shop", "products");

    private static boolean concerns(String sql) {
        RowStatement statement = Objects.requireNonNull(RowStatement.of(sql, "shop"), sql);
        return !statement.names() || statement.targets().stream().anyMatch(target -> target.is(TABLE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO products VALUES (1)",
                "insert low_priority ignore `products` (a) select 1",
                "/* x */ REPLACE shop.products VALUES (1)",
                "REPLACE INTO `shop` . `Products` SET a = 1",
                "UPDATE products SET a = 1",
                "UPDATE LOW_PRIORITY other o JOIN shop.products p ON o.id = p.id SET o.a = 1",
                "DELETE QUICK FROM products WHERE id = 1",
                "DELETE o FROM other o, products USING x",
                "WITH x AS (SELECT 1) DELETE FROM products",
                "LOAD DATA LOCAL INFILE 'products.csv' REPLACE INTO TABLE products (a, b)",
                "CREATE TABLE products SELECT * FROM other",
                "CREATE TABLE IF NOT EXISTS shop.products (id INT) AS SELECT 1 AS id",
                "SELECT `shop`.`f`(1)",
                "DO f()",
            })
    void statements_thatMayChangeTheTable(String sql) {
        assertThat(concerns(sql)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "REPLACE INTO percona.checksums (db) SELECT COUNT(*) FROM shop.products FORCE INDEX (PRIMARY)",
                "INSERT INTO other SELECT * FROM products",
                "UPDATE other SET a = (SELECT MAX(id) FROM products)",
                "DELETE FROM other WHERE id IN (SELECT id FROM products)",
                "UPDATE elsewhere.products SET a = 1",
                "INSERT INTO other VALUES ('products')",
                "CREATE TABLE other AS SELECT * FROM products",
            })
    void statements_thatOnlyReadIt(String sql) {
        assertThat(concerns(sql)).isFalse();
    }

    @Test
    void statements_thatChangeNoRows_areNone() {
        assertThat(RowStatement.of("CREATE TABLE products (id INT)", "shop")).isNull();
        assertThat(RowStatement.of("CREATE TABLE products LIKE `select`", "shop"))
                .isNull();
        assertThat(RowStatement.of("CREATE VIEW v AS SELECT 1", "shop")).isNull();
        assertThat(RowStatement.of("XA COMMIT X'61',X'',1", "shop")).isNull();
        assertThat(RowStatement.of("", "")).isNull();
    }

    @Test
    void textThatIsCutOff_isRead() {
        assertThat(concerns("INSERT INTO products VALUES ('" + "x".repeat(100))).isTrue();
        assertThat(concerns("UPDATE other, products, `half")).isTrue();
        assertThat(concerns("INSERT INTO ")).isTrue();
    }

    @Test
    void xaStatements_areKnownByVerbAndName() {
        assertThat(XaStatement.of("XA START X'6162',X'',1"))
                .isEqualTo(new XaStatement(XaStatement.Verb.START, "X'6162',X'',1"));
        assertThat(XaStatement.of("XA COMMIT X'6162', X'',1"))
                .isEqualTo(new XaStatement(XaStatement.Verb.COMMIT, "X'6162',X'',1"));
        assertThat(XaStatement.of("XA ROLLBACK X'6162',X'',1"))
                .isEqualTo(new XaStatement(XaStatement.Verb.ROLLBACK, "X'6162',X'',1"));
        assertThat(XaStatement.of("XA END X'6162',X'',1")).isNull();
        assertThat(XaStatement.of("INSERT INTO xa VALUES (1)")).isNull();
    }
}
