package dev.tidemark.sink.typesense;

import static dev.tidemark.sink.typesense.Sinks.FIELDS;
import static dev.tidemark.sink.typesense.Sinks.document;
import static dev.tidemark.sink.typesense.Sinks.documents;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tidemark.sink.Document;
import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.SinkField;
import dev.tidemark.sink.typesense.http.Json;
import dev.tidemark.sink.typesense.http.Paths;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a fence proves, with a real server: our own earlier writes are done, whatever others write meanwhile. */
class FenceIT {

    private static final int LAST = 15_000;
    /** A field that takes the server time to index. */
    private static final List<SinkField> TEXT = List.of(
            new SinkField("n", "int32", false, true, true, null),
            new SinkField("t", "string", false, true, true, null));

    @SuppressWarnings("NullAway.Init")
    private static TypesenseServer server;

    /** Not where it is declared: a test that is run a second time needs another one, this one is closed by then. */
    @BeforeAll
    static void start() {
        server = TypesenseServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** Of a process that was killed with an import on its way: the next one must not write before that is done. */
    @Test
    void anImportWhoseConnectionWasClosed_isDoneBeforeTheFirstWriteOfTheNextProcess() throws Exception {
        sink(Duration.ofSeconds(60)).create("crashed", TEXT, false);
        sendAndClose("crashed", importBody(1));
        // Not the quick one of other tests: the distance between the first answer and the first write is what is tried.
        try (TypesenseSink next = new TypesenseSink(config(Duration.ofSeconds(60)))) {
            next.upsert("crashed", List.of(document(Integer.toString(LAST - 1), ",\"n\":2,\"t\":\"new\"")));
        }
        assertThat(server.admin().get("/collections/crashed")).contains("\"num_documents\":" + LAST);
        awaitNothingPending();
        assertThat(server.admin().get("/collections/crashed/documents/" + (LAST - 1)))
                .contains("\"n\":2");
    }

    @Test
    void anImportThatTimedOut_isDoneBeforeTheNextWrite() throws Exception {
        TypesenseSink patient = sink(Duration.ofSeconds(60));
        patient.create("slow", TEXT, false);
        TypesenseSink sink = sink(Duration.ofMillis(150));
        // Settled first: what times out below must be the import, not a fence before it.
        untilAccepted(() -> sink.upsert("slow", List.of(document("0", ",\"n\":0,\"t\":\"\""))));
        List<Document> old = IntStream.range(0, 5_000)
                .mapToObj(i -> document(Integer.toString(i), ",\"n\":1,\"t\":\"" + manyWords(i) + "\""))
                .toList();
        assertThatThrownBy(() -> sink.upsert("slow", old)).isInstanceOf(SinkException.class);
        untilAccepted(() -> sink.upsert("slow", List.of(document("4999", ",\"n\":2,\"t\":\"new\""))));
        assertThat(server.admin().get("/collections/slow")).contains("\"num_documents\":5000");
        awaitNothingPending();
        assertThat(server.admin().get("/collections/slow/documents/4999")).contains("\"n\":2");
    }

    /** What a stop records for the next start. */
    @Test
    void endWrites_isClean_onlyIfEachWriteWasAnswered() throws Exception {
        TypesenseSink calm = sink(Duration.ofSeconds(60));
        calm.create("ended", TEXT, false);
        calm.upsert("ended", List.of(document("0", ",\"n\":0,\"t\":\"\"")));
        assertThat(calm.endWrites()).isTrue();
        assertThatThrownBy(() -> calm.upsert("ended", List.of(document("1", ",\"n\":0,\"t\":\"\""))))
                .hasMessageContaining("is not written to any more");

        TypesenseSink hasty = sink(Duration.ofMillis(150));
        untilAccepted(() -> hasty.upsert("ended", List.of(document("0", ",\"n\":0,\"t\":\"\""))));
        List<Document> many = IntStream.range(0, 5_000)
                .mapToObj(i -> document(Integer.toString(i), ",\"n\":1,\"t\":\"" + manyWords(i) + "\""))
                .toList();
        assertThatThrownBy(() -> hasty.upsert("ended", many)).isInstanceOf(SinkException.class);
        assertThat(hasty.endWrites()).isFalse();
    }

    @Test
    void aFence_changesNothing() throws Exception {
        TypesenseSink sink = sink(Duration.ofSeconds(60));
        assertThat(sink.find("nowhere")).isEmpty();
        assertThat(server.admin().status("GET", "/collections/nowhere")).isEqualTo(404);
        sink.create("calm", FIELDS, false);
        sink.upsert("calm", documents(3));
        List<String> ids = new ArrayList<>();
        sink.exportIds("calm", ids::add);
        assertThat(ids).containsExactlyInAnyOrder("0", "1", "2");
    }

    /** The smallest key: nothing of the whole server's statistics or collections. */
    @Test
    void aFence_needsNoMoreThanTheWritesThemselves() throws Exception {
        sink(Duration.ofSeconds(60)).create("scoped", FIELDS, false);
        String answer = server.admin()
                .post(
                        "/keys",
                        "{\"description\":\"small\",\"actions\":[\"collections:get\",\"documents:import\",\"documents:delete\","
                                + "\"documents:export\"],\"collections\":[\"scoped\"]}");
        String key = Json.MAPPER.readTree(answer).path("value").asText();
        TypesenseSink sink = new TypesenseSink(
                Sinks.config(List.of(server.uri()), key, Duration.ofSeconds(20)), Duration.ofMillis(20));
        sink.find("scoped");
        assertThat(sink.upsert("scoped", documents(5))).isEmpty();
        List<String> ids = new ArrayList<>();
        sink.exportIds("scoped", ids::add);
        assertThat(ids).hasSize(5);
        sink.delete("scoped", List.of("0"));
    }

    /** Six clients that import without a pause: the server is never silent, and nothing of ours waits for that. */
    @Test
    void neighbours_doNotHoldAnythingBack() throws Exception {
        try (Neighbours neighbours = new Neighbours(server, 6)) {
            await().atMost(Duration.ofSeconds(60)).until(() -> neighbours.imported() > 6);
            long begin = System.nanoTime();
            TypesenseSink sink = new TypesenseSink(config(Duration.ofSeconds(60)));
            sink.settle();
            for (String collection : List.of("tenant_a", "tenant_b")) {
                assertThat(sink.find(collection)).isEmpty();
                sink.create(collection, FIELDS, false);
                assertThat(sink.find(collection)).isPresent();
                assertThat(sink.upsert(collection, documents(100))).isEmpty();
                List<String> ids = new ArrayList<>();
                sink.exportIds(collection, ids::add);
                assertThat(ids).hasSize(100);
                sink.truncate(collection);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begin))
                    .as("to wait for silence would take until the neighbours end")
                    .isLessThan(Duration.ofMinutes(3));
        }
    }

