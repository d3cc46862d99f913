package dev.tidemark.sink.typesense;

import static dev.tidemark.sink.typesense.FakeServer.answer;
import static dev.tidemark.sink.typesense.Sinks.documents;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.tls.Identity;
import dev.tidemark.sink.Document;
import dev.tidemark.sink.Rejection;
import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.SinkException.Kind;
import dev.tidemark.sink.Updated;
import dev.tidemark.testkit.Certificates;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How failures are sorted, with a server that says what a real one cannot be made to say. */
class TypesenseSinkTest {

    private static final String HTML = "<html><body>Bad Gateway</body></html>";
    private static final String OK = "{\"success\":true}";
    private final List<FakeServer> servers = new ArrayList<>();

    @AfterEach
    void close() {
        servers.forEach(FakeServer::close);
    }

    @ParameterizedTest
    @CsvSource({
        "401, FATAL, unauthorized",
        "403, FATAL, unauthorized",
        "408, RETRYABLE, http_408",
        "429, RETRYABLE, http_429",
        "500, RETRYABLE, http_500",
        "502, RETRYABLE, http_502",
        "503, RETRYABLE, not_ready"
    })
    void upsert_sortsByStatus(int status, Kind kind, String reason) throws Exception {
        FakeServer server = importing(answer(status, "{\"message\":\"Words.\"}"));
        assertFails(kind, reason, () -> sink(server).upsert("c", documents(2)))
                .hasMessageContaining("Words.")
                .hasMessageContaining(server.uri().toString());
        assertThat(server.count("POST")).isEqualTo(1); // The caller retries.
    }

    @Test
    void upsert_isDamaged_whenTheAnswerIsNotTypesenses() throws Exception {
        for (String said : List.of(
                answer(200, HTML), answer(200, ""), answer(200, OK), answer(404, HTML), answer(400, HTML), "garbage")) {
            FakeServer server = importing(said);
            assertThatThrownBy(() -> sink(server).upsert("c", documents(2)))
                    .isInstanceOfSatisfying(SinkException.class, e -> {
                        assertThat(e.kind()).isEqualTo(Kind.RETRYABLE);
                        assertThat(e.reason()).isIn("damaged", "connection");
                    });
        }
    }

    @Test
    void upsert_isRetryable_whenTheAnswerIsCut() throws Exception {
        for (String said : List.of(FakeServer.truncated(OK + "\n" + OK), FakeServer.unfinished(OK + "\n" + OK), "")) {
            FakeServer server = importing(said);
            assertFails(Kind.RETRYABLE, "connection", () -> sink(server).upsert("c", documents(2)));
        }
    }

    @Test
    void upsert_timesOut_inHeadersAndInBody() throws Exception {
        for (String said : List.of(FakeServer.HANG, FakeServer.stalled(OK))) {
            FakeServer server = importing(said);
            assertFails(
                    Kind.RETRYABLE,
                    "timeout",
                    () -> sink(Duration.ofMillis(500), server).upsert("c", documents(2)));
        }
    }

    @Test
    void upsert_isRetryable_whenOutOfResources() throws Exception {
        String words = "{\"message\":\"Rejecting write: running out of resource type: OUT_OF_DISK\"}";
        FakeServer rejecting = importing(answer(422, words));
        assertFails(Kind.RETRYABLE, "out_of_resources", () -> sink(rejecting).upsert("c", documents(2)));
        FakeServer late = importing(answer(200, OK + "\n" + words));
        assertFails(Kind.RETRYABLE, "out_of_resources", () -> sink(late).upsert("c", documents(2)));
    }

    /** As 28 to 30 say it: what passes by itself is not the mapping's fault. */
    @ParameterizedTest
    @CsvSource({"Another collection update operation is in progress.", "Skipping writes.", "Skipping write."})
    void alter_isRetryable_whileTheServerIsBusyWithAnother(String words) throws Exception {
        FakeServer server =
                server(request -> request.startsWith("PATCH") ? answer(422, "{\"message\":\"" + words + "\"}") : null);
        assertFails(Kind.RETRYABLE, "not_ready", () -> sink(server).alter("c", Sinks.FIELDS, List.of()));
    }

    @Test
    void upsert_isFatal_whenRedirected() throws Exception {
        FakeServer server = importing(FakeServer.redirect("http://127.0.0.1:1/"));
        assertFails(Kind.FATAL, "redirected", () -> sink(server).upsert("c", documents(2)));
    }

