package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.contract.Shop;
import java.time.Duration;
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

    /** Seen between two engines, of which the second would start: the gap stays one when the publication is mended. */
    @Test
    void kindOfChangeRemovedWhileTheConnectionIsAway_staysTold() throws Exception {
        try (Shop shop = Shop.onSharedServers()) {
            Load load = Load.on(shop, 17);
            try (Service service = Service.run(shop.configFile())) {
                load.awaitEqual(service);
                service.awaitLine("snapshot complete");
                shop.sql(
                        "ALTER PUBLICATION " + shop.slot() + " SET (publish = 'insert, update')",
                        "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = '"
                                + shop.slot() + "'");
                service.awaitLine("WARN", "every kind of change");
                shop.sql(
                        "DELETE FROM orders WHERE no < 50",
                        "ALTER PUBLICATION " + shop.slot() + " SET (publish = 'insert, update, delete, truncate')");
                service.runFor(Duration.ofSeconds(15)); // the next attempt comes after 10
                assertThat(service.get("/health/ready").statusCode()).isEqualTo(503);
                service.kill();
            }
            restartedAndEqual(shop, load);
        }
    }

    /** The start that refuses tells what closes the gap; once it is closed, only what was recorded before tells that there was one. */
    @Test
    void kindOfChangeRemovedWhileStopped_isReadAgain_afterARefusedStart() throws Exception {
        try (Shop shop = Shop.onSharedServers()) {
            Load load = Load.on(shop, 16);
            try (Service service = Service.run(shop.configFile())) {
                load.awaitEqual(service);
                service.awaitLine("snapshot complete");
                service.terminate();
                assertThat(service.awaitEnd().code()).isZero();
            }
            shop.sql(
                    "ALTER PUBLICATION " + shop.slot() + " SET (publish = 'insert, update')",
                    "DELETE FROM orders WHERE no < 50");
            try (Service refused = Service.run(shop.configFile())) {
                assertThat(refused.awaitEnd().code()).isEqualTo(2);
                assertThat(refused.output()).contains("every kind of change", "ALTER PUBLICATION");
            }
            shop.sql("ALTER PUBLICATION " + shop.slot() + " SET (publish = 'insert, update, delete, truncate')");
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
