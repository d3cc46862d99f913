package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.Commands;
import dev.tidemark.Pipeline;
import dev.tidemark.config.ConfigException;
import org.junit.jupiter.api.Test;

/** Which table's rows go where, and under which id; on real servers of both kinds. */
abstract class RoutingContract {

    /** A database of its own. */
    abstract Shop open() throws Exception;

    /** The texts put together, as the database's SQL does it. */
    static String all(String... tables) {
        StringBuilder union = new StringBuilder();
        for (String table : tables) {
            union.append(union.isEmpty() ? "" : " UNION ALL ")
                    .append("SELECT concat('" + table + ":', id) AS id, total FROM orders_" + table);
        }
        return union.toString();
    }

    @Test
    void tablesOfAPattern_shareACollection_andANewOneIsTakenAtTheNextStart() throws Exception {
        try (Shop shop = open()) {
            shop.sql(
                    "CREATE TABLE orders_1 (id int PRIMARY KEY, total int)",
                    "CREATE TABLE orders_2 (id int PRIMARY KEY, total int)",
                    "CREATE TABLE orders_old (id int PRIMARY KEY, total int)",
                    "CREATE VIEW orders_3 AS SELECT * FROM orders_old",
                    "INSERT INTO orders_1 VALUES (1, 10), (2, 20)",
                    "INSERT INTO orders_2 VALUES (1, 30)",
                    "INSERT INTO orders_old VALUES (9, 90)");
            shop.documentsOf("orders_(\\d+)", "orders", "idPrefix: '$1:'");
            String file = shop.configFile().toString();
            Commands.Ended check = Commands.run("check", "-c", file);
            assertThat(check.code()).as(check.out() + check.err()).isZero();
            Commands.Ended plan = Commands.run("plan", "-c", file, "--sample", "5");
            assertThat(plan.code()).as(plan.out() + plan.err()).isZero();
            assertThat(plan.out()).contains("orders_1", "orders_2").doesNotContain("orders_3", "orders_old");
            Commands.Ended keys = Commands.run("keys", "create", "-c", file, "--dry-run");
            assertThat(keys.code()).as(keys.err()).isZero();
            assertThat(keys.out()).contains(shop.collection("orders"));
            Commands.Ended offsets = Commands.run("offsets", "show", "-c", file);
            assertThat(offsets.out()).contains("no position is stored");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("orders", all("1", "2"));
                shop.sql(
                        "INSERT INTO orders_2 VALUES (2, 40)",
                        "UPDATE orders_1 SET total = 11 WHERE id = 1",
                        "TRUNCATE TABLE orders_1",
                        "INSERT INTO orders_1 VALUES (5, 50)");
                shop.awaitEqual("orders", all("1", "2"));
                assertThat(pipeline.health().conditions()).isEmpty();
            }
            shop.sql("CREATE TABLE orders_77 (id int PRIMARY KEY, total int)", "INSERT INTO orders_77 VALUES (1, 7)");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("orders", all("1", "2", "77"));
                shop.sql("INSERT INTO orders_77 VALUES (2, 8)", "DELETE FROM orders_77 WHERE id = 1");
                shop.awaitEqual("orders", all("1", "2", "77"));
                assertThat(pipeline.health().conditions()).isEmpty();
            }
        }
    }

    @Test
    void patternThatMatchesNothing_isRefused_withTheTablesThereAre() throws Exception {
        try (Shop shop = open()) {
            shop.sql("CREATE TABLE orders_one (id int PRIMARY KEY)");
            shop.documentsOf("orders_(\\d+)", "orders");
            assertThatThrownBy(shop::config)
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContainingAll("documents[0].table: matches no table", "orders_one");
            assertThat(Commands.run("check", "-c", shop.configFile().toString()).code())
                    .isEqualTo(2);
        }
    }
}
