package dev.tidemark.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.OwnerOnly;
import dev.tidemark.connector.BackupTime;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.LogRetention;
import dev.tidemark.connector.SourceException;
import dev.tidemark.state.DurableFile;
import dev.tidemark.state.StateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A restore may die between any two of its steps: no service starts from there, and the next try ends well. */
class RestoreTest {

    private static final BackupTime FIRST = new BackupTime(Instant.parse("2026-11-21T19:05:00Z"));
    private static final BackupTime SECOND = new BackupTime(Instant.parse("2026-11-21T19:06:00Z"));

    private static final Map<String, String> THEN =
            Map.of("offsets.json", "then", "tables.json", "then", "dead-letters/products.jsonl", "then");
    private static final Map<String, String> NOW =
            Map.of("offsets.json", "now", "tables.json", "now", "dead-letters/orders.jsonl", "now", "more.json", "now");

    private Path directory;
    private Path state;
    private BackupDirectory backup;
    private Manifest manifest;
    private final Slot slot = new Slot();

    @BeforeEach
    void backUp(@TempDir Path parent) throws Exception {
        directory = parent;
        state = Files.createDirectory(parent.resolve("state"));
        backup = BackupDirectory.create(parent.resolve("backup"));
        fill(state, THEN);
        Files.writeString(state.resolve("lock"), "");
        Files.writeString(state.resolve("tables.json.tmp"), "half");
        Manifest begun = new Manifest(
                Manifest.FORMAT, "test", "shop", "postgres", FIRST.instant().toString(), "kept", null);
        backup.write(begun);
        List<Manifest.StoredFile> files = StateCopy.copy(state, backup.state());
        assertThat(files.get(0).path()).isEqualTo("offsets.json"); // before what may be ahead of it
        manifest = begun.completed(new Manifest.Complete(
                "", "", "", new Manifest.Snapshot("http://127.0.0.1:8108", "/snapshot", true), List.of(), files));
        backup.write(manifest);
        StateCopy.remove(state.resolve("dead-letters"));
        fill(state, NOW);
    }

    @Test
    void toPosition_putsTheFilesBack_andKeepsWhatWasThere() throws Exception {
        Path aside = restore(FIRST);
        assertThat(contents(state)).isEqualTo(THEN);
        assertThat(contents(aside)).isEqualTo(NOW);
        assertThat(slot.wentBack).containsExactly("kept");
        StateDirectory.lock(state).close();
        OwnerOnly.assertPrivate(
                backup.path(), "manifest.json", "state/offsets.json", "state/dead-letters/products.jsonl");
        OwnerOnly.assertPrivate(state, "offsets.json", "dead-letters/products.jsonl"); // what was there before, too
    }

    @Test
    void toPosition_maySimplyBeRepeated() throws Exception {
        restore(FIRST);
        Files.writeString(state.resolve("offsets.json"), "later");
        assertThat(contents(restore(SECOND))).containsEntry("offsets.json", "later");
        assertThat(contents(state)).isEqualTo(THEN);
    }

    @Test
    void toPosition_goesOn_whenTheDatabaseFailed() throws Exception {
        slot.failure = SourceException.retryable("slot is in use", "stop it");
        assertThatThrownBy(() -> restore(FIRST)).isSameAs(slot.failure);
        assertThat(contents(state)).isEqualTo(NOW);
        assertNothingStarts();
        slot.failure = null;
        assertEndsWell();
    }

    @Test
    void toPosition_goesOn_whenItDiedWhileMovingAside() throws Exception {
        mark("{\"aside\": \"before-restore-1\", \"moved\": false}");
        Path aside = Files.createDirectory(state.resolve("before-restore-1"));
        Files.move(state.resolve("offsets.json"), aside.resolve("offsets.json"));
        Files.move(state.resolve("dead-letters"), aside.resolve("dead-letters"));
        assertNothingStarts();
        assertEndsWell();
    }

    @Test
    void toPosition_goesOn_whenItDiedWhilePuttingBack() throws Exception {
        mark("{\"aside\": \"before-restore-1\", \"moved\": true}");
        Path aside = Files.createDirectory(state.resolve("before-restore-1"));
        fill(aside, NOW);
        for (Path entry : StateCopy.entries(state)) {
            StateCopy.remove(entry);
        }
        fill(state, Map.of("tables.json", "of another backup", "dead-letters/others.jsonl", "of another backup"));
        assertNothingStarts();
        assertEndsWell();
    }

