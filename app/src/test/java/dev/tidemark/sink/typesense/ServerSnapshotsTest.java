package dev.tidemark.sink.typesense;

import static dev.tidemark.sink.typesense.FakeServer.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.config.Config;
import dev.tidemark.connector.Secret;
import dev.tidemark.sink.SinkException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerSnapshotsTest {

    private static final Duration PATIENT = Duration.ofSeconds(20);

    @Test
    void take_asksOnce_andIsDone_whenTheServerSaysSo() throws Exception {
        try (FakeServer server = saying(answer(201, "{\"success\":true}"))) {
            of(server.uri()).take(server.uri(), "/var/lib/a b", PATIENT);
            assertThat(server.requests).containsExactly("POST /operations/snapshot?snapshot_path=%2Fvar%2Flib%2Fa%20b");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "201 | {\"success\":false}        | check Typesense's log",
                "409 | {\"message\":\"Busy.\"}    | Busy.",
                "500 | {\"message\":\"No disk.\"} | No disk.",
                "401 | {\"message\":\"No.\"}      | lets no smaller key take a snapshot",
                "200 | <html>                     | <html>"
            })
    void take_fails_whenTheServerSaysAnythingElse(int status, String body, String words) throws Exception {
        try (FakeServer server = saying(answer(status, body))) {
            assertThatThrownBy(() -> of(server.uri()).take(server.uri(), "/snapshot", PATIENT))
                    .isInstanceOfSatisfying(
                            SinkException.class,
                            e -> assertThat(e.getMessage() + "; " + e.hint()).contains(words));
        }
    }

    /** As 0.24.1 does where another snapshot is at work. */
    @Test
    void take_ends_whenTheServerNeverAnswers() throws Exception {
        try (FakeServer server = saying(FakeServer.HANG)) {
            assertThatThrownBy(() -> of(server.uri()).take(server.uri(), "/snapshot", Duration.ofMillis(300)))
                    .isInstanceOfSatisfying(
                            SinkException.class,
                            e -> assertThat(e.hint())
                                    .contains("another snapshot may be at work")
                                    .contains("/snapshot"));
        }
    }

    @Test
    void leader_isTheNodeThatLeads() throws Exception {
        try (FakeServer follows = debug("{\"state\":4,\"version\":\"0.24.1\"}");
                FakeServer leads = debug("{\"state\":1,\"version\":\"0.24.1\"}")) {
            URI away = URI.create("http://127.0.0.1:1");
            assertThat(of(away, follows.uri(), leads.uri()).leader()).isEqualTo(leads.uri());
            assertThatThrownBy(() -> of(follows.uri()).leader())
                    .isInstanceOfSatisfying(
                            SinkException.class, e -> assertThat(e.hint()).contains("name every node"));
        }
    }

    private static FakeServer saying(String raw) throws IOException {
        return new FakeServer(request -> request.startsWith("POST /operations/snapshot") ? raw : null);
    }

    private static FakeServer debug(String body) throws IOException {
        return new FakeServer(
                request -> request.startsWith("GET /debug") ? answer(200, body) : (@Nullable String) null);
    }

    private static ServerSnapshots of(URI... nodes) {
        return new ServerSnapshots(new Config.Typesense(List.of(nodes), new Secret("k"), Duration.ofSeconds(10)));
    }
}
