package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.Commands;
import dev.tidemark.backup.BackupDirectory;
import dev.tidemark.backup.Manifest;
import dev.tidemark.contract.Shop;
import dev.tidemark.contract.SourceServer;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The restore drill of docs/operations/backup.md: Typesense loses its data and comes back from a backup. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RestoreContract {

    private static final long SEED = Long.getLong("tidemark.kill.seed", System.nanoTime());

    final SourceServer source;
    private final LosableTypesense losable = new LosableTypesense();
    final TypesenseServer typesense = losable.server();

    RestoreContract(SourceServer source) {
        this.source = source;
    }

    @AfterAll
    void stop() throws IOException {
        losable.close();
        source.close();
    }

    /** Takes away what comes after the backup's position. */
    abstract void losePosition(Shop shop, Manifest backup);

    /** Waits until the server has noticed that the service ended. */
    abstract void awaitNoReader(Shop shop);

    /** What a message of that says. */
    abstract String lost();

    /** How much the database still keeps for backups. */
    abstract int kept(Shop shop);

    abstract int keptForOne();

    @Test
    void typesenseLosesItsData_allRowsEqualTheirDocuments_afterARestore() throws Exception {
        try (Shop shop = new Shop(source, typesense)) {
            Load load = Load.on(shop, SEED);
            Path backup = shop.directory().resolve("backup");
            String file = shop.configFile().toString();
            try (Service service = Service.run(shop.configFile())) {
                load.awaitEqual(service);
                load.start();
                service.runFor(Duration.ofSeconds(1));
                // In the midst of changes: a snapshot that is older than the position would lack some of them.
                Service.Ended made = backUpWithDocuments(file, backup);
                assertThat(made.output()).contains("products").contains("documents");
                assertThat(made.code()).isZero();
                service.runFor(Duration.ofSeconds(2));
                load.stop();
                load.awaitEqual(service);
                Service.Ended beside = tidemark("restore", "-c", file, "--from", backup.toString());
                assertThat(beside.output()).contains("in use by another tidemark process");
                assertThat(beside.code()).isEqualTo(2);
                change(shop, 70_000);
                load.awaitEqual(service);
                service.terminate();
                assertThat(service.awaitEnd().code()).isZero();
            }
            assertThat(kept(shop)).isEqualTo(keptForOne());
            restoreTypesense(backup);
            change(shop, 80_000);
            awaitNoReader(shop);

            Service.Ended restored = tidemark("restore", "-c", file, "--from", backup.toString());
            assertThat(restored.output()).contains("continues from").contains("before-restore-");
            assertThat(restored.code()).isZero();
            try (Service again = Service.run(shop.configFile())) {
                load.awaitEqual(again);
                RandomWork.assertResumed(again);
                again.terminate();
                assertThat(again.awaitEnd().code()).isZero();
            }

            // What was kept serves another time.
            restoreTypesense(backup);
            awaitNoReader(shop);
            assertThat(tidemark("restore", "-c", file, "--from", backup.toString())
                            .code())
                    .isZero();
            try (Service again = Service.run(shop.configFile())) {
                load.awaitEqual(again);
                RandomWork.assertResumed(again);
            }
            assertThat(tidemark("backup", "discard", "-c", file, "--from", backup.toString())
                            .code())
                    .isZero();
            assertThat(kept(shop)).isZero();
            assertThat(backup).doesNotExist();
        }
    }

    @Test
    @Tag("long")
    void positionGone_isToldAndRefused_andASnapshotHeals() throws Exception {
        try (Shop shop = new Shop(source, typesense)) {
            Load load = Load.on(shop, SEED);
            Path backup = shop.directory().resolve("backup");
            String file = shop.configFile().toString();
            try (Service service = Service.run(shop.configFile())) {
                load.awaitEqual(service);
                service.terminate();
                assertThat(service.awaitEnd().code()).isZero();
            }
            assertThat(tidemark("backup", "-c", file, "--to", backup.toString()).code())
                    .isZero();
            change(shop, 70_000);
            try (Service service = Service.run(shop.configFile())) {
                load.awaitEqual(service);
                service.terminate();
                assertThat(service.awaitEnd().code()).isZero();
            }
            awaitNoReader(shop);
            losePosition(shop, BackupDirectory.at(backup).manifest());
            restoreTypesense(backup);

            Service.Ended show = tidemark("backup", "show", "-c", file, "--from", backup.toString());
            assertThat(show.output()).contains(lost());
            assertThat(show.code()).isEqualTo(1);
            List<String> before = files(shop.state());
            Service.Ended rejected = tidemark("restore", "-c", file, "--from", backup.toString());
            assertThat(rejected.output())
                    .contains(lost())
                    .contains("--snapshot")
                    .contains("nothing was changed")
                    .doesNotContain("\tat ");
            assertThat(rejected.code()).isEqualTo(2);
            assertThat(files(shop.state())).isEqualTo(before);

            Service.Ended prepared = tidemark("restore", "-c", file, "--from", backup.toString(), "--snapshot");
            assertThat(prepared.output()).contains("copies all tables");
            assertThat(prepared.code()).isZero();
            try (Service again = Service.run(shop.configFile())) {
                load.awaitEqual(again);
                assertThat(again.output()).contains("load of");
                again.terminate();
                assertThat(again.awaitEnd().code()).isZero();
            }
        }
    }

    /** In this process, which spares the start of another: under load that takes longer than the command. */
    static Service.Ended tidemark(String... arguments) {
        Commands.Ended ended = Commands.run(arguments);
        return new Service.Ended(ended.code(), ended.out() + ended.err());
    }

    /** Rows that come, change, go and change their key. */
    /** Backs up when each collection has documents: a start loads a table whose collection is empty, and a restore says so. */
    private Service.Ended backUpWithDocuments(String file, Path backup) throws Exception {
        Service.Ended made = tidemark("backup", "-c", file, "--to", backup.toString());
        while (made.code() == 0 && hasEmptyCollection(backup)) {
            tidemark("backup", "discard", "-c", file, "--from", backup.toString());
            made = tidemark("backup", "-c", file, "--to", backup.toString());
        }
        return made;
    }

    private static boolean hasEmptyCollection(Path backup) throws Exception {
        return Objects.requireNonNull(BackupDirectory.at(backup).manifest().complete()).collections().stream()
                .anyMatch(each -> each.before() == 0 || each.after() == 0);
    }

    private static void change(Shop shop, int id) {
        shop.sql(
                "INSERT INTO products (id, name, price) VALUES (" + id + ", 'new', 1), (" + (id + 1) + ", 'new', 2), ("
                        + (id + 2) + ", 'new', 3)",
                "UPDATE products SET price = 17.5 WHERE id < 200",
                "UPDATE products SET name = 'changed' WHERE id = " + (id + 1),
                "DELETE FROM products WHERE id > 200 AND id < 300 OR id = " + (id + 2),
                "UPDATE products SET id = " + (id + 10) + " WHERE id = " + id);
    }

    void restoreTypesense(Path backup) throws IOException {
        losable.restoreFrom(backup);
    }

    /** Returns the files of a state directory, without the record of a clean stop: whoever locks the directory removes it. */
    private static List<String> files(Path directory) throws IOException {
        try (Stream<Path> walk = Files.walk(directory)) {
            return walk.map(Path::toString)
                    .filter(file -> !file.endsWith("/stopped"))
                    .sorted()
                    .toList();
        }
    }
}
