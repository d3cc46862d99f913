package dev.tidemark.connector;

import java.util.List;
import java.util.Map;

/**
 * How the source is doing, seen from outside the engine.
 *
 * @param problems what is wrong now, with hints; empty if all is well. {@link Check.Outcome#REFUSED} needs somebody
 *     to act (a lost slot), {@link Check.Outcome#UNREACHABLE} heals, {@link Check.Outcome#WARNING} is only told.
 * @param gauges figures under metric names, such as {@code tidemark_slot_retained_bytes} and {@code tidemark_slot_ok}
 */
public record SourceStatus(List<Check> problems, Map<String, Double> gauges) {
    public SourceStatus {
        problems = List.copyOf(problems);
        gauges = Map.copyOf(gauges);
    }
}
