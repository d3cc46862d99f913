package dev.tidemark.admin;

import dev.tidemark.config.Config;
import dev.tidemark.config.yaml.ConfigWriter;
import dev.tidemark.http.Access;
import dev.tidemark.http.Answer;
import dev.tidemark.http.HttpProblem;
import dev.tidemark.http.Request;
import dev.tidemark.http.Route;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The routes under {@code /api}; openapi.json alongside this class describes them. */
public final class AdminApi {

    /** Below the endpoint's own limit for an answer. */
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Supplier<Config> config;
    private final Supplier<@Nullable Operations> operations;
    private final DeadLetterApi deadLetters = new DeadLetterApi();

    /**
     * @param config of the pipeline that runs
     * @param operations null while the pipeline starts
     */
    public AdminApi(Supplier<Config> config, Supplier<@Nullable Operations> operations) {
        this.config = config;
        this.operations = operations;
    }

    public List<Route> routes() {
        return List.of(
                Route.post("/api/pause", this::pause),
                Route.post("/api/resume", this::resume),
                Route.post("/api/flush", this::flush),
                Route.get("/api/loads", Access.PRIVATE, request -> LoadApi.list(request, running())),
                Route.get("/api/doubts", Access.PRIVATE, this::doubts),
                Route.post("/api/loads", request -> LoadApi.start(request, running())),
                Route.delete("/api/loads/{table}", request -> LoadApi.cancel(request, running())),
                // Names of earlier versions.
                Route.post("/api/snapshot", request -> LoadApi.start(request, running())),
                Route.post("/api/snapshot/stop", request -> LoadApi.stop(request, running())),
                Route.get("/api/dead-letters", Access.PRIVATE, request -> deadLetters.list(request, running())),
                Route.get(
                        "/api/dead-letters/reasons",
                        Access.PRIVATE,
                        request -> deadLetters.reasons(request, running())),
                Route.post(
                        "/api/dead-letters/replay",
                        request -> deadLetters.start(DeadLetterJob.Action.REPLAY, request, running())),
                Route.post(
                        "/api/dead-letters/discard",
                        request -> deadLetters.start(DeadLetterJob.Action.DISCARD, request, running())),
                Route.get("/api/dead-letters/job", Access.PRIVATE, request -> DeadLetterApi.job(running())),
                Route.get("/api/verify", Access.PRIVATE, request -> VerifyApi.report(request, running())),
                Route.post("/api/verify", request -> VerifyApi.start(request, running())),
                Route.get("/api/approvals", Access.PRIVATE, request -> ApprovalApi.list(request, running())),
                Route.post("/api/approvals/{id}", request -> ApprovalApi.decide(request, running())),
                Route.get("/api/trace", Access.PRIVATE, request -> TraceApi.answer(request, running())),
                Route.get("/api/document", Access.PRIVATE, request -> DocumentApi.answer(request, running())),
                Route.get("/api/config", Access.PRIVATE, request -> Answer.json(200, ConfigWriter.write(config.get()))),
                Route.get("/api/log-level", Access.PRIVATE, request -> LogLevel.answer()),
                Route.put("/api/log-level", LogLevel::change),
                Route.get("/api/openapi.json", Access.OPEN, request -> openApi()));
    }

    private Operations running() throws HttpProblem {
        Operations current = operations.get();
        if (current == null) {
            throw new HttpProblem(
                    503, "the pipeline is still starting", "try again; /health/ready says what it waits for");
        }
        return current;
    }

    private Answer doubts(Request request) throws HttpProblem {
        request.allow(Set.of(), Set.of());
        return Answer.json(200, Map.of("doubts", running().doubts()));
    }

    private Answer pause(Request request) throws HttpProblem, IOException, InterruptedException {
        request.allow(Set.of(), Set.of());
        return Answer.json(200, Map.of("state", "paused", "atRest", running().pause(TIMEOUT)));
    }

    private Answer resume(Request request) throws HttpProblem, IOException {
        request.allow(Set.of(), Set.of());
        running().resume();
        return Answer.json(200, Map.of("state", "resumed"));
    }

    private Answer flush(Request request) throws HttpProblem, InterruptedException {
        request.allow(Set.of(), Set.of());
        Operations pipeline = running();
        if (pipeline.isPaused()) {
            throw new HttpProblem(409, "the pipeline is paused", "resume it first");
        }
        boolean durable = pipeline.flush(TIMEOUT);
        return Answer.json(durable ? 200 : 202, Map.of("durable", durable));
    }

    private static Answer openApi() throws IOException {
        try (InputStream in = AdminApi.class.getResourceAsStream("openapi.json")) {
            return new Answer(
                    200, "application/json", Objects.requireNonNull(in).readAllBytes());
        }
    }
}
