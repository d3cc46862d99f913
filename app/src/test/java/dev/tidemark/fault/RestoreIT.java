package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.backup.Manifest;
import dev.tidemark.contract.PostgresSource;
import dev.tidemark.contract.Shop;
import dev.tidemark.state.DurableFile;
import dev.tidemark.testkit.postgres.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The restore drill on Postgres: the position is kept in a copy of the slot. */
class RestoreIT extends RestoreContract {

    RestoreIT() {
        super(new PostgresSource(PostgresServer.start()));
    }

    @Override
    void losePosition(Shop shop, Manifest backup) {
        shop.sql("SELECT pg_drop_replication_slot('" + backup.kept() + "')");
    }

    @Override
    void awaitNoReader(Shop shop) {
        SlotIT.awaitNoReader(shop);
    }

    @Override
    String lost() {
        return "does not exist. The changes since the backup are gone";
    }

    @Override
    int kept(Shop shop) {
        return shop.rows(
                        "SELECT json_build_object('id', slot_name) AS doc FROM pg_replication_slots WHERE slot_name LIKE '"
                                + shop.slot() + "\\_b%'")
                .size();
    }

    @Override
    int keptForOne() {
        return 1;
    }

    @Test
    @Tag("long")
    void slotInUse_isNotDropped_andTheRestoreGoesOnLater() throws Exception {
        try (Shop shop = new Shop(source, typesense)) {
            Load load = Load.on(shop, 5);
            Path backup = shop.directory().resolve("backup");
            String file = shop.configFile().toString();
            try (Service service = Service.run(shop.configFile())) {
                load.awaitEqual(service);
                assertThat(tidemark("backup", "-c", file, "--to", backup.toString())
                                .code())
                        .isZero();
                Service.Ended list = tidemark(
                        "backup", "list", "-c", file, "--in", shop.directory().toString());
                assertThat(list.output()).contains(backup.toString()).contains("holds back");
                assertThat(list.code()).isZero();

                SlotIT.awaitReader(shop);
                // The service's lock is that of its machine; another machine sees the slot only.
                String elsewhere = shop.directory() + "/elsewhere";
                Path other = Files.writeString(
                        shop.directory().resolve("elsewhere.yml"),
                        Files.readString(shop.configFile()).replace(shop.state().toString(), elsewhere));
                Service.Ended inUse = tidemark("restore", "-c", other.toString(), "--from", backup.toString());
                assertThat(inUse.output()).contains("slot " + shop.slot() + " is in use by process");
                assertThat(inUse.code()).isEqualTo(2);
                Service.Ended run = Service.command("run", "-c", other.toString());
                assertThat(run.output())
                        .contains("a restore into state directory")
                        .contains("run 'tidemark restore' again");
                assertThat(run.code()).isEqualTo(2);
                shop.sql("INSERT INTO products VALUES (9000, 'continues', 1, NULL)");
                load.awaitEqual(service);
                service.terminate();
                assertThat(service.awaitEnd().code()).isZero();

                awaitNoReader(shop);
                Service.Ended later = tidemark("restore", "-c", other.toString(), "--from", backup.toString());
                assertThat(later.output()).contains("continues from");
                assertThat(later.code()).isZero();
                try (Service again = Service.run(other)) {
                    load.awaitEqual(again);
                    RandomWork.assertResumed(again);
                }
            }
            assertThat(tidemark("backup", "discard", "-c", file, "--slot", shop.slot())
                            .output())
                    .contains("is not one that was kept for a backup");
            assertThat(tidemark("backup", "discard", "-c", file, "--from", backup.toString())
                            .code())
                    .isZero();
        }
    }