    private static String importBody(int n) {
        return IntStream.range(0, LAST)
                .mapToObj(i -> "{\"id\":\"" + i + "\",\"n\":" + n + ",\"t\":\"" + words(i) + "\"}")
                .collect(Collectors.joining("\n"));
    }

    /** So many that an import of 5,000 such documents takes several times the timeout, and is still one request. */
    private static String manyWords(int i) {
        return String.join(" ", words(i), words(i + 1_000), words(i + 2_000), words(i + 3_000));
    }

    private static String words(int i) {
        return IntStream.range(0, 30)
                .mapToObj(k -> "w" + Math.floorMod(i * 7 + k * 13, 5000))
                .collect(Collectors.joining(" "));
    }

    /** As a process that dies after its last byte. */
    private static void sendAndClose(String collection, String body) throws IOException {
        URI uri = server.uri();
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), uri.getPort())) {
            socket.getOutputStream()
                    .write(("POST " + Paths.upsert(collection) + " HTTP/1.1\r\nHost: x\r\nX-TYPESENSE-API-KEY: "
                                    + server.apiKey() + "\r\nContent-Length: " + bytes.length + "\r\n\r\n")
                            .getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().write(bytes);
        }
    }

    private static void awaitNothingPending() {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> server.admin().get("/stats.json").contains("\"pending_write_batches\": 0"));
    }

    private static dev.tidemark.config.Config.Typesense config(Duration timeout) {
        return Sinks.config(List.of(server.uri()), server.apiKey(), timeout);
    }

    private static TypesenseSink sink(Duration timeout) {
        return new TypesenseSink(config(timeout), Duration.ofMillis(20));
    }

    private static void untilAccepted(Attempt attempt) {
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    try {
                        attempt.run();
                        return true;
                    } catch (SinkException e) {
                        assertThat(e.kind()).isEqualTo(SinkException.Kind.RETRYABLE);
                        return false;
                    }
                });
    }

    private interface Attempt {
        void run() throws Exception;
    }
}