    @ParameterizedTest
    @CsvSource({"400", "413", "422", "431"})
    void upsert_splitsARefusedRequest_downToTheDocument(int status) throws Exception {
        FakeServer server = server(request -> {
            if (!request.startsWith("POST")) {
                return null;
            }
            String body = request.substring(request.indexOf('{'));
            return body.contains("\"id\":\"6\"")
                    ? answer(status, "{\"message\":\"No.\"}")
                    : answer(
                            200,
                            String.join(
                                    "\n", Collections.nCopies((int) body.lines().count(), OK)));
        });
        assertThat(sink(server).upsert("c", documents(11))).containsExactly(new Rejection(6, status + ": No."));
    }

    @Test
    void update_splitsLikeAnUpsert_andTellsTheMissingByTheirPlaces() throws Exception {
        FakeServer server = server(request -> {
            if (!request.startsWith("POST")) {
                return null;
            }
            assertThat(request).contains("/documents/import?dirty_values=reject&action=update ");
            String body = request.substring(request.indexOf('{'));
            String missing = "{\"code\":404,\"error\":\"Could not find it\",\"success\":false}";
            return body.contains("\"id\":\"6\"")
                    ? answer(413, "{\"message\":\"No.\"}")
                    : answer(
                            200,
                            body.lines()
                                    .map(line -> line.contains("\"id\":\"8\"") ? missing : OK)
                                    .collect(java.util.stream.Collectors.joining("\n")));
        });
        Updated updated = sink(server).update("c", documents(11));
        assertThat(updated.rejections()).containsExactly(new Rejection(6, "413: No."));
        assertThat(updated.missing()).containsExactly(8);
    }

    @Test
    void upsert_splits_whenAProxySays413InHtml() throws Exception {
        FakeServer server = importing(answer(413, HTML));
        assertThat(sink(server).upsert("c", documents(2)))
                .extracting(Rejection::index)
                .containsExactly(0, 1);
    }

