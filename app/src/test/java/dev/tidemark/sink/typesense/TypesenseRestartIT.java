package dev.tidemark.sink.typesense;

import static dev.tidemark.sink.typesense.Sinks.FIELDS;
import static dev.tidemark.sink.typesense.Sinks.document;
import static dev.tidemark.sink.typesense.Sinks.documents;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tidemark.connector.Check;
import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.typesense.http.Paths;
import dev.tidemark.testkit.typesense.TypesenseAdmin;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a real server that is stopped, killed and restarted; with the real distance between two listings. */
class TypesenseRestartIT {

    private static final int LARGE = 100_000;
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    /** 100,000 documents are one request, and a busy machine may take longer than that timeout for it. */
    private static final Duration PATIENT = Duration.ofSeconds(30);

    private static final int RESTARTS = 20;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path snapshots;

    private final TypesenseServer server = TypesenseServer.start();
    private final TypesenseSink sink = new TypesenseSink(Sinks.config(List.of(server.uri()), server.apiKey(), PATIENT));

    @AfterEach
    void close() {
        sink.close();
        server.close();
    }

    @Test
    void pausedServer_timesOut_andIsSettledBeforeTheNextWrite() throws Exception {
        try (TypesenseSink impatient =
                new TypesenseSink(Sinks.config(List.of(server.uri()), server.apiKey(), TIMEOUT))) {
            impatient.create("c", FIELDS, false);
            impatient.upsert("c", documents(10));
            server.pause();
            try {
                assertRetryable("timeout", () -> impatient.upsert("c", List.of(document("0", ",\"n\":2"))));
                assertRetryable("timeout", () -> impatient.upsert("c", List.of(document("0", ",\"n\":3"))));
                assertThat(impatient.unhealthy().orElseThrow().message()).contains("no complete answer");
            } finally {
                server.resume();
            }
            untilAccepted(() -> assertThat(impatient.upsert("c", List.of(document("0", ",\"n\":4"))))
                    .isEmpty());
        }
        // Invariant 2: the first write waited in the stopped server, and must not come after the last.
        assertThat(server.admin().get("/collections/c/documents/0")).contains("\"n\":4");
    }

    @Test
    void killedServer_isRetryableWhileLoading_andLosesNothing() throws Exception {
        sink.create("c", FIELDS, false);
        sink.upsert("c", documents(20_000));
        server.kill();
        assertRetryable("connection", () -> sink.upsert("c", documents(10)));
        assertRetryable("connection", () -> sink.find("c"));
        assertThat(sink.preflight()).extracting(Check::outcome).containsExactly(Check.Outcome.UNREACHABLE);
        server.startAgainWithoutWaiting();
        untilAccepted(
                () -> assertThat(sink.upsert("c", List.of(document("new")))).isEmpty());
        assertThat(sink.find("c").orElseThrow().documents()).isEqualTo(20_001);
    }

    /**
     * After kill -9 the server is healthy at once and plays its log again: the collection is there, empty at first, with
     * nothing pending for a moment.
     */
    @Test
    void unseenRestart_neverMakesHalfACollectionLookComplete() throws Exception {
        createBehindASnapshot();
        restartUnseen();
        AtomicLong ids = new AtomicLong();
        untilAccepted(() -> {
            ids.set(0);
            sink.exportIds("c", id -> ids.incrementAndGet());
        });
        assertThat(ids.get()).isEqualTo(LARGE);
    }

    @Test
    void unseenRestart_neverEndsATruncateEarly() throws Exception {
        createBehindASnapshot();
        restartUnseen();
        untilAccepted(() -> sink.truncate("c"));
        sink.upsert("c", List.of(document("last"))); // Comes after whatever the server still had to play.
        assertThat(sink.find("c").orElseThrow().documents()).isEqualTo(1);
    }

    @Test
    void killDuringWrites_isRetryable() throws Exception {
        sink.create("c", FIELDS, false);
        CompletableFuture<Void> killed = new CompletableFuture<>();
        CompletableFuture<Void> started = new CompletableFuture<>();
        Thread killer = new Thread(() -> {
            started.join();
            server.kill();
            killed.complete(null);
        });
        killer.start();
        assertThatThrownBy(() -> {
                    for (int round = 0; round < 10_000; round++) {
                        sink.upsert("c", documents(5_000));
                        started.complete(null);
                    }
                })
                .isInstanceOfSatisfying(
                        SinkException.class, e -> assertThat(e.kind()).isEqualTo(SinkException.Kind.RETRYABLE));
        killed.join();
        server.startAgainWithoutWaiting();
        untilAccepted(() ->
                sink.delete("c", documents(5_000).stream().map(d -> d.id()).toList()));
        assertThat(sink.find("c").orElseThrow().documents()).isZero();
    }

    /**
     * With a snapshot the server is healthy as soon as that is loaded, and plays what came after it in the open; without
     * one it is healthy only at the end.
     */
    private void createBehindASnapshot() throws Exception {
        sink.create("c", FIELDS, false);
        server.admin().post("/operations/snapshot?snapshot_path=" + Paths.segment(snapshots + "/first"), "");
        sink.upsert("c", documents(LARGE));
    }

    /**
     * Nothing is sent through the sink meanwhile, so it believes that all is well. Returns at the first healthy answer. Where the
     * server has all its documents by then the test would prove nothing: then it is killed again, and fails if that is always so.
     */
    private void restartUnseen() {
        TypesenseAdmin admin = server.admin();
        String collections = "";
        for (int restart = 0; restart < RESTARTS; restart++) {
            server.kill();
            server.startAgainWithoutWaiting();
            await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(2))
                    .ignoreExceptions()
                    .until(() -> admin.status("GET", "/health") == 200);
            collections = admin.get("/collections");
            if (!collections.contains("\"num_documents\":" + LARGE)) {
                return;
            }
        }
        assertThat(collections).doesNotContain("\"num_documents\":" + LARGE);
    }

    /** As the flush worker does: what is retryable is sent again; anything else fails the test. */
    private static void untilAccepted(Attempt attempt) {
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    try {
                        attempt.run();
                        return true;
                    } catch (SinkException e) {
                        assertThat(e.kind()).as(e.toString()).isEqualTo(SinkException.Kind.RETRYABLE);
                        return false;
                    }
                });
    }

    private static void assertRetryable(String reason, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(SinkException.class, e -> {
            assertThat(e.kind()).isEqualTo(SinkException.Kind.RETRYABLE);
            assertThat(e.reason()).isEqualTo(reason);
        });
    }

    private interface Attempt {
        void run() throws Exception;
    }
}
