package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.contract.Shop;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Somebody changes the publication: the database then sends nothing of a table, and says nothing. All tables are loaded again. */
class PublicationIT {

    private static final String DELETE = "DELETE FROM orders WHERE no < 50";

    private interface Spoiling {
        void of(Shop shop, Service service) throws Exception;
    }

    @Test
    void tableRemovedWhileRunning_isToldAndReadAgain() throws Exception {
        spoiledWhileRunning((shop, service) -> {
            shop.sql(
                    "ALTER PUBLICATION " + shop.slot() + " DROP TABLE orders",
                    DELETE,
                    "INSERT INTO orders VALUES (1, 9999, 'lost')");
            service.awaitLine("WARN", "changes are lost", "publication " + shop.slot(), "public.orders");
        });
    }

    @Test
    @Tag("long")
    void publicationDroppedWhileRunning_isToldAndReadAgain() throws Exception {
        spoiledWhileRunning((shop, service) -> {
            shop.sql("DROP PUBLICATION " + shop.slot(), DELETE, "INSERT INTO orders VALUES (1, 9999, 'lost')");
            service.awaitLine("WARN", "changes are lost", "publication " + shop.slot());
        });
    }

    @Test
    void kindOfChangeRemovedWhileRunning_isTold_andFollowedByAResyncOnceItIsCorrected() throws Exception {
        spoiledWhileRunning((shop, service) -> {
            shop.sql(publish(shop, "insert, update"));
            service.awaitLine("WARN", "every kind of change", "ALTER PUBLICATION");
            assertThat(service.get("/health/ready").statusCode()).isEqualTo(503);
            shop.sql("UPDATE orders SET note = 'continues' WHERE no = 101", DELETE, publishAll(shop));
        });
    }

    /** Seen between two engines, of which the second would start: the gap stays one when the publication is fixed. */
    @Test
    @Tag("long")
    void kindOfChangeRemovedWhileTheConnectionIsAway_staysKnown() throws Exception {
        spoiledWhileRunning((shop, service) -> {
            shop.sql(
                    publish(shop, "insert, update"),
                    "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = '"
                            + shop.slot() + "'");
            service.awaitLine("WARN", "every kind of change");
            shop.sql(DELETE, publishAll(shop));
        });
    }

    @Test
    void tableRemovedWhileStopped_isReadAgain() throws Exception {
        try (Shop shop = Shop.onSharedServers()) {
            Load load = Load.on(shop, 14);
            runAndStop(shop, load);
            shop.sql("ALTER PUBLICATION " + shop.slot() + " DROP TABLE orders", DELETE);
            runAndStop(shop, load);
        }
    }

    /** The start that refuses tells what closes the gap; once it is closed, only what was recorded before tells that there was one. */
    @Test
    @Tag("long")
    void kindOfChangeRemovedWhileStopped_isReadAgain_afterARefusedStart() throws Exception {
        try (Shop shop = Shop.onSharedServers()) {
            Load load = Load.on(shop, 16);
            runAndStop(shop, load);
            shop.sql(publish(shop, "insert, update"), DELETE);
            try (Service rejected = Service.run(shop.configFile())) {
                assertThat(rejected.awaitEnd().code()).isEqualTo(2);
                assertThat(rejected.output()).contains("every kind of change", "ALTER PUBLICATION");
            }
            shop.sql(publishAll(shop));
            runAndStop(shop, load);
        }
    }

    private static String publishAll(Shop shop) {
        return publish(shop, "insert, update, delete, truncate");
    }

    private static String publish(Shop shop, String kinds) {
        return "ALTER PUBLICATION " + shop.slot() + " SET (publish = '" + kinds + "')";
    }

    private static void spoiledWhileRunning(Spoiling spoiling) throws Exception {
        try (Shop shop = Shop.onSharedServers()) {
            Load load = Load.on(shop, 13);
            try (Service service = Service.run(shop.configFile())) {
                load.awaitEqual(service);
                service.awaitLine("initial load is complete");
                // Of a later batch than the load's end, whose position is stored by then: a new engine resumes.
                shop.sql("UPDATE orders SET note = 'streamed' WHERE no = 100");
                load.awaitEqual(service);
                spoiling.of(shop, service);
                load.awaitEqual(service);
                service.awaitLine("all tables were loaded again");
                SlotIT.awaitState(service, "streaming");
                service.kill();
            }
            shop.sql("DELETE FROM orders WHERE no BETWEEN 70 AND 75");
            try (Service service = Service.run(shop.configFile())) {
                load.awaitEqual(service);
                service.terminate();
                assertThat(service.awaitEnd().code()).isZero();
            }
        }
    }

    /** All rows equal their documents, and continue doing so. */
    private static void runAndStop(Shop shop, Load load) throws Exception {
        try (Service service = Service.run(shop.configFile())) {
            load.awaitEqual(service);
            service.awaitLine("initial load is complete");
            shop.sql("DELETE FROM orders WHERE no BETWEEN 50 AND 60");
            load.awaitEqual(service);
            service.terminate();
            assertThat(service.awaitEnd().code()).isZero();
        }
    }
}
