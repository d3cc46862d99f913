package dev.tidemark.metrics;

import dev.tidemark.logging.Recurring;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
        PAUSE;

        /** As health, status and metrics spell it. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Something wrong.
     *
     * @param message what is wrong, on which table, slot, node or collection
     * @param hint what to do; empty where it heals by itself
     */
    public record Condition(String message, String hint) {}

    private static final Logger log = LoggerFactory.getLogger(Health.class);

    private final Map<Part, Condition> conditions = new EnumMap<>(Part.class);
    private final Map<Part, Recurring> recurring = new EnumMap<>(Part.class);

    /** Starts unready: nothing is connected yet. */
    public Health() {
        conditions.put(Part.SOURCE, new Condition("the source is not connected yet", ""));
        for (Part part : Part.values()) {
            recurring.put(part, new Recurring());
        }
    }

    /** Says what is wrong with a part, or with null that it is well. Returns whether that is news. */
    public synchronized boolean set(Part part, @Nullable Condition condition) {
        Condition before = condition == null ? conditions.remove(part) : conditions.put(part, condition);
        return condition == null ? before != null : !condition.equals(before);
    }

    /**
     * As {@link #set}, and the log tells: of what is wrong, at once and then now and then for as long as it is.
     *
     * @param remark what the line ends with, such as {@code (trying again)}; may be empty
     */
    public synchronized void ail(Part part, Condition condition, String remark) {
        set(part, condition);
        String hint = condition.hint().isEmpty() ? "" : "; " + condition.hint();
        String repeated = of(recurring, part).occurred(condition.message());
        if (repeated != null) {
            log.warn("{}{}{}{}", condition.message(), hint, remark.isEmpty() ? "" : " " + remark, repeated);
        }
    }

    /** The part is well; where it was not, the log tells. */
    public synchronized void well(Part part) {
        if (set(part, null)) {
            String after = of(recurring, part).over();
            String name = part.label().replace('_', ' ');
            String well = part == Part.SOURCE ? "the source is connected" : name + " is well";
            log.info("{}{}", well, after.isEmpty() ? "" : " again" + after);
        }
    }

    /** Nothing can be told of the part now; the log says nothing either. */
    public synchronized void unknown(Part part) {
        set(part, null);
        of(recurring, part).over();
    }

    private static Recurring of(Map<Part, Recurring> all, Part part) {
        return Objects.requireNonNull(all.get(part));
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
