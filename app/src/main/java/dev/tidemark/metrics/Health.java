package dev.tidemark.metrics;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong now, by part. A part without a condition is well; the pipeline is ready when all parts are. Any thread.
 */
public final class Health {

    /** The parts that can be unwell on their own. */
    public enum Part {
        SOURCE,
        SLOT,
        SINK,
        FLUSH,
        OFFSETS,
        DEAD_LETTERS,
        /** An operator has paused the pipeline. */
        PAUSE
    }

    /**
     * Something wrong.
     *
     * @param message what is wrong, on which table, slot, node or collection
     * @param hint what to do; empty where it heals by itself
     */
    public record Condition(String message, String hint) {}

    private final Map<Part, Condition> conditions = new EnumMap<>(Part.class);

    /** Starts unready: nothing is connected yet. */
    public Health() {
        conditions.put(Part.SOURCE, new Condition("the source is not connected yet", ""));
    }

    /** Says what is wrong with a part, or with null that it is well. Returns whether that is news. */
    public synchronized boolean set(Part part, @Nullable Condition condition) {
        Condition before = condition == null ? conditions.remove(part) : conditions.put(part, condition);
        return condition == null ? before != null : !condition.equals(before);
    }

    public synchronized Optional<Condition> of(Part part) {
        return Optional.ofNullable(conditions.get(part));
    }

    /** All that is wrong now; empty means ready. */
    public synchronized Map<Part, Condition> conditions() {
        Map<Part, Condition> copy = new EnumMap<>(Part.class);
        copy.putAll(conditions);
        return copy;
    }
}