    @Test
    void toSnapshot_isAWayOut_whenARestoreWasCutOff() throws Exception {
        mark("{\"aside\": \"before-restore-1\", \"moved\": true}");
        new Restore(state).toSnapshot();
        assertThat(state.resolve("offsets.json")).doesNotExist();
        assertThat(state.resolve("tables.json")).doesNotExist();
        assertThat(state.resolve("dead-letters/orders.jsonl")).exists();
        StateDirectory.lock(state).close();
    }

    @Test
    void toPosition_changesNothing_whenTheBackupIsDamagedOrHalfMade() throws Exception {
        Manifest half = new Manifest(
                Manifest.FORMAT, "test", "shop", "postgres", FIRST.instant().toString(), "kept", null);
        assertThatThrownBy(() -> new Restore(state).toPosition(backup, half, slot, FIRST))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("half-made")
                .hasMessageContaining("backup discard");
        Files.writeString(backup.state().resolve("tables.json"), "changed");
        Files.delete(backup.state().resolve("offsets.json"));
        assertThatThrownBy(() -> restore(FIRST))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("tables.json is damaged")
                .hasMessageContaining("offsets.json is missing");
        assertThat(contents(state)).isEqualTo(NOW);
        assertThat(slot.wentBack).isEmpty();
        StateDirectory.lock(state).close();
    }

    @Test
    void backupFolder_tellsWhatItIsNot() throws Exception {
        assertThat(backup.manifest()).isEqualTo(manifest);
        assertThat(BackupDirectory.in(directory)).hasSize(1);
        assertThatThrownBy(() -> BackupDirectory.create(backup.path()))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("is there already");
        assertThatThrownBy(() -> BackupDirectory.at(directory).manifest())
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("is not a backup");
        Files.writeString(backup.path().resolve("manifest.json"), "{}");
        assertThatThrownBy(() -> backup.manifest())
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("is damaged");
    }

    @Test
    void remove_leavesWhatIsNotOurs() throws Exception {
        Files.writeString(backup.path().resolve("notes.txt"), "mine");
        backup.remove();
        assertThat(contents(backup.path())).containsOnlyKeys("notes.txt");
    }

    private Path restore(BackupTime time) throws BackupException, IOException {
        return new Restore(state).toPosition(backup, manifest, slot, time);
    }

    private void assertNothingStarts() {
        assertThatThrownBy(() -> StateDirectory.lock(state))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("run 'tidemark restore' again");
    }

    private void assertEndsWell() throws Exception {
        try (StateDirectory locked = StateDirectory.lockForRestore(state)) {
            Path aside = restore(SECOND);
            assertThat(contents(aside)).isEqualTo(NOW);
            assertThat(contents(locked.path())).isEqualTo(THEN);
        }
        StateDirectory.lock(state).close();
    }

    private void mark(String content) throws IOException {
        new DurableFile(state.resolve(StateDirectory.RESTORING)).write(content);
    }

    private static void fill(Path directory, Map<String, String> files) throws IOException {
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = directory.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
    }

    /** What is in a directory, without lock, temporary files and what was kept alongside. */
    private static Map<String, String> contents(Path directory) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(directory)) {
            for (Path path : walk.filter(Files::isRegularFile).toList()) {
                String name = directory.relativize(path).toString();
                if (!name.equals("lock")
                        && !name.endsWith(".tmp")
                        && !name.equals(StateDirectory.RESTORING)
                        && !name.startsWith("before-restore-")) {
                    contents.put(name, Files.readString(path));
                }
            }
        }
        return contents;
    }

    /** A database that keeps what it is told to. */
    private static final class Slot implements LogRetention {

        private final List<@Nullable String> wentBack = new ArrayList<>();
        private @Nullable SourceException failure;

        @Override
        public Optional<String> name(BackupTime time) {
            return Optional.of("kept");
        }

        @Override
        public void pin(String name) {}

        @Override
        public Check checkRetained(Map<String, ?> offset, @Nullable String kept) {
            return Check.ok("slot", "held");
        }

        @Override
        public void rewindTo(@Nullable String kept) {
            if (failure != null) {
                throw failure;
            }
            wentBack.add(kept);
        }

        @Override
        public void release(String name) {}

        @Override
        public List<Pin> pins() {
            return List.of();
        }
    }
}
