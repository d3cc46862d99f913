package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.admin.Operations;
import dev.tidemark.approval.Approval;
import dev.tidemark.pipeline.Pipeline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract on MySQL, and what only MySQL has. */
class MySqlContractIT extends ConnectorContract {

    @Override
    SourceServer server() {
        return MySqlSource.shared();
    }

    @Test
    void statementsThatDoNotBearToBeReadTwice_areNot() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE products (id int PRIMARY KEY, name varchar(20), old varchar(20))",
                    "INSERT INTO products VALUES (1, 'a', 'x')");
            shop.document("products", "fields: {name: ~}");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("products", "SELECT id, name FROM products");
                Shop.awaitStreaming(pipeline);
                shop.sql(
                        "ALTER TABLE products RENAME COLUMN old TO young",
                        "CREATE TABLE _products_gho LIKE products",
                        "INSERT INTO _products_gho SELECT * FROM products",
                        "RENAME TABLE products TO _products_del, _products_gho TO products");
                awaitHistory(shop, "_products_del");
            }
            // The offset that was stored last may stand before those statements: then they come once more.
            shop.sql("INSERT INTO products VALUES (2, 'b', 'y')");
            try (Pipeline again = shop.start()) {
                shop.awaitEqual("products", "SELECT id, name FROM products");
                Shop.awaitHealthy(again);
            }
        }
    }

    private static void awaitHistory(Shop shop, String words) {
        await().untilAsserted(() -> assertThat(Files.readString(shop.state().resolve("schema-history.jsonl")))
                .contains(words));
    }

    @Test
    void onlineSchemaChange_swapsTheTable_andGoesOn() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE products (id int PRIMARY KEY, name varchar(20) NOT NULL)",
                    "INSERT INTO products SELECT i, 'first' FROM " + numbers(200));
            shop.document("products");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("products", "SELECT * FROM products");
                shop.sql(
                        "CREATE TABLE _products_gho LIKE products",
                        "ALTER TABLE _products_gho ADD COLUMN stock int",
                        "INSERT INTO _products_gho (id, name) SELECT id, name FROM products",
                        "UPDATE products SET name = 'meanwhile' WHERE id < 10",
                        "UPDATE _products_gho SET name = 'meanwhile' WHERE id < 10",
                        "RENAME /* gh-ost */ TABLE products TO _products_del, _products_gho TO products",
                        "DROP TABLE _products_del",
                        "UPDATE products SET stock = 5 WHERE id < 20",
                        "INSERT INTO products VALUES (1000, 'new', 7)");
                shop.awaitEqual("products", "SELECT * FROM products");
                assertThat(shop.count("tidemark.source.restarts")).isZero();
                Shop.awaitHealthy(pipeline);
            }
        }
    }

    @Test
    void tableThatTakesTheName_isReadAsAWhole() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE products (id int PRIMARY KEY, name varchar(20) NOT NULL)",
                    "INSERT INTO products SELECT i, 'old' FROM " + numbers(50),
                    "CREATE TABLE incoming (id int PRIMARY KEY, name varchar(20) NOT NULL)",
                    "INSERT INTO incoming SELECT i + 25, 'other' FROM " + numbers(50));
            shop.document("products");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("products", "SELECT * FROM products");
                Shop.awaitStreaming(pipeline);
                shop.sql(
                        "RENAME TABLE products TO outgoing, incoming TO products",
                        "DELETE FROM products WHERE id = 30");
                shop.awaitEqual("products", "SELECT * FROM products");
                shop.sql("INSERT INTO products VALUES (1, 'streamed')");
                shop.awaitEqual("products", "SELECT * FROM products");
                await().untilAsserted(
                                () -> assertThat(pipeline.health().conditions()).isEmpty());
            }
            try (Pipeline again = shop.start()) {
                shop.sql("INSERT INTO products VALUES (2, 'again')");
                shop.awaitEqual("products", "SELECT * FROM products");
                assertThat(shop.count("tidemark.snapshot.rows")).isZero();
                Shop.awaitHealthy(again);
            }
        }
    }

    /** The statement is in the binlog, and so the table needs no identity alongside its name. */
    @Test
    void tableThatTakesTheName_whileStopped_isReadAsAWhole() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE products (id int PRIMARY KEY, name varchar(20) NOT NULL)",
                    "INSERT INTO products SELECT i, 'old' FROM " + numbers(50),
                    "CREATE TABLE incoming (id int PRIMARY KEY, name varchar(20) NOT NULL)",
                    "INSERT INTO incoming SELECT i + 25, 'other' FROM " + numbers(50));
            shop.document("products");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("products", "SELECT * FROM products");
                Shop.awaitStreaming(pipeline);
            }
            shop.sql("RENAME TABLE products TO outgoing, incoming TO products");
            try (Pipeline again = shop.start()) {
                shop.awaitEqual("products", "SELECT * FROM products");
                shop.sql("INSERT INTO products VALUES (3, 'third')");
                shop.awaitEqual("products", "SELECT * FROM products");
                Shop.awaitHealthy(again);
            }
        }
    }

    @Test
    void droppedTable_losesItsDocumentsOnceApproved_andMayBeCreatedAgain() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE products (id int PRIMARY KEY, name varchar(20) NOT NULL)",
                    "INSERT INTO products SELECT i, 'first' FROM " + numbers(50));
            shop.document("products");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("products", "SELECT * FROM products");
                shop.sql("CREATE TABLE IF NOT EXISTS products (id int)", "INSERT INTO products VALUES (60, 'same')");
                shop.awaitEqual("products", "SELECT * FROM products");
                shop.sql("DROP TABLE products");
                await().until(() -> pipeline.status().approvals().size() == 1);
                assertThat(shop.documents("products")).as("held back").hasSize(51);
                shop.sql(
                        "CREATE TABLE products (id int PRIMARY KEY, name varchar(20) NOT NULL, extra int)",
                        "INSERT INTO products VALUES (1, 'second', 5), (100, 'second', NULL)");
                await().until(() -> shop.documents("products").containsKey("100"));
                // The new column has the table read again, with a sweep: that does not settle what the operator owes.
                assertThat(shop.documents("products")).as("still held back").hasSize(52);
                Operations operations = Objects.requireNonNull(pipeline.operations());
                operations
                        .approvals()
                        .decide(pipeline.status().approvals().get(0).id(), Approval.Verdict.APPROVED);
                shop.awaitEqual("products", "SELECT * FROM products");
                Shop.awaitHealthy(pipeline);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void lostSchemaHistory_isFollowedByAResync(boolean damaged) throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE products (id int PRIMARY KEY, name varchar(20))",
                    "INSERT INTO products VALUES (1, 'a')");
            shop.document("products");
            try (Pipeline first = shop.start()) {
                shop.awaitEqual("products", "SELECT * FROM products");
                await().until(() -> first.status().position() != null);
            }
            Path history = shop.state().resolve("schema-history.jsonl");
            if (damaged) {
                Files.writeString(history, Files.readString(history).replaceFirst("position|server", "damaged"));
            } else {
                Files.delete(history);
            }
            shop.sql("DELETE FROM products", "INSERT INTO products VALUES (2, 'b')");
            try (Pipeline again = shop.start()) {
                shop.awaitEqual("products", "SELECT * FROM products");
                await().until(() -> again.status().state().equals("streaming"));
                shop.sql("ALTER TABLE products ADD COLUMN n int", "INSERT INTO products VALUES (3, 'c', 7)");
                shop.awaitEqual("products", "SELECT * FROM products");
                Shop.awaitHealthy(again);
            }
        }
    }

    @Test
    void endedConnection_isAnsweredByANewEngine() throws Exception {
        try (Shop shop = open()) {
            shop.sql("CREATE TABLE products (id int PRIMARY KEY, name varchar(20))");
            shop.document("products");
            try (Pipeline pipeline = shop.start()) {
                Shop.awaitStreaming(pipeline);
                shop.sql("INSERT INTO products VALUES (1, 'a')");
                shop.awaitEqual("products", "SELECT * FROM products");
                DumpThreads.kill(shop);
                shop.sql("INSERT INTO products VALUES (2, 'b')");
                await().untilAsserted(() -> shop.assertEqual("products", "SELECT * FROM products"));
                // The connection that ends may still have sent the row.
                await().untilAsserted(() ->
                        assertThat(shop.count("tidemark.source.restarts")).isPositive());
                await().untilAsserted(
                                () -> assertThat(pipeline.health().conditions()).isEmpty());
            }
        }
    }
}
