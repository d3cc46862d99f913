package dev.tidemark.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.OwnerOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateDirectoryTest {

    private final Path directory;

    StateDirectoryTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void newFolder_andItsFiles_areTheOwnersOnly() throws IOException {
        Path state = directory.resolve("a/state");
        try (StateDirectory locked = StateDirectory.lock(state)) {
            new PauseMark(locked.path()).set(Instant.EPOCH);
            OwnerOnly.assertPrivate(directory.resolve("a"), "state/lock", "state/paused");
        }
    }

    /** As versions before this one left it, and as a copy by hand may. */
    @Test
    void folderThatOthersMayRead_isClosedToThem_whenItIsLocked() throws IOException {
        Path state = open(Files.createDirectory(directory.resolve("state")), "rwxr-xr-x");
        Path deadLetters = open(Files.createDirectory(state.resolve("dead-letters")), "rwxrwxrwx");
        for (Path file : new Path[] {
            state.resolve("lock"),
            state.resolve("offsets.json"),
            state.resolve("tables.json.tmp"),
            deadLetters.resolve("a.jsonl")
        }) {
            open(Files.writeString(file, "x"), "rw-rw-r--");
        }
        StateDirectory.lock(state).close();
        OwnerOnly.assertPrivate(state, "lock", "offsets.json", "tables.json.tmp", "dead-letters/a.jsonl");
        assertThat(state.resolve("offsets.json")).hasContent("x");
    }

    @Test
    void cleanStop_isKnownToTheNextProcessOnly() throws IOException {
        Path state = directory.resolve("state");
        try (StateDirectory first = StateDirectory.lock(state)) {
            assertThat(first.stoppedCleanly()).isFalse();
            first.recordCleanStop();
        }
        OwnerOnly.assertPrivate(state, StateDirectory.STOPPED);
        try (StateDirectory next = StateDirectory.lock(state)) {
            assertThat(next.stoppedCleanly()).isTrue();
            assertThat(state.resolve(StateDirectory.STOPPED)).doesNotExist();
        } // as if it was killed
        try (StateDirectory last = StateDirectory.lock(state)) {
            assertThat(last.stoppedCleanly()).isFalse();
        }
    }

    @Test
    void cleanStop_whoseRecordIsDamaged_isNone() throws IOException {
        Path state = directory.resolve("state");
        try (StateDirectory first = StateDirectory.lock(state)) {
            first.recordCleanStop();
        }
        Files.writeString(state.resolve(StateDirectory.STOPPED), "tidemark-1 0");
        try (StateDirectory next = StateDirectory.lock(state)) {
            assertThat(next.stoppedCleanly()).isFalse();
            assertThat(state.resolve(StateDirectory.STOPPED)).doesNotExist();
        }
    }

    private static Path open(Path path, String permissions) throws IOException {
        return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }
}
