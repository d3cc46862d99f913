package dev.tidemark.testkit.typesense;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TypesenseServerIT {

    private static final String SCHEMA = "{\"name\":\"%s\",\"fields\":[{\"name\":\"title\",\"type\":\"string\"}]}";

    @Test
    void restart_keepsAcknowledgedDocuments_afterKill(@TempDir Path data) {
        try (TypesenseServer server = TypesenseServer.start(data)) {
            TypesenseAdmin admin = server.admin();
            admin.post("/collections", SCHEMA.formatted("books"));
            List<String> documents = IntStream.range(0, 500)
                    .mapToObj(i -> "{\"id\":\"" + i + "\",\"title\":\"book\"}")
                    .toList();
            admin.upsert("books", documents);
            long firstPid = server.pid();
            int port = server.port();

            server.kill();
            assertThatThrownBy(() -> admin.get("/health")).isInstanceOf(UncheckedIOException.class);
            server.restart();

            assertThat(server.port()).isEqualTo(port);
            assertThat(server.pid()).isNotEqualTo(firstPid);
            await().atMost(Duration.ofSeconds(60))
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(admin.export("books")).hasSize(500));
        }
    }

    @Test
    void pause_keepsRequestsWaiting_untilResume() {
        TypesenseServer server = TypesenseServer.shared();
        TypesenseAdmin impatient = new TypesenseAdmin(server.uri(), server.apiKey(), Duration.ofMillis(300));
        server.pause();
        try {
            assertThatThrownBy(() -> impatient.get("/health")).isInstanceOf(UncheckedIOException.class);
        } finally {
            server.resume();
        }
        assertThat(server.admin().get("/health")).contains("true");
    }

    @Test
    void admin_reportsStatusAndAnswer_whenRefused() {
        TypesenseServer server = TypesenseServer.shared();
        TypesenseAdmin stranger = new TypesenseAdmin(server.uri(), "wrong");

        assertThat(stranger.status("GET", "/collections")).isEqualTo(401);
        assertThatThrownBy(() -> server.admin().get("/collections/nothing"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("404");
    }

    @Test
    void start_failsWithTheLog_whenTheDataFolderIsBroken(@TempDir Path data) throws Exception {
        Files.writeString(data.resolve("db"), "not a directory");

        assertThatThrownBy(() -> TypesenseServer.start(data))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Typesense ended with exit code");
    }
}
