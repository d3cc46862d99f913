package dev.tidemark.http;

import dev.tidemark.health.Health;
import dev.tidemark.health.PipelineStatus;
import dev.tidemark.metrics.WithoutRows;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Metrics, health and status: open to all clients that reach the port. Reasons may quote rows, so a client that must not see rows
 * gets them without their texts.
 */
public final class Pages {

    private Pages() {}

    /**
     * Returns the routes.
     *
     * @param health of the pipeline that runs
     * @param live whether the pipeline's threads make progress
     */
    public static List<Route> of(
            PrometheusMeterRegistry registry,
            Supplier<Health> health,
            BooleanSupplier live,
            Supplier<PipelineStatus> status) {
        return List.of(
                Route.get(
                        "/metrics",
                        Access.OPEN,
                        request -> Answer.text("text/plain; version=0.0.4; charset=utf-8", registry.scrape())),
                Route.get("/health/live", Access.OPEN, request -> live(live.getAsBoolean())),
                Route.get("/health/ready", Access.OPEN, request -> ready(health.get(), request.seesRows())),
                Route.get("/api/status", Access.OPEN, request -> status(status.get(), request.seesRows())));
    }

    private static Answer live(boolean live) {
        return Answer.json(live ? 200 : 503, Map.of("status", live ? "UP" : "DOWN"));
    }

    private static Answer status(PipelineStatus status, boolean seesRows) {
        return Answer.json(200, seesRows ? status : WithoutRows.status(status));
    }

    private static Answer ready(Health health, boolean seesRows) {
        List<Map<String, String>> reasons = new ArrayList<>();
        health.problems().forEach((part, found) -> {
            Health.Problem problem = seesRows ? found : WithoutRows.problem(part, found);
            Map<String, String> reason = new LinkedHashMap<>();
            reason.put("part", part);
            reason.put("message", problem.message());
            reason.put("hint", problem.hint());
            reason.put("since", problem.since());
            if (problem.nextTry() != null) {
                reason.put("nextTry", problem.nextTry());
            }
            reasons.add(reason);
        });
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("status", reasons.isEmpty() ? "UP" : "DOWN");
        answer.put("reasons", reasons);
        List<Health.Condition> notices = seesRows ? health.notices() : WithoutRows.notices(health.notices());
        health.resync().ifPresent(resync -> answer.put("resync", seesRows ? resync : WithoutRows.resync(resync)));
        if (!health.doubts().isEmpty()) {
            answer.put(
                    "doubts",
                    seesRows
                            ? health.doubts()
                            : health.doubts().stream().map(WithoutRows::doubt).toList());
        }
        if (!notices.isEmpty()) {
            answer.put("notices", notices);
        }
        return Answer.json(reasons.isEmpty() ? 200 : 503, answer);
    }
}
