package dev.tidemark.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.approval.Approval;
import dev.tidemark.approval.Approvals;
import dev.tidemark.config.Config;
import dev.tidemark.config.read.ConfigLoader;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.postgres.PostgresConnectorFactory;
import dev.tidemark.deadletter.DeadLetter;
import dev.tidemark.deadletter.DeadLetterFilter;
import dev.tidemark.deadletter.DeadLetterReview;
import dev.tidemark.deadletter.DeadLetters;
import dev.tidemark.golden.Golden;
import dev.tidemark.health.Health;
import dev.tidemark.health.PipelineStatus;
import dev.tidemark.http.HttpEndpoint;
import dev.tidemark.http.Pages;
import dev.tidemark.http.Route;
import dev.tidemark.load.Loads;
import dev.tidemark.load.RowSelection;
import dev.tidemark.logging.Logging;
import dev.tidemark.metrics.PipelineMetrics;
import dev.tidemark.metrics.Statuses;
import dev.tidemark.page.HistoryForm;
import dev.tidemark.page.StatusPage;
import dev.tidemark.trace.Operation;
import dev.tidemark.trace.Outcome;
import dev.tidemark.trace.TraceBuffer;
import dev.tidemark.trace.TraceEntry;
import dev.tidemark.verify.Finding;
import dev.tidemark.verify.Kind;
import dev.tidemark.verify.Report;
import dev.tidemark.verify.VerifyRequest;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The form of every answer of {@code /api} and {@code /health}, which commands with {@code --json} print as it is. */
class ApiFormsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");
    private static final TableId ITEMS = new TableId("public", "items");

    private final Path directory;
    private final HttpClient client = HttpClient.newHttpClient();
    private final Health health = new Health();
    private final Fixed pipeline;
    private final List<Route> routes = new ArrayList<>();
    private HttpEndpoint endpoint;
    private StatusPage page;

    ApiFormsTest(@TempDir Path directory) throws Exception {
        this.directory = directory;
        this.pipeline = new Fixed(directory);
    }

    /** A pipeline that answers the same at all times. */
    private static final class Fixed implements Operations {
        private final Approvals approvals;
        private final DeadLetters deadLetters;
        private final Loads snapshots = new Loads(
                pending -> {}, List.of(), table -> -1, new PipelineMetrics(new SimpleMeterRegistry(), "shop"));

        Fixed(Path directory) throws Exception {
            approvals = Approvals.open(directory);
            deadLetters = DeadLetters.open(directory.resolve("letters"), 1 << 20);
            deadLetters.append(List.of(deadLetter()));
        }

        private static DeadLetter deadLetter() {
            return new DeadLetter(
                    "goods",
                    "4711",
                    "public.items",
                    "4711",
                    "upsert",
                    "{\"id\":\"4711\"}",
                    "Field `price` must be a float.",
                    2,
                    4711,
                    TIME,
                    TIME);
        }

        @Override
        public boolean pause(Duration timeout) {
            return true;
        }

        @Override
        public void resume() {}

        @Override
        public boolean isPaused() {
            return false;
        }

        @Override
        public boolean flush(Duration timeout) {
            return true;
        }

        @Override
        public boolean start(DeadLetterJob.Action action, DeadLetterFilter filter) {
            return true;
        }

        @Override
        public long deadLetters(DeadLetterFilter filter, int limit, Consumer<DeadLetter> reader) {
            reader.accept(deadLetter());
            return 1;
        }

        @Override
        public DeadLetterReview deadLetterReview() {
            return deadLetters.review();
        }

        @Override
        public Set<String> collections() {
            return Set.of("goods");
        }

        @Override
        public Optional<String> document(String collection, String id) {
            return Optional.of("{\"id\":\"4711\"}");
        }

        @Override
        public Set<TableId> tables() {
            return Set.of(ITEMS);
        }

        @Override
        public RowTraces.Trace trace(TableId table, String key, int limit) {
            List<TraceEntry> entries = new ArrayList<>();
            for (Outcome outcome : Outcome.values()) {
                entries.add(entry(Operation.UPDATE, outcome));
            }
            for (Operation operation : Operation.values()) {
                entries.add(entry(operation, Outcome.UPSERTED));
            }
            return new RowTraces.Trace(
                    new TraceBuffer.Held(
                            entries, true, TIME.toEpochMilli(), new TraceBuffer.Cleared(TIME.toEpochMilli(), 3)),
                    List.of());
        }

        private static TraceEntry entry(Operation operation, Outcome outcome) {
            long millis = TIME.toEpochMilli();
            return new TraceEntry(
                    ITEMS,
                    "goods",
                    "4711",
                    null,
                    operation,
                    operation == Operation.JOIN ? new TableId("public", "brands") : null,
                    4711,
                    millis,
                    millis,
                    7,
                    millis,
                    outcome == Outcome.WRITING ? 0 : millis,
                    outcome,
                    "note");
        }

        @Override
        public String describe(long position) {
            return "LSN " + position;
        }

        @Override
        public Loads snapshots() {
            return snapshots;
        }

        @Override
        public LoadableTables loadableTables() {
            return new LoadableTables(Set.of(ITEMS), Map.of(), table -> 7, (table, where, from) -> RowSelection.ALL);
        }

        @Override
        public List<PipelineStatus.Doubt> doubts() {
            return List.of(new PipelineStatus.Doubt(
                    "public.products",
                    "partition",
                    Statuses.SINCE,
                    "partition public.p1 was attached with rows",
                    "loading",
                    1,
                    3));
        }

        @Override
        public Approvals approvals() {
            return approvals;
        }

        @Override
        public boolean verify(VerifyRequest request) {
            return true;
        }

        @Override
        public Optional<Report> verification() {
            return Optional.of(new Report(
                    new VerifyRequest(null, null, 0, true),
                    Report.State.DONE,
                    1000,
                    Map.of(Kind.DIFFERENT, 1L, Kind.DEAD_LETTER, 1L),
                    1,
                    0,
                    3,
                    List.of(
                            new Finding("goods", "4711", Kind.DIFFERENT, List.of("price"), true),
                            new Finding("goods", "4712", Kind.DEAD_LETTER, List.of(), false)),
                    0,
                    Map.of(),
                    "",
                    ""));
        }

        @Override
        public void approved() {}

        @Override
        public Optional<DeadLetterJob.Progress> job() {
            return Optional.of(new DeadLetterJob.Progress(DeadLetterJob.Action.REPLAY, true, 5, 3, 1, 0, "error"));
        }
    }

    private static PipelineStatus status() {
        return Statuses.status()
                .queue(1, 2, 3, 4)
                .lastFlush(TIME.toString(), 5, 6)
                .collections(List.of(new PipelineStatus.Collection("public.items", "goods", 1, 2, 3, 4, 5, 6)))
                .tables(List.of(new PipelineStatus.Table("public.items", 1, TIME.toString(), 2, 3, true)))
                .snapshot(new PipelineStatus.Snapshot(1, 2, 3.5, 4.5))
                .problem(Health.Part.SINK, new Health.Condition("message", "hint"), TIME.toString())
                .loads(List.of(new PipelineStatus.Load(
                        "public.items",
                        "reading",
                        "requested",
                        TIME.toString(),
                        true,
                        1,
                        2,
                        3.5,
                        4.5,
                        5,
                        "changes",
                        "problem",
                        "22:00")))
                .approvals(List.of(new PipelineStatus.Approval(
                        "row-not-found-1",
                        "row_not_found",
                        "goods",
                        TIME.toString(),
                        "message",
                        "approving",
                        "abandoning",
                        30,
                        List.of("1"))))
                .rates(1.5, 2.5)
                .log(new PipelineStatus.LogRetention(1, 2, 3.5, 4.5))
                .build();
    }

    @BeforeEach
    void start() throws Exception {
        Path file = Files.writeString(directory.resolve("tidemark.yml"), """
                name: shop
                source: { postgres: { host: localhost, database: shop, user: tidemark, password: pw } }
                sink: { typesense: { nodes: ["http://127.0.0.1:8108"], apiKey: key } }
                http: { port: 0 }
                documents: [{ table: public.items }]
                """);
        Config config = ConfigLoader.load(file, List.of(new PostgresConnectorFactory()), Map.of());
        page = StatusPage.start("shop", ApiFormsTest::status);
        routes.addAll(Pages.of(
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), () -> health, () -> true, ApiFormsTest::status));
        routes.addAll(new AdminApi(() -> config, () -> pipeline).routes());
        routes.addAll(page.routes());
        endpoint = HttpEndpoint.start(config.http(), routes);
    }

    @AfterEach
    void stop() {
        endpoint.close();
        page.close();
        Logging.level("info");
    }

    private String answer(String method, String path, @Nullable String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + endpoint.port() + path))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        return "{\"status\":" + response.statusCode() + ",\"body\":" + response.body() + "}";
    }

    private void isFrozen(String name, String method, String path, @Nullable String body) throws Exception {
        Golden.assertJson("api/" + name + ".json", answer(method, path, body));
    }

    private void isFrozen(String name, String path) throws Exception {
        isFrozen(name, "GET", path, null);
    }

    @Test
    void state_isFrozen() throws Exception {
        isFrozen("health-live", "/health/live");
        isFrozen("health-ready", "/health/ready");
        health.set(Health.Part.SINK, new Health.Condition("message", "hint"));
        isFrozen("health-not-ready", "/health/ready");
        isFrozen("status", "/api/status");
        isFrozen("history", "/api/history");
        Golden.assertJson("api/history-sample.json", HistoryForm.of(status(), TIME));
        LoggerFactory.getLogger("dev.tidemark").warn("a line of the log");
        JsonNode events = JSON.readTree(answer("GET", "/api/events", null)).path("body");
        Golden.assertJson(
                "api/events-newest.json", events.path("events").path(0).toString());
    }

    @Test
    void changes_areFrozen() throws Exception {
        isFrozen("pause", "POST", "/api/pause", null);
        isFrozen("resume", "POST", "/api/resume", null);
        isFrozen("flush", "POST", "/api/flush", null);
        String items = "{\"table\":\"public.items\"}";
        isFrozen("snapshot", "POST", "/api/snapshot", items);
        isFrozen("snapshot-stop", "POST", "/api/snapshot/stop", items);
        isFrozen("load", "POST", "/api/loads", items);
        isFrozen("loads", "/api/loads");
        isFrozen("load-cancel", "DELETE", "/api/loads/public.items", null);
        isFrozen("log-level-put", "PUT", "/api/log-level", "{\"level\":\"debug\"}");
        isFrozen("log-level", "/api/log-level");
    }

    @Test
    void deadLetters_areFrozen() throws Exception {
        isFrozen("dead-letters", "/api/dead-letters");
        Golden.assertJson(
                "api/dead-letters-reasons.json",
                answer("GET", "/api/dead-letters/reasons", null)
                        .replaceAll("\"hint\":\"[^\"]*\"", "\"hint\":\"<text>\""));
        isFrozen("dead-letters-replay", "POST", "/api/dead-letters/replay", "{\"all\":true}");
        isFrozen("dead-letters-discard", "POST", "/api/dead-letters/discard", "{\"all\":true}");
        isFrozen("dead-letters-job", "/api/dead-letters/job");
    }

    @Test
    void verification_isFrozen() throws Exception {
        isFrozen("verify-start", "POST", "/api/verify", "{\"repair\": true}");
        isFrozen("verify", "/api/verify");
    }

    @Test
    void approvals_areFrozen() throws Exception {
        pipeline.approvals.raise(new Approval(
                "",
                "row_not_found",
                "goods",
                TIME.toString(),
                "message",
                "approving",
                "abandoning",
                30,
                List.of("1"),
                null));
        isFrozen("approvals", "/api/approvals");
        isFrozen("approvals-decide", "POST", "/api/approvals/row-not-found-1", null);
    }

    @Test
    void rows_areFrozen() throws Exception {
        // Words for people may change.
        Golden.assertJson(
                "api/trace.json",
                answer("GET", "/api/trace?table=public.items&key=4711", null)
                        .replaceAll("\"words\":\"[^\"]*\"", "\"words\":\"<text>\""));
        isFrozen("document", "/api/document?collection=goods&id=4711");
    }

    @Test
    void errors_areFrozen() throws Exception {
        Golden.assertJson(
                "api/error.json",
                answer("GET", "/api/trace", null).replaceAll("\"(error|hint)\":\"[^\"]*\"", "\"$1\":\"<text>\""));
    }

    @Test
    void routes_areFrozen() throws Exception {
        Set<String> served = new TreeSet<>();
        routes.stream()
                .map(route -> route.method() + " " + route.path())
                .filter(route -> route.contains("/api/") || route.contains("/health/") || route.contains("/metrics"))
                .forEach(served::add);
        Golden.assertEquals("api/routes.txt", String.join("\n", served));
        assertThat(served).hasSizeGreaterThan(20);
    }
}