    /** Forgotten, its dead letter would let the replay write a part onto a document that lacks the rest. */
    @Test
    void documentThatWasStaleAtTheBackup_isWrittenWhole_afterARestore() throws Exception {
        try (Shop shop = new Shop(source, typesense)) {
            Load load = Load.on(shop, 6);
            shop.sql("ALTER TABLE products REPLICA IDENTITY FULL");
            Path backup = shop.directory().resolve("backup");
            String file = shop.configFile().toString();
            try (Service service = Service.run(shop.configFile())) {
                load.awaitEqual(service);
                shop.sql("UPDATE products SET name = 'refused', price = 'NaN' WHERE id = 5");
                await().untilAsserted(
                                () -> assertThat(shop.deadLetters("products")).hasSize(1));
                assertThat(tidemark("backup", "-c", file, "--to", backup.toString())
                                .code())
                        .isZero();
                shop.sql("UPDATE products SET price = 3 WHERE id = 5");
                load.awaitEqual(service);
                service.terminate();
                assertThat(service.awaitEnd().code()).isZero();
            }
            assertThat(shop.deadLetters("products")).isEmpty();
            restoreTypesense(backup);
            assertThat(shop.documentOf("products", "5").path("name").asText()).isEqualTo("product 5");
            assertThat(tidemark("restore", "-c", file, "--from", backup.toString())
                            .code())
                    .isZero();
            assertThat(shop.deadLetters("products")).hasSize(1);
            try (Service again = Service.run(shop.configFile())) {
                load.awaitEqual(again);
                await().untilAsserted(
                                () -> assertThat(shop.deadLetters("products")).isEmpty());
            }
            tidemark("backup", "discard", "-c", file, "--from", backup.toString());
        }
    }

    @Test
    void backupThatFails_leavesNothing_andOneThatWasCutOff_isDiscarded() throws Exception {
        try (Shop shop = new Shop(source, typesense)) {
            Load load = Load.on(shop, 7);
            Path backup = shop.directory().resolve("backup");
            String file = shop.configFile().toString();
            Service.Ended early = tidemark("backup", "-c", file, "--to", backup.toString());
            assertThat(early.output()).contains("there is no state to return to yet");
            assertThat(early.code()).isEqualTo(1);
            try (Service service = Service.run(shop.configFile())) {
                load.awaitEqual(service);
                service.terminate();
                assertThat(service.awaitEnd().code()).isZero();
            }
            String key = typesense
                    .admin()
                    .post(
                            "/keys",
                            "{\"description\":\"small\",\"actions\":[\"debug:list\",\"collections:list\",\"aliases:list\"],"
                                    + "\"collections\":[\".*\"]}")
                    .replaceFirst("(?s).*\"value\": ?\"([^\"]+)\".*", "$1");
            shop.withApiKey(key);
            shop.configFile();
            Service.Ended failed = tidemark("backup", "-c", file, "--to", backup.toString());
            assertThat(failed.output())
                    .contains("lets no smaller key take a snapshot")
                    .contains("TYPESENSE_ADMIN_KEY")
                    .doesNotContain(key);
            assertThat(failed.code()).isEqualTo(1);
            assertThat(backup).doesNotExist();
            assertThat(kept(shop)).isZero();

            // As a process leaves it that was killed before Typesense's snapshot.
            String slot = shop.slot() + "_b20261121190500";
            shop.sql("SELECT pg_copy_logical_replication_slot('" + shop.slot() + "', '" + slot + "')");
            Files.createDirectory(backup);
            new DurableFile(backup.resolve("manifest.json"))
                    .write("{\"format\": 1, \"tidemark\": \"test\", \"pipeline\": \"" + shop.name()
                            + "\", \"source\": \"postgres\", \"begun\": \"2026-11-21T19:05:00Z\", \"kept\": \"" + slot
                            + "\", \"complete\": null}");
            assertThat(tidemark(
                                    "backup",
                                    "list",
                                    "-c",
                                    file,
                                    "--in",
                                    shop.directory().toString())
                            .output())
                    .contains("half-made")
                    .contains(slot);
            Service.Ended restored = tidemark("restore", "-c", file, "--from", backup.toString());
            assertThat(restored.output()).contains("half-made").contains("backup discard");
            assertThat(restored.code()).isEqualTo(2);
            assertThat(tidemark("backup", "discard", "-c", file, "--from", backup.toString())
                            .code())
                    .isZero();
            assertThat(kept(shop)).isZero();
            assertThat(backup).doesNotExist();
        }
    }
}
