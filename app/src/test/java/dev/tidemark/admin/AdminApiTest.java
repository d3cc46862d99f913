package dev.tidemark.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.approval.Approval;
import dev.tidemark.approval.Approvals;
import dev.tidemark.config.Config;
import dev.tidemark.config.read.ConfigLoader;
import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.mysql.MySqlConnectorFactory;
import dev.tidemark.connector.postgres.PostgresConnectorFactory;
import dev.tidemark.deadletter.DeadLetter;
import dev.tidemark.deadletter.DeadLetterFilter;
import dev.tidemark.deadletter.DeadLetterReview;
import dev.tidemark.deadletter.DeadLetters;
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
import dev.tidemark.page.StatusPage;
import dev.tidemark.trace.Operation;
import dev.tidemark.trace.Outcome;
import dev.tidemark.trace.TraceBuffer;
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
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminApiTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final PipelineStatus STATUS = Statuses.status().build();

    private final Path directory;
    private final Recorder pipeline;
    private final HttpClient client = HttpClient.newHttpClient();
    private HttpEndpoint endpoint;
    private List<Route> routes;
    private boolean started = true;

    AdminApiTest(@TempDir Path directory) throws Exception {
        this.directory = directory;
        this.pipeline =
                new Recorder(Approvals.open(directory), DeadLetters.open(directory.resolve("letters"), 1 << 20));
    }

    private static final class Recorder implements Operations {
        final List<String> asked = new ArrayList<>();
        final TraceBuffer traces = new TraceBuffer();
        final Approvals approvals;
        final DeadLetters deadLetters;
        boolean paused;
        boolean busy;
        final PipelineMetrics metrics = new PipelineMetrics(new SimpleMeterRegistry(), "shop");
        final Loads snapshots =
                new Loads(pending -> asked.add("stored " + pending.size()), List.of(), table -> -1, metrics);

        Recorder(Approvals approvals, DeadLetters deadLetters) {
            this.approvals = approvals;
            this.deadLetters = deadLetters;
        }

        @Override
        public boolean pause(Duration timeout) {
            asked.add("pause");
            return true;
        }

        @Override
        public void resume() {
            asked.add("resume");
        }

        @Override
        public boolean isPaused() {
            return paused;
        }

        @Override
        public boolean flush(Duration timeout) {
            asked.add("flush");
            return false;
        }

        @Override
        public boolean start(DeadLetterJob.Action action, DeadLetterFilter filter) {
            asked.add(action + " " + filter);
            return !busy;
        }

        @Override
        public long deadLetters(DeadLetterFilter filter, int limit, Consumer<DeadLetter> reader) {
            return 0;
        }

        @Override
        public DeadLetterReview deadLetterReview() {
            return deadLetters.review();
        }

        @Override
        public Set<String> collections() {
            return Set.of("products");
        }

        @Override
        public Optional<String> document(String collection, String id) {
            return id.equals("42") ? Optional.of("{\"id\":\"42\",\"name\":\"Ada\"}") : Optional.empty();
        }

        @Override
        public Set<TableId> tables() {
            return Set.of(new TableId("public", "products"));
        }

        @Override
        public RowTraces.Trace trace(TableId table, String key, int limit) {
            return new RowTraces.Trace(traces.find(table, key::equals, limit), List.of());
        }

        @Override
        public String describe(long position) {
            return "at " + position;
        }

        @Override
        public Loads snapshots() {
            return snapshots;
        }

        @Override
        public LoadableTables loadableTables() {
            TableId products = TableId.parse("public.products");
            return new LoadableTables(
                    Set.of(products, TableId.parse("public.orders")),
                    Map.of(TableId.parse("public.brands"), products),
                    table -> 7,
                    (table, where, from) -> new RowSelection(where, List.of(), List.of()));
        }

        @Override
        public List<PipelineStatus.Doubt> doubts() {
            return List.of();
        }

        @Override
        public Approvals approvals() {
            return approvals;
        }

        @Override
        public boolean verify(VerifyRequest request) {
            asked.add("verify " + request);
            return true;
        }

        @Override
        public Optional<Report> verification() {
            return Optional.empty();
        }

        @Override
        public void approved() {
            asked.add("approved");
        }

        @Override
        public Optional<DeadLetterJob.Progress> job() {
            return Optional.of(new DeadLetterJob.Progress(DeadLetterJob.Action.REPLAY, true, 5, 3, 1, 0, null));
        }
    }

    private Config config(String http) throws Exception {
        Path file =
                Files.writeString(directory.resolve("tidemark.yml"), """
                name: shop
                state: %s
                source: { postgres: { host: localhost, database: shop, user: tidemark, password: geheim-db,
                          debezium: { database.sslpassword: geheim-ssl } } }
                sink: { typesense: { nodes: ["http://127.0.0.1:8108"], apiKey: geheim-key } }
                http: %s
                documents:
                  - table: public.products
                    where: "row.price > 0"
                    fields: { name: ~, total: { cel: "row.price * 2" } }
                    require: { name: { regex: "^a" } }
                  - table: public.orders
                    query: "SELECT id FROM orders WHERE id IN (:ids)"
                """.formatted(directory.resolve("state"), http));
        return ConfigLoader.load(file, List.of(new PostgresConnectorFactory(), new MySqlConnectorFactory()), Map.of());
    }

    private void start(String http) throws Exception {
        Config config = config(http);
        routes = new ArrayList<>(
                Pages.of(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), Health::new, () -> true, () -> STATUS));
        routes.addAll(new AdminApi(() -> config, () -> started ? pipeline : null).routes());
        endpoint = HttpEndpoint.start(config.http(), routes);
    }

    @BeforeEach
    void start() throws Exception {
        start("{ port: 0 }");
    }

    @AfterEach
    void stop() {
        endpoint.close();
        Logging.level("info");
    }

    private HttpResponse<String> send(String method, String path, @Nullable String body, String... headers)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + endpoint.port() + path))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        } else if (body != null) {
            request.header("Content-Type", "application/json");
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private void rejected(int status, String method, String path, @Nullable String body, String... headers)
            throws Exception {
        HttpResponse<String> response = send(method, path, body, headers);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        JsonNode error = JSON.readTree(response.body());
        assertThat(error.path("error").asText()).isNotEmpty();
        assertThat(error.path("hint").asText()).isNotEmpty();
        assertThat(pipeline.asked).isEmpty();
    }

    @Test
    void pauseResumeFlush_reachThePipeline() throws Exception {
        assertThat(send("POST", "/api/pause", null).body()).contains("\"atRest\":true");
        assertThat(send("POST", "/api/resume", "{}").statusCode()).isEqualTo(200);
        assertThat(send("POST", "/api/flush", null).statusCode()).isEqualTo(202);
        assertThat(pipeline.asked).containsExactly("pause", "resume", "flush");
    }

    @Test
    void verify_reachesThePipeline_butNotWhatIsMisspelled() throws Exception {
        rejected(400, "POST", "/api/verify", "{\"tabel\":\"public.products\"}");
        rejected(400, "POST", "/api/verify", "{\"sample\":-1}");
        assertThat(send("POST", "/api/verify", "{\"table\":\"public.products\",\"sample\":9,\"repair\":true}")
                        .statusCode())
                .isEqualTo(202);
        assertThat(pipeline.asked).containsExactly("verify " + new VerifyRequest("public.products", null, 9, true));
        assertThat(send("GET", "/api/verify", null).body()).contains("\"none\"");
    }

    @Test
    void snapshot_isRemembered_answeredAtOnce_andCanBeGivenUp() throws Exception {
        String products = "{\"table\":\"public.products\"}";
        HttpResponse<String> begun = send("POST", "/api/snapshot", products);
        assertThat(begun.statusCode()).isEqualTo(202);
        assertThat(JSON.readTree(begun.body()))
                .isEqualTo(JSON.readTree("{\"table\":\"public.products\",\"state\":\"accepted\",\"estimatedRows\":7}"));
        HttpResponse<String> twice = send("POST", "/api/snapshot", products);
        assertThat(twice.statusCode()).isEqualTo(409);
        assertThat(twice.body()).contains("waits or runs already");
        assertThat(send("POST", "/api/snapshot/stop", products).statusCode()).isEqualTo(200);
        assertThat(send("POST", "/api/snapshot/stop", products).statusCode()).isEqualTo(409);
        assertThat(pipeline.asked).containsExactly("stored 1", "stored 0");
    }

    @Test
    void load_isAccepted_listed_andCanceled() throws Exception {
        HttpResponse<String> begun = send("POST", "/api/loads", "{\"table\":\"public.products\"}");
        assertThat(begun.statusCode()).as(begun.body()).isEqualTo(202);
        JsonNode load = JSON.readTree(send("GET", "/api/loads", null).body())
                .path("loads")
                .path(0);
        assertThat(load.path("table").asText()).isEqualTo("public.products");
        assertThat(load.path("state").asText()).isEqualTo("waiting");
        assertThat(load.path("cause").asText()).isEqualTo("requested");
        assertThat(load.path("restarts").asInt(-1)).isZero();
        assertThat(send("DELETE", "/api/loads/public%2Eproducts", null).statusCode())
                .isEqualTo(200);
        assertThat(send("DELETE", "/api/loads/public.products", null).statusCode())
                .isEqualTo(409);
        assertThat(send("DELETE", "/api/loads/public.prod%2Fcts", null).body())
                .contains("no document comes from table 'public.prod/cts'", "did you mean 'public.products'?");
        HttpResponse<String> unanswered = send("POST", "/api/loads/public.products", "{}");
        assertThat(unanswered.statusCode()).isEqualTo(405);
        assertThat(unanswered.headers().firstValue("Allow")).contains("DELETE");
        assertThat(pipeline.asked).containsExactly("stored 1", "stored 0");
    }

    @Test
    void cancel_isAChange_forbiddenToPagesOfOtherSites() throws Exception {
        rejected(403, "DELETE", "/api/loads/public.products", null, "Sec-Fetch-Site", "cross-site");
    }

    @Test
    void snapshot_thatCannotBe_isRefusedInWords() throws Exception {
        rejected(400, "POST", "/api/snapshot", "{}");
        rejected(400, "POST", "/api/snapshot", "{\"table\":\"public.products\",\"rows\":1}");
        rejected(404, "POST", "/api/snapshot", "{\"table\":\"public.product\"}");
        assertThat(send("POST", "/api/snapshot", "{\"table\":\"public.prodcts\"}")
                        .body())
                .contains("did you mean 'public.products'?");
        assertThat(send("POST", "/api/snapshot", "{\"table\":\"orders\"}").body())
                .contains("did you mean 'public.orders'?");
        assertThat(send("POST", "/api/snapshot", "{\"table\":\"public.brands\"}")
                        .body())
                .contains("joined to those of public.products", "request a load of public.products");
        pipeline.paused = true;
        rejected(409, "POST", "/api/snapshot", "{\"table\":\"public.products\"}");
        started = false;
        rejected(503, "POST", "/api/snapshot", "{\"table\":\"public.products\"}");
    }

    @Test
    void approvals_areListed_andDecidedOnce() throws Exception {
        String id = pipeline.approvals
                .raise(new Approval(
                        "",
                        "row_not_found",
                        "products",
                        "2026-01-01T00:00:00Z",
                        "30 of 100 documents have no row",
                        "they are deleted",
                        "they stay",
                        30,
                        List.of("1", "2"),
                        null))
                .id();

        rejected(404, "POST", "/api/approvals/row-not-found-9", "{}");
        rejected(400, "POST", "/api/approvals/" + id, "{\"abandon\":\"no\"}");
        rejected(404, "GET", "/api/approvals/" + id + "/more", null);
        JsonNode listed =
                JSON.readTree(send("GET", "/api/approvals", null).body()).path("approvals");
        assertThat(listed).hasSize(1);
        assertThat(listed.path(0).path("id").asText()).isEqualTo(id);
        assertThat(listed.path(0).path("verdict").isNull()).isTrue();

        assertThat(send("POST", "/api/approvals/" + id, null).body()).contains("\"verdict\":\"approved\"");
        assertThat(pipeline.asked).containsExactly("approved");
        assertThat(send("POST", "/api/approvals/" + id, "{\"abandon\":true}").statusCode())
                .isEqualTo(409);
        assertThat(pipeline.approvals.verdict(id)).isEqualTo(Approval.Verdict.APPROVED);
    }

    @Test
    void whatCannotBeDone_changesNothing() throws Exception {
        started = false;
        rejected(503, "POST", "/api/pause", null);
        started = true;
        pipeline.paused = true;
        rejected(409, "POST", "/api/flush", null);
        rejected(409, "POST", "/api/dead-letters/replay", "{\"all\":true}");
    }

    @Test
    void letters_areChosenByAFilter_neverAllByMistake() throws Exception {
        for (String bad : List.of(
                "{}",
                "{\"collection\":\"a\",\"all\":true}",
                "{\"colection\":\"a\"}",
                "{\"collection\":5}",
                "{\"since\":\"yesterday\"}",
                "{\"ids\":[]}",
                "{\"ids\":[1]}",
                "{\"ids\":\"1\"}",
                "{\"all\":true,\"all\":true}",
                "[]",
                "{",
                "{} {}")) {
            rejected(400, "POST", "/api/dead-letters/discard", bad);
        }
        HttpResponse<String> started =
                send("POST", "/api/dead-letters/replay", "{\"collection\":\"a\",\"error\":\"Price\",\"ids\":[\"1\"]}");
        assertThat(started.statusCode()).isEqualTo(202);
        assertThat(started.body()).contains("\"selected\":5", "\"settled\":3", "\"refused\":1");
        send("POST", "/api/dead-letters/discard", "{\"all\":true}");
        assertThat(pipeline.asked)
                .containsExactly(
                        "REPLAY " + new DeadLetterFilter("a", "price", null, null, Set.of("1")),
                        "DISCARD " + DeadLetterFilter.ALL);
        pipeline.busy = true;
        assertThat(send("POST", "/api/dead-letters/discard", "{\"all\":true}").statusCode())
                .isEqualTo(409);
        assertThat(send("GET", "/api/dead-letters?limit=5", null).body()).isEqualTo("{\"count\":0,\"entries\":[]}");
        for (String bad :
                List.of("?limit=0", "?limit=x", "?limit=2000", "?collction=a", "?since=now", "?limit=1&limit=2")) {
            assertThat(send("GET", "/api/dead-letters" + bad, null).statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void trace_tellsWhatBecameOfARow() throws Exception {
        ChangeEvent event = new ChangeEvent(new Change.Heartbeat(), 7, 1_000, null, 0, null, 1_500);
        pipeline.traces.take(3, 2_000);
        int ticket = pipeline.traces.begin(
                new TableId("public", "products"), "goods", "a&b", null, Operation.UPDATE, null, event);
        pipeline.traces.end(ticket, Outcome.UPDATED);
        JsonNode answer = JSON.readTree(
                send("GET", "/api/trace?table=public.products&key=a%26b", null).body());
        assertThat(answer.path("since").asText()).isNotEmpty();
        assertThat(answer.path("sentAgain").isNull()).isTrue();
        JsonNode entry = answer.path("entries").path(0);
        assertThat(entry.path("operation").asText()).isEqualTo("update");
        assertThat(entry.path("position").asText()).isEqualTo("at 7");
        assertThat(entry.path("committed").asText()).isEqualTo("1970-01-01T00:00:01Z");
        assertThat(entry.path("received").asText()).isEqualTo("1970-01-01T00:00:01.500Z");
        assertThat(entry.path("batch").asLong()).isEqualTo(3);
        assertThat(entry.path("outcome").asText()).isEqualTo("updated");
        rejected(404, "GET", "/api/trace?table=public.secrets&key=1", null);
        rejected(400, "GET", "/api/trace?table=public.products", null);
        rejected(400, "GET", "/api/trace?key=1", null);
        rejected(400, "GET", "/api/trace?table=public.products&key=1&limit=5", null);
    }

    @Test
    void document_isShown_asTypesenseHasIt_andOnlyOfOurCollections() throws Exception {
        assertThat(send("GET", "/api/document?collection=products&id=42", null).body())
                .isEqualTo("{\"collection\":\"products\",\"id\":\"42\",\"exists\":true,"
                        + "\"document\":{\"id\":\"42\",\"name\":\"Ada\"}}");
        assertThat(send("GET", "/api/document?collection=products&id=7", null).body())
                .contains("\"exists\":false", "\"document\":null");
        rejected(404, "GET", "/api/document?collection=salaries&id=42", null);
        rejected(400, "GET", "/api/document?collection=products", null);
    }

    private static DeadLetter rejected(String collection, String id, String error, long position) {
        Instant now = Instant.now();
        return new DeadLetter(collection, id, "public." + collection, id, "upsert", "{}", error, 1, position, now, now);
    }

    @Test
    void deadLetters_areGroupedByReason_withFieldCountAndHint() throws Exception {
        for (int i = 0; i < 5; i++) {
            pipeline.deadLetters.append(List.of(rejected("products", "p" + i, "Field `price` must be a float.", i)));
        }
        pipeline.deadLetters.append(
                List.of(rejected("products", "n", "column 'stock': 3000000000 does not fit int32", 9)));
        JsonNode answer =
                JSON.readTree(send("GET", "/api/dead-letters/reasons", null).body());
        assertThat(answer.path("count").asLong()).isEqualTo(6);
        assertThat(answer.path("read").asLong()).isEqualTo(6);
        assertThat(answer.path("reasons")).hasSize(2);
        JsonNode first = answer.path("reasons").get(0);
        assertThat(first.path("count").asLong()).isEqualTo(5);
        assertThat(first.path("field").asText()).isEqualTo("price");
        assertThat(first.path("collection").asText()).isEqualTo("products");
        assertThat(first.path("example").path("id").asText()).startsWith("p");
        assertThat(answer.path("reasons").get(1).path("hint").asText()).contains("int64");
    }

    @Test
    void bodies_areSmall_andJson() throws Exception {
        rejected(413, "POST", "/api/pause", "{\"x\":\"" + "y".repeat(70_000) + "\"}");
        rejected(415, "POST", "/api/pause", "{}", "Content-Type", "text/plain");
        rejected(415, "POST", "/api/pause", "", "Content-Type", "application/x-www-form-urlencoded");
        rejected(400, "POST", "/api/pause", "[".repeat(60_000));
        rejected(400, "POST", "/api/pause", "{\"force\":true}");
        rejected(405, "GET", "/api/pause", null);
        rejected(405, "DELETE", "/api/log-level", null);
        rejected(404, "POST", "/api/nothing", null);
        rejected(403, "POST", "/api/pause", "{}", "Content-Type", "application/json", "Origin", "http://evil.example");
    }

    @Test
    void token_guardsChangesAndWhatRowsHold() throws Exception {
        endpoint.close();
        start("{ port: 0, token: geheim-token-of-24 }");
        rejected(401, "POST", "/api/pause", null);
        rejected(401, "POST", "/api/pause", null, "Authorization", "Bearer geheim");
        rejected(401, "GET", "/api/dead-letters", null);
        rejected(401, "GET", "/api/config", null);
        rejected(401, "GET", "/api/trace?table=public.products&key=1", null);
        assertThat(send("GET", "/health/live", null).statusCode()).isEqualTo(200);
        assertThat(send("POST", "/api/pause", null, "Authorization", "Bearer geheim-token-of-24")
                        .statusCode())
                .isEqualTo(200);
        assertThat(send("GET", "/api/config", null, "Authorization", "Bearer geheim-token-of-24")
                        .body())
                .contains("\"name\":\"shop\"")
                .doesNotContain("geheim");
    }

    @Test
    void config_isTold_withoutSecrets() throws Exception {
        String config = send("GET", "/api/config", null).body();
        assertThat(config).doesNotContain("geheim");
        assertThat(config)
                .contains(
                        "\"interval\":\"2s\"",
                        "\"password\":\"***\"",
                        "\"apiKey\":\"***\"",
                        "\"where\":\"row.price > 0\"",
                        "\"database.sslpassword\":\"***\"");
    }

    @Test
    void logLevel_isToldAndSet() throws Exception {
        assertThat(send("PUT", "/api/log-level", "{\"level\":\"debug\"}").body())
                .isEqualTo("{\"level\":\"debug\"}");
        assertThat(send("GET", "/api/log-level", null).body()).isEqualTo("{\"level\":\"debug\"}");
        rejected(400, "PUT", "/api/log-level", "{\"level\":\"loud\"}");
        rejected(400, "PUT", "/api/log-level", "{}");
    }

    @Test
    void openApi_isInStepWithTheRoutes() throws Exception {
        JsonNode described =
                JSON.readTree(send("GET", "/api/openapi.json", null).body());
        Set<String> paths = new TreeSet<>();
        described
                .path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(method -> {
                    paths.add(method.getKey() + " " + path.getKey());
                    boolean secured = !method.getValue().path("security").isMissingNode();
                    boolean rejectable =
                            !method.getValue().path("responses").path("401").isMissingNode();
                    assertThat(secured).as(path.getKey()).isEqualTo(rejectable);
                }));
        Set<String> served = new TreeSet<>();
        Set<String> guarded = new TreeSet<>();
        List<Route> all = new ArrayList<>(routes);
        try (StatusPage page = StatusPage.start("shop", () -> STATUS)) {
            page.routes().stream()
                    .filter(route -> route.path().startsWith("/api/"))
                    .forEach(all::add);
        }
        for (Route route : all) {
            String name = route.method().toLowerCase(java.util.Locale.ROOT) + " " + route.path();
            served.add(name);
            JsonNode method = described
                    .path("paths")
                    .path(route.path())
                    .path(route.method().toLowerCase(java.util.Locale.ROOT));
            if (!method.path("security").isMissingNode()) {
                guarded.add(name);
            }
            assertThat(guarded.contains(name)).as(name).isEqualTo(route.access() != dev.tidemark.http.Access.OPEN);
        }
        assertThat(paths).isEqualTo(served);
    }

    @Test
    void randomRequests_changeNothing_andLeaveItAnswering() throws Exception {
        Random random = new Random(11);
        for (int i = 0; i < 2_000; i++) {
            Route route = routes.get(random.nextInt(routes.size()));
            byte[] junk = new byte[random.nextInt(60)];
            random.nextBytes(junk);
            int status = send(
                            random.nextBoolean() ? route.method() : "PATCH",
                            route.path().replaceAll("\\{\\w+}", "row-not-found-1") + "?"
                                    + Integer.toHexString(random.nextInt()),
                            "{" + new String(junk, java.nio.charset.StandardCharsets.ISO_8859_1),
                            "Content-Type",
                            "application/json")
                    .statusCode();
            if (route.access() == dev.tidemark.http.Access.CHANGE) {
                assertThat(status).isBetween(400, 499);
            }
        }
        assertThat(pipeline.asked).isEmpty();
        assertThat(send("GET", "/health/live", null).statusCode()).isEqualTo(200);
    }
}
