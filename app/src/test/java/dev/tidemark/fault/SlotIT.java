package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.contract.Shop;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the slot held is gone: never a silent gap. */
class SlotIT {

    @Test
    void slotDropped_isToldRefusedAndRecovered() throws Exception {
        try (Shop shop = Shop.onSharedServers()) {
            Load load = Load.on(shop, 2);
            try (Service service = Service.run(shop.configFile())) {
                awaitStreaming(shop, load, service);
                dropSlot(shop);
                shop.sql("DELETE FROM products WHERE id <= 10", "INSERT INTO products VALUES (9000, 'lost', 1, NULL)");
                // Where it went between the look at it and the engine's start, the engine has made another.
                service.awaitLine("WARN", "slot " + shop.slot(), "snapshot: always");
                service.runFor(Duration.ofSeconds(4));
                assertThat(shop.documents("products")).containsKey("1").doesNotContainKey("9000");
                service.kill();
            }
            dropSlot(shop);
            String file = shop.configFile().toString();
            Service.Ended run = Service.command("run", "-c", file);
            assertThat(run.output()).contains("slot " + shop.slot() + " does not exist");
            assertThat(run.code()).isEqualTo(2);
            Service.Ended check = Service.command("check", "-c", file);
            assertThat(check.output()).contains("slot " + shop.slot() + " does not exist");
            assertThat(check.code()).isEqualTo(2);

            shop.sql("SELECT pg_create_logical_replication_slot('" + shop.slot() + "', 'pgoutput')");
            Service.Ended recreated = Service.command("run", "-c", file);
            assertThat(recreated.output()).contains("slot " + shop.slot()).contains("recreated");
            assertThat(recreated.code()).isEqualTo(2);

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
    @Tag("long")
    void slotDropped_isNotReplacedWhileRunning_whereSnapshotIsAlways() throws Exception {
        try (Shop shop = Shop.onSharedServers()) {
            shop.withSource("snapshot: always");
            Load load = Load.on(shop, 3);
            try (Service service = Service.run(shop.configFile())) {
                awaitStreaming(shop, load, service);
                dropSlot(shop);
                shop.sql("DELETE FROM products WHERE id <= 10");
                service.awaitLine("WARN", "slot " + shop.slot(), "snapshot: always");
                shop.sql("INSERT INTO products VALUES (9000, 'lost', 1, NULL)");
                service.runFor(Duration.ofSeconds(3));
                assertThat(shop.documents("products")).containsKey("1").doesNotContainKey("9000");
                service.kill();
            }
            try (Service again = Service.run(shop.configFile())) {
                load.awaitEqual(again);
                again.terminate();
                assertThat(again.awaitEnd().code()).isZero();
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

    private static void dropSlot(Shop shop) {
        String of = " FROM pg_replication_slots WHERE slot_name = '" + shop.slot() + "'";
        await().pollInterval(Duration.ofMillis(20)).ignoreExceptions().untilAsserted(() -> {
            shop.sql("SELECT pg_terminate_backend(active_pid)" + of, "SELECT pg_drop_replication_slot(slot_name)" + of);
            assertThat(shop.rows(slots(shop))).isEmpty();
        });
    }
}
