package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.admin.Operations;
import dev.tidemark.contract.Shop;
import dev.tidemark.pipeline.Pipeline;
import dev.tidemark.testkit.postgres.PostgresServer;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the slot held is gone: all tables are loaded from a new position, never a silent gap. */
class SlotIT {

    private static final String[] GAP = {
        "DELETE FROM products WHERE id <= 10", "INSERT INTO products VALUES (9000, 'lost', 1, NULL)"
    };

    @Test
    void slotDroppedWhileRunning_isFollowedByAResync() throws Exception {
        try (Shop shop = Shop.onSharedServers()) {
            Load load = Load.on(shop, 2);
            try (Service service = Service.run(shop.configFile())) {
                awaitStreaming(shop, load, service);
                dropSlot(shop, GAP);
                service.awaitLine("WARN", "changes are lost", "slot " + shop.slot());
                load.awaitEqual(service);
                service.awaitLine("all tables were loaded again");
                assertThat(shop.documents("products")).containsKey("9000").doesNotContainKey("1");
                awaitState(service, "streaming");
                assertThat(service.get("/metrics").body())
                        .containsPattern("tidemark_doubts\\{.*reason=\"gap\".*table=\"public.orders\".*} 0\\.0");
                shop.sql("INSERT INTO products VALUES (9001, 'streamed', 1, NULL)");
                load.awaitEqual(service);

                dropSlot(shop, "DELETE FROM products WHERE id = 9000"); // the second time in a day: it waits a minute
                service.awaitLine("WARN", "again within 24 h");
                assertThat(service.get("/health/ready").statusCode()).isEqualTo(503);
                service.kill();
            }
            // An operator does not have to wait.
            String file = shop.configFile().toString();
            assertThat(Service.command("offsets", "clear", "--yes", "-c", file).code())
                    .isZero();
            try (Service service = Service.run(shop.configFile())) {
                load.awaitEqual(service);
                service.terminate();
                assertThat(service.awaitEnd().code()).isZero();
            }
        }
    }

    @Test
    void slotDroppedWhileStopped_isFollowedByAResync_whichCheckSays() throws Exception {
        try (Shop shop = Shop.onSharedServers()) {
            Load load = Load.on(shop, 5);
            try (Service service = Service.run(shop.configFile())) {
                awaitStreaming(shop, load, service);
                service.kill();
            }
            dropSlot(shop, GAP);
            String file = shop.configFile().toString();
            Service.Ended check = Service.command("check", "-c", file);
            assertThat(check.output()).contains("does not exist", "nothing has to be done", "from a new position");
            assertThat(check.code()).isEqualTo(2);
            // By hand: it begins after the stored position.
            shop.sql("SELECT pg_create_logical_replication_slot('" + shop.slot() + "', 'pgoutput')");
            try (Service service = Service.run(shop.configFile())) {
                service.awaitLine("WARN", "changes are lost", "slot " + shop.slot(), "recreated");
                load.awaitEqual(service);
                service.awaitLine("all tables were loaded again");
                awaitState(service, "streaming");
                shop.sql("DELETE FROM products WHERE id = 9000");
                load.awaitEqual(service);
                service.terminate();
                assertThat(service.awaitEnd().code()).isZero();
            }
        }
    }

