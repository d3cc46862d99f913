package dev.tidemark.connector;

import java.util.List;
import java.util.Map;

/**
 * Health of the source, seen from outside the engine.
 *
 * @param problems what is wrong now, with hints; empty if the source is healthy. {@link Check.Outcome#FAILED} needs an action
 *     of the operator (a lost slot), {@link Check.Outcome#UNREACHABLE} is retryable, {@link Check.Outcome#WARNING} is only
 *     reported.
 * @param gauges figures under metric names, such as {@code tidemark_slot_retained_bytes} and {@code tidemark_slot_ok}
 */
public record SourceStatus(List<Check> problems, Map<String, Double> gauges) {
    public SourceStatus {
        problems = List.copyOf(problems);
        gauges = Map.copyOf(gauges);
    }
}
