package dev.tidemark.http;

import dev.tidemark.metrics.Health;
import dev.tidemark.metrics.PipelineStatus;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Metrics, health and status: what anybody may read who reaches the port. */
public final class Pages {

    private Pages() {}

    /**
     * The routes.
     *
     * @param live whether the pipeline's threads make progress
     */
    public static List<Route> of(
            PrometheusMeterRegistry registry, Health health, BooleanSupplier live, Supplier<PipelineStatus> status) {
        return List.of(
                Route.get(
                        "/metrics",
                        Access.OPEN,
                        request -> Answer.text("text/plain; version=0.0.4; charset=utf-8", registry.scrape())),
                Route.get("/health/live", Access.OPEN, request -> live(live.getAsBoolean())),
                Route.get("/health/ready", Access.OPEN, request -> ready(health.conditions())),
                Route.get("/api/status", Access.OPEN, request -> Answer.json(200, status.get())));
    }

    private static Answer live(boolean live) {
        return Answer.json(live ? 200 : 503, Map.of("status", live ? "UP" : "DOWN"));
    }

    private static Answer ready(Map<Health.Part, Health.Condition> conditions) {
        List<Map<String, String>> reasons = new ArrayList<>();
        conditions.forEach((part, condition) -> {
            Map<String, String> reason = new LinkedHashMap<>();
            reason.put("part", part.label());
            reason.put("message", condition.message());
            reason.put("hint", condition.hint());
            reasons.add(reason);
        });
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("status", reasons.isEmpty() ? "UP" : "DOWN");
        answer.put("reasons", reasons);
        return Answer.json(reasons.isEmpty() ? 200 : 503, answer);
    }
}