    /** Nothing is written meanwhile: the resync waits with its position, and is shown. */
    @Test
    void slotDroppedWhilePaused_isFollowedByAResync_whenItIsResumed() throws Exception {
        try (Shop shop = Shop.onSharedServers()) {
            shop.sql("CREATE TABLE items (id int PRIMARY KEY)", "INSERT INTO items VALUES (1), (2)");
            shop.document("items");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("items", "SELECT * FROM items");
                Shop.awaitStreaming(pipeline);
                Operations operations = Objects.requireNonNull(pipeline.operations());
                operations.pause(Duration.ofSeconds(10));
                dropSlot(shop, "DELETE FROM items WHERE id = 1", "INSERT INTO items VALUES (3)");
                await().atMost(Duration.ofMinutes(1))
                        .until(() -> pipeline.health()
                                .resync()
                                .filter(each -> each.state().equals("loading"))
                                .isPresent());
                assertThat(pipeline.health().resync().orElseThrow().reason()).isEqualTo("gap");
                assertThat(doubts(shop)).isEqualTo(1);
                assertThat(shop.documents("items")).containsOnlyKeys("1", "2");
                operations.resume();
                shop.awaitEqual("items", "SELECT * FROM items");
                await().until(() -> pipeline.status().state().equals("streaming"));
                assertThat(doubts(shop)).isZero();
            }
        }
    }

    private static double doubts(Shop shop) {
        return shop.registry()
                .get("tidemark.doubts")
                .tag("table", "public.items")
                .tag("reason", "gap")
                .gauge()
                .value();
    }

    @Test
    void lostSlot_waitsForAnApproval_ifNoResyncIsAutomatic() throws Exception {
        try (Shop shop = Shop.onSharedServers()) {
            shop.with("doubts: { maxAutomatic: 0 }");
            Load load = Load.on(shop, 7);
            try (Service service = Service.run(shop.configFile())) {
                awaitStreaming(shop, load, service);
                dropSlot(shop, GAP);
                awaitState(service, "waiting_for_approval");
                assertThat(shop.documents("products")).containsKey("1").doesNotContainKey("9000");
                service.kill();
            }
            try (Service service = Service.run(shop.configFile())) {
                awaitState(service, "waiting_for_approval");
                service.kill();
            }
            assertThat(Service.command("approve", "-c", shop.configFile().toString(), "gap-1")
                            .code())
                    .isZero();
            try (Service service = Service.run(shop.configFile())) {
                load.awaitEqual(service);
                awaitState(service, "streaming");
                service.terminate();
                assertThat(service.awaitEnd().code()).isZero();
            }
        }
    }

    @Test
    @Tag("long")
    void invalidatedSlot_isFollowedByAResync() throws Exception {
        try (PostgresServer server = PostgresServer.start(
                        Map.of("max_slot_wal_keep_size", "1MB", "min_wal_size", "32MB", "max_wal_size", "32MB"));
                Shop shop = new Shop(server, TypesenseServer.shared())) {
            Load load = Load.on(shop, 8);
            try (Service service = Service.run(shop.configFile())) {
                awaitStreaming(shop, load, service);
                service.kill();
            }
            awaitNoReader(shop);
            shop.sql(GAP);
            await().atMost(Duration.ofMinutes(2)).until(() -> {
                shop.sql(
                        "SELECT pg_switch_wal()",
                        "CREATE TABLE filler AS SELECT 1 AS n",
                        "DROP TABLE filler",
                        "CHECKPOINT");
                return !shop.rows(slots(shop) + " AND wal_status = 'lost'").isEmpty();
            });
            try (Service service = Service.run(shop.configFile())) {
                service.awaitLine("WARN", "changes are lost", "is lost: the server discarded log");
                load.awaitEqual(service);
                awaitState(service, "streaming");
                service.terminate();
                assertThat(service.awaitEnd().code()).isZero();
            }
        }
    }

    @Test
    @Tag("long")
    void slotDropped_isFollowedByAResyncWhileRunning_whereSnapshotIsAlways() throws Exception {
        try (Shop shop = Shop.onSharedServers()) {
            shop.withSource("snapshot: always");
            Load load = Load.on(shop, 3);
            try (Service service = Service.run(shop.configFile())) {
                awaitStreaming(shop, load, service);
                dropSlot(shop, GAP);
                load.awaitEqual(service);
                service.awaitLine("all tables were loaded again");
                service.terminate();
                assertThat(service.awaitEnd().code()).isZero();
            }
        }
    }

    @Test
    void secondProcess_isRefused() throws Exception {
        try (Shop shop = Shop.onSharedServers()) {
            Load load = Load.on(shop, 4);
            Path file = shop.configFile();
            Path elsewhere = Files.writeString(
                    shop.directory().resolve("elsewhere.yml"),
                    Files.readString(file).replace(shop.state().toString(), shop.directory() + "/other"));
            try (Service service = Service.run(file)) {
                load.awaitEqual(service);
                awaitReader(shop); // between the load and the stream nobody uses the slot
                try (Service sameSlot = Service.run(elsewhere)) {
                    Service.Ended sameDirectory = Service.command("run", "-c", file.toString());
                    assertThat(sameDirectory.output()).contains("in use by another tidemark process");
                    assertThat(sameDirectory.code()).isEqualTo(2);
                    Service.Ended ended = sameSlot.awaitEnd();
                    assertThat(ended.output()).contains("slot " + shop.slot() + " is in use");
                    assertThat(ended.code()).isEqualTo(2);
                }
                assertThat(Service.command("check", "-c", file.toString()).code())
                        .isZero();
                shop.sql("INSERT INTO products VALUES (9000, 'continues', 1, NULL)");
                load.awaitEqual(service);
                service.terminate();
                assertThat(service.awaitEnd().code()).isZero();
            }
        }
    }

    private static String slots(Shop shop) {
        return "SELECT json_build_object('id', slot_name) AS doc FROM pg_replication_slots WHERE slot_name = '"
                + shop.slot() + "'";
    }

    /** The slot is read, and the end of the load is stored: whoever loses the slot before that loads again. */
    private static void awaitStreaming(Shop shop, Load load, Service service) {
        load.awaitEqual(service);
        service.awaitLine("initial load is complete");
        awaitReader(shop);
        // Of a later batch than the load's end, whose position is stored by then.
        shop.sql("UPDATE products SET name = 'streamed' WHERE id = 1");
        load.awaitEqual(service);
    }

    /** A slot that goes between a snapshot and its stream is made again by Debezium, and nobody is told: docs/runbook.md, "A lost slot". */
    static void awaitReader(Shop shop) {
        await().pollInterval(Duration.ofMillis(20))
                .until(() -> !shop.rows(slots(shop) + " AND active").isEmpty());
    }

    /** The server may hold the slot for a moment after the service's end. */
    static void awaitNoReader(Shop shop) {
        await().pollInterval(Duration.ofMillis(20))
                .until(() -> shop.rows(slots(shop) + " AND active").isEmpty());
    }

    /** Drops the slot of a service that runs or not, and has something happen before there can be another. */
    static void dropSlot(Shop shop, String... gap) {
        String of = " FROM pg_replication_slots WHERE slot_name = '" + shop.slot() + "'";
        await().pollInterval(Duration.ofMillis(20)).ignoreExceptions().until(() -> {
            shop.sql("SELECT pg_terminate_backend(active_pid)" + of, "SELECT pg_drop_replication_slot(slot_name)" + of);
            return true;
        });
        shop.sql(gap);
    }

    static void awaitState(Service service, String state) {
        await().atMost(Duration.ofMinutes(1))
                .ignoreExceptions()
                .untilAsserted(
                        () -> assertThat(service.get("/api/status").body()).contains("\"state\":\"" + state + "\""));
    }
}