    @Test
    void upsert_sendsSeveralRequests_andKeepsPositions() throws Exception {
        FakeServer server = server(request -> {
            if (!request.startsWith("POST")) {
                return null;
            }
            String bad = "{\"code\":400,\"error\":\"Bad.\",\"success\":false}";
            List<String> lines = new ArrayList<>();
            request.substring(request.indexOf('{')).lines().forEach(line -> lines.add(line.contains("bad") ? bad : OK));
            return answer(200, String.join("\n", lines));
        });
        List<Document> big = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            big.add(Sinks.document(i == 7 ? "bad" : "" + i, ",\"s\":\"" + "x".repeat(1_000_000) + "\""));
        }
        big.add(Sinks.document("huge", ",\"s\":\"" + "x".repeat(5_000_000) + "\""));
        assertThat(sink(server).upsert("c", big)).containsExactly(new Rejection(7, "400: Bad."));
        assertThat(server.requests)
                .filteredOn(request -> request.startsWith("POST"))
                .hasSize(4);
    }

    @Test
    void upsert_refusesWhatIsNotOneLine() throws Exception {
        FakeServer server = importing(answer(200, OK));
        Document two = new Document("1", "{\"id\":\n\"1\"}".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> sink(server).upsert("c", List.of(two))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void upsert_sendsNothing_beforeItIsSettled() throws Exception {
        FakeServer server = importing(answer(200, OK));
        server.fence = FakeServer.HANG;
        TypesenseSink sink = sink(Duration.ofSeconds(2), server);
        assertFails(Kind.RETRYABLE, "timeout", () -> sink.upsert("c", documents(1)));
        assertThat(server.count("POST")).isZero();
        server.fence = answer(200, "{\"num_deleted\":0}");
        assertThat(sink.upsert("c", documents(1))).isEmpty();
    }

    @Test
    void upsert_isFatal_whenTheKeyMayNotDelete() throws Exception {
        FakeServer server = importing(answer(200, OK));
        server.fence = answer(401, "{\"message\":\"Forbidden\"}");
        assertThatThrownBy(() -> sink(server).upsert("c", documents(1)))
                .isInstanceOfSatisfying(SinkException.class, e -> {
                    assertThat(e.kind()).isEqualTo(Kind.FATAL);
                    assertThat(e.hint()).contains("documents:delete");
                });
    }

    @Test
    void upsert_staysOnTheNode_untilATimedOutWriteIsDone() throws Exception {
        AtomicReference<String> said = new AtomicReference<>(FakeServer.HANG);
        FakeServer first = server(request -> request.startsWith("POST") ? said.get() : null);
        FakeServer second = importing(answer(200, OK));
        TypesenseSink sink = sink(Duration.ofSeconds(2), first, second);
        assertFails(Kind.RETRYABLE, "timeout", () -> sink.upsert("c", documents(1)));
        first.fence = FakeServer.HANG;
        said.set(answer(200, OK));
        first.release();
        assertFails(Kind.RETRYABLE, "connection", () -> sink.upsert("c", documents(1))); // The write's own connection.
        assertFails(Kind.RETRYABLE, "timeout", () -> sink.upsert("c", documents(1))); // The fence.
        assertThat(first.count("POST")).isEqualTo(1);
        first.fence = answer(200, "{\"num_deleted\":0}");
        sink.upsert("c", documents(1));
        assertThat(second.requests).isEmpty();
    }

    @Test
    void upsert_takesTheNextNode_whenOneRefusesConnections() throws Exception {
        FakeServer first = importing(answer(200, OK));
        FakeServer second = importing(answer(200, OK));
        TypesenseSink sink = sink(first, second);
        sink.upsert("c", documents(1));
        first.close();
        assertFails(Kind.RETRYABLE, "connection", () -> sink.upsert("c", documents(1)));
        sink.upsert("c", documents(1));
        assertThat(second.fences).hasValue(1); // The new node was settled first.
    }

    @Test
    void delete_goesByPath_whenTheFilterIsRefused() throws Exception {
        FakeServer server = server(request -> request.startsWith("DELETE /collections/c/documents?")
                ? answer(414, "{\"message\":\"Too long.\"}")
                : request.startsWith("DELETE")
                        ? answer(404, "{\"message\":\"Could not find a document with id: a\"}")
                        : null);
        sink(server).delete("c", List.of("a", "b"));
        assertThat(server.count("DELETE /collections/c/documents/")).isEqualTo(2);
    }

    @Test
    void delete_isDamaged_whenNothingIsSaidAboutIt() throws Exception {
        FakeServer server = server(request -> request.startsWith("DELETE") ? answer(200, HTML) : null);
        assertFails(Kind.RETRYABLE, "damaged", () -> sink(server).delete("c", List.of("a")));
        assertFails(Kind.RETRYABLE, "damaged", () -> sink(server).delete("c", List.of("a b")));
    }

    @Test
    void delete_understandsAnUnescapedId() throws Exception {
        // What 0.24.1 says of the id " is no JSON.
        String said = "{\"message\": \"Could not find a document with id: \"\"}";
        FakeServer server = server(request -> request.startsWith("DELETE") ? answer(404, said) : null);
        sink(server).delete("c", List.of("\""));
        assertThat(server.count("DELETE")).isEqualTo(1);
    }

    @Test
    void exportIds_fails_whenIdsAreMissing() throws Exception {
        assertFails(Kind.RETRYABLE, "not_ready", () -> export(answer(200, "{\"id\":\"1\"}")));
        assertFails(Kind.RETRYABLE, "connection", () -> export(FakeServer.truncated("{\"id\":\"1\"}\n{\"id\":\"2\"}")));
        assertFails(
                Kind.RETRYABLE, "connection", () -> export(FakeServer.unfinished("{\"id\":\"1\"}\n{\"id\":\"2\"}")));
        assertFails(Kind.RETRYABLE, "damaged", () -> export(answer(200, "{\"id\":\"1\"}\n{\"id\":")));
        assertFails(Kind.RETRYABLE, "damaged", () -> export(answer(200, HTML)));
        assertFails(Kind.RETRYABLE, "timeout", () -> export(FakeServer.stalled("{\"id\":\"1\"}\n")));
        assertFails(Kind.RETRYABLE, "http_502", () -> export(answer(502, HTML)));
        assertThat(export(answer(200, "{\"id\":\"1\"}\n{\"id\":\"2\"}\n"))).containsExactly("1", "2");
        // 30, of a document that was deleted meanwhile.
        String deleted = "Error while getting seq_id of `3`: Could not find it";
        assertThat(export(answer(200, "{\"id\":\"1\"}\n" + deleted + "\n{\"id\":\"2\"}")))
                .containsExactly("1", "2");
    }

    @Test
    void truncate_asksOnce_whereTheServerCan() throws Exception {
        FakeServer server = server(request -> request.startsWith("GET /debug")
                ? answer(200, "{\"state\":1,\"version\":\"30.1\"}")
                : request.startsWith("DELETE") ? answer(200, "{\"num_deleted\":2}") : null);
        sink(server).truncate("c");
        assertThat(server.requests).contains("DELETE /collections/c/documents?truncate=true");
    }

    @Test
    void major_isTheOldest_whereItIsUnknown() {
        assertThat(TypesenseSink.major("0.24.1")).isZero();
        assertThat(TypesenseSink.major("28.0.rc3")).isEqualTo(28);
        assertThat(TypesenseSink.major("")).isZero();
        assertThat(TypesenseSink.major("nightly")).isZero();
    }

    @Test
    void interrupt_endsARequestAtOnce() throws Exception {
        FakeServer server = importing(FakeServer.HANG);
        assertInterruptible(server, () -> server.count("POST") == 1);
    }

    /** A stop has 8 s, and a fence may take longer. */
    @Test
    void interrupt_endsTheWaitForAFenceAtOnce() throws Exception {
        FakeServer server = importing(answer(200, OK));
        server.fence = FakeServer.HANG;
        assertInterruptible(server, () -> server.fences.get() == 1);
    }

    private static void assertInterruptible(FakeServer server, Callable<Boolean> waiting) {
        AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
        Thread thread = new Thread(() -> {
            try {
                sink(Duration.ofMinutes(5), server).upsert("c", documents(1));
            } catch (Exception e) {
                thrown.set(e);
            }
        });
        thread.start();
        await().until(waiting);
        thread.interrupt();
        await().atMost(Duration.ofSeconds(30)).until(() -> thrown.get() instanceof InterruptedException);
    }

    @Test
    void unhealthy_saysWhatIsWrong() throws Exception {
        FakeServer server = server(request -> request.startsWith("GET /health") ? answer(503, "{\"ok\":false}") : null);
        assertThat(wrong(server.uri()).message()).contains("503");
        server.close();
        assertThat(wrong(server.uri()).message()).contains("refused");
        assertThat(wrong(server.uri()).hint()).isEqualTo("see whether Typesense runs");
    }

    /** Typesense runs, so to look whether it does would help nobody. */
    @Test
    void unhealthy_saysWhatToDoAboutACertificate() throws Exception {
        try (Certificates certificates = new Certificates()) {
            Certificates.Issued shown = certificates.issue("typesense", "ip:127.0.0.1");
            HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setHttpsConfigurator(
                    new HttpsConfigurator(new Identity(shown.certificate(), shown.key()).serverContext()));
            server.start();
            try {
                Check wrong = wrong(
                        URI.create("https://127.0.0.1:" + server.getAddress().getPort()));
                assertThat(wrong.message()).contains("was issued by no authority");
                assertThat(wrong.hint()).contains("set sink.typesense.tls.ca");
            } finally {
                server.stop(0);
            }
        }
    }

    private static Check wrong(URI node) throws Exception {
        try (TypesenseSink sink = Sinks.quick(node, "key")) {
            return sink.unhealthy().orElseThrow();
        }
    }

    @Test
    void preflight_refuses_whatIsNotTypesense() throws Exception {
        FakeServer web = server(request -> answer(200, HTML));
        FakeServer moved = server(request -> FakeServer.redirect("https://elsewhere/"));
        for (FakeServer server : List.of(web, moved)) {
            assertThat(sink(server).preflight()).extracting(Check::outcome).containsExactly(Check.Outcome.FAILED);
        }
    }

    private List<String> export(String said) throws Exception {
        FakeServer server = server(request -> request.startsWith("GET /collections/c/documents/export") ? said : null);
        List<String> ids = new ArrayList<>();
        // Only what never answers may time out, whatever the machine is busy with.
        Duration timeout = Duration.ofSeconds(said.startsWith(FakeServer.HANG) ? 1 : 10);
        sink(timeout, server).exportIds("c", ids::add);
        return ids;
    }

    private FakeServer importing(String said) throws Exception {
        return server(request -> request.startsWith("POST") ? said : null);
    }

    private FakeServer server(Function<String, @Nullable String> script) throws Exception {
        FakeServer server = new FakeServer(script);
        servers.add(server);
        return server;
    }

    private static TypesenseSink sink(FakeServer... servers) {
        return sink(Duration.ofSeconds(10), servers);
    }

    private static TypesenseSink sink(Duration timeout, FakeServer... servers) {
        List<URI> nodes = Arrays.stream(servers).map(FakeServer::uri).toList();
        return new TypesenseSink(Sinks.config(nodes, "key", timeout), Duration.ofMillis(1));
    }

    private static AbstractThrowableAssert<?, ?> assertFails(Kind kind, String reason, ThrowingCallable call) {
        return assertThatThrownBy(call).isInstanceOfSatisfying(SinkException.class, e -> {
            assertThat(e.kind()).isEqualTo(kind);
            assertThat(e.reason()).as(e.toString()).isEqualTo(reason);
            assertThat(e.hint()).isNotEmpty();
            assertThat(e.toString()).doesNotContain("X-TYPESENSE-API-KEY");
        });
    }
}
