package dev.tidemark.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.config.Config;
import dev.tidemark.connector.Secret;
import dev.tidemark.sink.typesense.FakeServer;
import dev.tidemark.sink.typesense.ServerSnapshots;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SinkSnapshotTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private int written;

    @Test
    void incompleteCopy_isRemovedAndTriedAgain() throws Exception {
        try (FakeServer server = completeAtTry(3)) {
            assertThat(snapshot(server, true).take().seen()).isTrue();
            assertThat(written).isEqualTo(3);
            assertThat(path().resolve("left-by-try-1")).doesNotExist();
        }
    }

    @Test
    void copyThatStaysIncomplete_isNoBackup() throws Exception {
        try (FakeServer server = completeAtTry(4)) {
            SinkSnapshot snapshot = snapshot(server, true);
            assertThatThrownBy(snapshot::take).hasMessageContaining("holds none or a part of one");
            assertThat(written).isEqualTo(3);
        }
    }

    /** Nothing is deleted in a directory that the operator named. */
    @Test
    void incompleteCopyElsewhere_isLeftAsItIs() throws Exception {
        try (FakeServer server = completeAtTry(2)) {
            SinkSnapshot snapshot = snapshot(server, false);
            assertThatThrownBy(snapshot::take).hasMessageContaining("holds none or a part of one");
            assertThat(path().resolve("left-by-try-1")).exists();
        }
    }

    private Path path() {
        return directory.resolve("typesense");
    }

    private SinkSnapshot snapshot(FakeServer server, boolean ours) {
        ServerSnapshots snapshots = new ServerSnapshots(
                new Config.Typesense(List.of(server.uri()), new Secret("k"), Duration.ofSeconds(10)));
        return new SinkSnapshot(snapshots, server.uri(), new SnapshotPath(path().toString(), ours), LIMIT);
    }

    private FakeServer completeAtTry(int complete) throws IOException {
        return new FakeServer(request -> write(request, complete));
    }

    private @Nullable String write(String request, int complete) {
        if (!request.startsWith("POST /operations/snapshot")) {
            return null;
        }
        try {
            written++;
            Files.createDirectories(path().resolve("state/meta"));
            Files.createFile(path().resolve("left-by-try-" + written));
            if (written >= complete) {
                Path database = Files.createDirectories(path().resolve("state/snapshot/snapshot_1/db_snapshot"));
                Files.createFile(database.resolve("CURRENT"));
                Files.createFile(path().resolve("state/meta/raft_meta"));
            }
            return FakeServer.answer(201, "{\"success\":true}");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
