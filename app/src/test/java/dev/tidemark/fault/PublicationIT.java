package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.contract.Shop;
import org.junit.jupiter.api.Test;

/** Somebody changes the publication: the database then sends nothing of a table, without a word of its own. */
class PublicationIT {

    @Test
    void tableRemovedWhileRunning_isToldAndReadAgain() throws Exception {
        spoiled("ALTER PUBLICATION %s DROP TABLE orders", "public.orders");
    }

    @Test
    void publicationDroppedWhileRunning_isToldAndReadAgain() throws Exception {
        spoiled("DROP PUBLICATION %s", "publi");
    }

    @Test
    void kindOfChangeRemovedWhileRunning_isTold_withTheStatementThatMendsIt() throws Exception {
        try (Shop shop = Shop.onSharedServers()) {
            Load load = Load.on(shop, 15);
            try (Service service = Service.run(shop.configFile())) {
                load.awaitEqual(service);
                service.awaitLine("snapshot complete");
                shop.sql("ALTER PUBLICATION " + shop.slot() + " SET (publish = 'insert, update')");
                service.awaitLine("WARN", "every kind of change", "ALTER PUBLICATION", "then restart");
                shop.sql(
                        "DELETE FROM orders WHERE no < 50",
                        "ALTER PUBLICATION " + shop.slot() + " SET (publish = 'insert, update, delete, truncate')");
                service.kill();
            }
            restartedAndEqual(shop, load);
        }
    }

    private static void spoiled(String sql, String names) throws Exception {
        try (Shop shop = Shop.onSharedServers()) {
            Load load = Load.on(shop, 13);
            try (Service service = Service.run(shop.configFile())) {
                load.awaitEqual(service);
                service.awaitLine("snapshot complete");
                shop.sql(
                        sql.replace("%s", shop.slot()),
                        "DELETE FROM orders WHERE no < 50",
                        "INSERT INTO orders VALUES (1, 9999, 'lost')");
                service.awaitLine("WARN", "publication " + shop.slot(), names);
                service.kill();
            }
            restartedAndEqual(shop, load);
        }
    }

    @Test
    void tableRemovedWhileStopped_isReadAgain() throws Exception {
        try (Shop shop = Shop.onSharedServers()) {
            Load load = Load.on(shop, 14);
            try (Service service = Service.run(shop.configFile())) {
                load.awaitEqual(service);
                service.awaitLine("snapshot complete");
                service.terminate();
                assertThat(service.awaitEnd().code()).isZero();
            }
            shop.sql("ALTER PUBLICATION " + shop.slot() + " DROP TABLE orders", "DELETE FROM orders WHERE no < 50");
            restartedAndEqual(shop, load);
        }
    }

    private static void restartedAndEqual(Shop shop, Load load) throws Exception {
        try (Service again = Service.run(shop.configFile())) {
            load.awaitEqual(again);
            shop.sql("DELETE FROM orders WHERE no BETWEEN 50 AND 60");
            load.awaitEqual(again);
            again.terminate();
            assertThat(again.awaitEnd().code()).isZero();
        }
    }
}
