package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.contract.MySqlSource;
import dev.tidemark.contract.Shop;
import dev.tidemark.testkit.mysql.MySqlServer;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code snapshot: never}: no initial load, and else a run like any other. */
class NeverLoadedIT {

    private static final String LATER = "SELECT id, name FROM products WHERE id > 3";

    private static Shop with(Shop shop) {
        shop.sql(
                "CREATE TABLE products (id int PRIMARY KEY, name varchar(40))",
                "INSERT INTO products VALUES (1, 'old'), (2, 'old'), (3, 'old')");
        return shop.document("products").withSource("snapshot: never");
    }

    @Test
    @Tag("long")
    void postgres_resumesFromTheSlotThatExists_andAfterEachEnd() throws Exception {
        try (Shop shop = with(Shop.onSharedServers())) {
            shop.sql(
                    "CREATE PUBLICATION " + shop.slot() + " FOR TABLE products",
                    "SELECT pg_create_logical_replication_slot('" + shop.slot() + "', 'pgoutput')",
                    "INSERT INTO products VALUES (4, 'before the first start')");
            Service.Ended check =
                    Service.command("check", "-c", shop.configFile().toString());
            assertThat(check.output()).contains("exists; it is used");
            streamsOverKillAndRestart(shop);
            SlotIT.awaitNoReader(shop);
            shop.sql("SELECT pg_drop_replication_slot('" + shop.slot() + "')");
            for (String command : new String[] {"run", "check"}) {
                Service.Ended lost =
                        Service.command(command, "-c", shop.configFile().toString());
                assertThat(lost.output()).contains("slot " + shop.slot() + " does not exist");
                assertThat(lost.code()).as(command).isEqualTo(2);
            }
        }
    }

    @Test
    void postgres_withoutASlot_beginsWithTheFirstStart() throws Exception {
        try (Shop shop = with(Shop.onSharedServers())) {
            streamsOverKillAndRestart(shop);
        }
    }

    @Test
    void mySql_beginsWithTheFirstStart() throws Exception {
        try (Shop shop = with(new Shop(new MySqlSource(MySqlServer.shared()), TypesenseServer.shared()))) {
            streamsOverKillAndRestart(shop);
        }
    }

    /** Without GTIDs, and killed before anything but its beginning is stored. */
    @Test
    @Tag("long")
    void mySql_withoutGtids_missesNothingAfterAKillAtTheFirstStart() throws Exception {
        try (MySqlServer server = MySqlServer.start("--gtid-mode=OFF", "--enforce-gtid-consistency=OFF");
                Shop shop = with(new Shop(new MySqlSource(server), TypesenseServer.shared()))) {
            streamsOverKillAndRestart(shop);
        }
    }

    private static void streamsOverKillAndRestart(Shop shop) throws Exception {
        try (Service first = Service.run(shop.configFile())) {
            first.awaitLine("the source is connected");
            first.kill();
        }
        shop.sql("INSERT INTO products VALUES (5, 'after the kill')");
        try (Service second = Service.run(shop.configFile())) {
            shop.awaitEqual("products", LATER);
            shop.sql("INSERT INTO products VALUES (6, 'streamed')", "DELETE FROM products WHERE id = 5");
            shop.awaitEqual("products", LATER);
            second.terminate();
            assertThat(second.awaitEnd().code()).isZero();
        }
        shop.sql("INSERT INTO products VALUES (7, 'while it was stopped')");
        renamed(shop);
    }

    /** A changed mapping is reported, and documents of rows that do not change stay. */
    private static void renamed(Shop shop) throws IOException {
        shop.withoutDocuments().document("products", "fields: { title: name }");
        try (Service third = Service.run(shop.configFile())) {
            third.awaitLine("WARN", "the mapping of collection", "snapshot: never", "load -c FILE --table");
            shop.awaitEqual(
                    "products",
                    "SELECT id, CASE WHEN id < 7 THEN name END AS name, CASE WHEN id = 7 THEN name END AS title"
                            + " FROM products WHERE id > 3");
            third.terminate();
            assertThat(third.awaitEnd().code()).isZero();
        }
    }
}
