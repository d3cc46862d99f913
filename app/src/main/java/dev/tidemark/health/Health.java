package dev.tidemark.health;

import dev.tidemark.logging.Recurring;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Current problems, by part. A part without a condition is healthy; the pipeline is ready when all parts are. Any thread.
 */
public final class Health {

    /** Parts that can be unhealthy independently of each other. */
    public enum Part {
        SOURCE,
        SLOT,
        /** The source hides rows from our user, so reads of rows fail. */
        ROWS,
        SINK,
        /** Collections and aliases are those that were written to. */
        COLLECTION,
        FLUSH,
        OFFSETS,
        DEAD_LETTERS,
        /** Tables are those that were loaded. */
        TABLE,
        /** An operator has paused the pipeline. */
        PAUSE;

        /** Returns the name of the part in health, status and metrics. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Something wrong.
     *
     * @param message what is wrong, on which table, slot, node or collection
     * @param hint what to do; empty if it is transient
     */
    public record Condition(String message, String hint) {}

    /**
     * A condition with its times.
     *
     * @param message what is wrong
     * @param hint what to do; empty if it is transient
     * @param since when the part became unhealthy, ISO-8601
     * @param nextTry when the next attempt is due, ISO-8601; null if none is planned
     */
    public record Problem(
            String message,
            String hint,
            String since,
            @Nullable String nextTry) {}

    /**
     * Details of a failure besides its condition.
     *
     * @param causedBy the part whose own condition explains this one while it has one; null if no other part explains it
     * @param nextTry when the next attempt is due, null if none is planned
     */
    public record Outlook(@Nullable Part causedBy, @Nullable Instant nextTry) {

        static final Outlook NONE = new Outlook(null, null);

        /** Returns the outlook of a failure that is tried again after a wait. */
        public static Outlook retry(@Nullable Part causedBy, Duration wait) {
            return new Outlook(causedBy, Instant.now().plus(wait));
        }
    }

    private static final Logger log = LoggerFactory.getLogger(Health.class);
    private static final Condition NOT_YET = new Condition("the source is not connected yet", "");

    private final Map<Part, Condition> conditions = new EnumMap<>(Part.class);
    private final Map<Part, Instant> since = new EnumMap<>(Part.class);
    private final Map<Part, Outlook> outlooks = new EnumMap<>(Part.class);
    private final Map<Part, Recurring> recurring = new EnumMap<>(Part.class);

    private volatile Supplier<List<Condition>> notices = List::of;
    private volatile Supplier<List<Condition>> others = List::of;
    private volatile Supplier<Optional<Resyncing>> resync = Optional::empty;
    private volatile Supplier<List<PipelineStatus.Doubt>> doubts = List::of;

    /** Starts unready: nothing is connected yet. */
    public Health() {
        set(Part.SOURCE, NOT_YET);
        for (Part part : Part.values()) {
            recurring.put(part, new Recurring());
        }
    }

    /** Sets the condition of a part; null if it is healthy. Returns whether that is a change. */
    public synchronized boolean set(Part part, @Nullable Condition condition) {
        Condition before = condition == null ? conditions.remove(part) : conditions.put(part, condition);
        outlooks.remove(part);
        if (condition == null) {
            since.remove(part);
        } else {
            since.putIfAbsent(part, Instant.now());
        }
        return condition == null ? before != null : !condition.equals(before);
    }

    /**
     * Sets the condition as {@link #set} does, and logs what is wrong: at once, and then at intervals for as long as it lasts.
     *
     * @param remark what the line ends with, such as {@code (trying again)}; may be empty
     */
    public synchronized void markUnhealthy(Part part, Condition condition, String remark) {
        markUnhealthy(part, condition, remark, Outlook.NONE);
    }

    /** Sets and logs the condition as {@link #markUnhealthy(Part, Condition, String)} does, with what else is known of it. */
    public synchronized void markUnhealthy(Part part, Condition condition, String remark, Outlook outlook) {
        set(part, condition);
        outlooks.put(part, outlook);
        String hint = condition.hint().isEmpty() ? "" : "; " + condition.hint();
        String repeated = of(recurring, part).occurred(condition.message());
        if (repeated != null) {
            log.atWarn()
                    .addKeyValue("part", part.label())
                    .log("{}{}{}{}", condition.message(), hint, remark.isEmpty() ? "" : " " + remark, repeated);
        }
    }

    /** Replaces the text of a part's condition; since when, and what else is known of it, stays. */
    public synchronized void reword(Part part, Condition condition) {
        conditions.replace(part, condition);
    }

    /** Marks the part as healthy; logs that if it was not. */
    public synchronized void markHealthy(Part part) {
        if (set(part, null)) {
            String after = of(recurring, part).over();
            String name = part.label().replace('_', ' ');
            String well = switch (part) {
                case SOURCE -> "the source is connected";
                case ROWS -> "all rows can be read";
                default -> name + " is healthy";
            };
            log.info("{}{}", well, after.isEmpty() ? "" : " again" + after);
        }
    }

    /** Removes the condition of a part whose state is unknown now; logs nothing. */
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

    /** Sets the source of notices: they are shown in addition to the conditions, and do not make the pipeline unready. */
    public void notices(Supplier<List<Condition>> current) {
        notices = current;
    }

    /** Sets the source of further notices, such as of what does not belong to the pipeline yet. */
    public void furtherNotices(Supplier<List<Condition>> current) {
        others = current;
    }

    /** Sets the source of {@link #doubts()}. */
    public void doubts(Supplier<List<PipelineStatus.Doubt>> current) {
        doubts = current;
    }

    /** Returns the tables whose documents may differ from their rows until they were loaded; they do not make the pipeline unready. */
    public List<PipelineStatus.Doubt> doubts() {
        return doubts.get();
    }

    /** Sets the source of {@link #resync()}. */
    public void resync(Supplier<Optional<Resyncing>> current) {
        resync = current;
    }

    /** Returns the resync that has not ended; it does not make the pipeline unready. */
    public Optional<Resyncing> resync() {
        return resync.get();
    }

    /** Returns what an operator should know even if the pipeline is ready, such as a pending approval. */
    public List<Condition> notices() {
        List<Condition> all = new ArrayList<>(notices.get());
        all.addAll(others.get());
        return all;
    }

    /**
     * Returns the current conditions; empty means ready. A failure whose cause has a condition of its own is left out: one cause
     * is one problem, with one hint.
     */
    public synchronized Map<Part, Condition> conditions() {
        Map<Part, Condition> copy = new EnumMap<>(Part.class);
        conditions.forEach((part, condition) -> {
            if (!isExplained(part)) {
                copy.put(part, condition);
            }
        });
        return copy;
    }

    /** Returns what {@link #conditions} does, with times, by the label of the part. */
    public synchronized Map<String, Problem> problems() {
        Map<String, Problem> problems = new LinkedHashMap<>();
        conditions().forEach((part, condition) -> {
            Instant next = nextTry(part);
            Instant began = since.getOrDefault(part, Instant.now());
            problems.put(
                    part.label(),
                    new Problem(
                            condition.message(),
                            condition.hint(),
                            began.truncatedTo(ChronoUnit.SECONDS).toString(),
                            next == null
                                    ? null
                                    : next.truncatedTo(ChronoUnit.SECONDS).toString()));
        });
        return problems;
    }

    /** Returns the time of the next attempt of the part, or of a part that fails because of it; null if none is planned. */
    private @Nullable Instant nextTry(Part part) {
        Instant own = outlooks.getOrDefault(part, Outlook.NONE).nextTry();
        if (own != null) {
            return own;
        }
        Instant earliest = null;
        for (Outlook outlook : outlooks.values()) {
            Instant next = outlook.causedBy() == part ? outlook.nextTry() : null;
            if (next != null && (earliest == null || next.isBefore(earliest))) {
                earliest = next;
            }
        }
        return earliest;
    }

    private boolean isExplained(Part part) {
        Part cause = outlooks.getOrDefault(part, Outlook.NONE).causedBy();
        return cause != null && cause != part && conditions.containsKey(cause);
    }

    /** Returns whether nothing is wrong but that the source has not been connected since the start. */
    public synchronized boolean isOnlyStarting() {
        return conditions.size() == 1 && NOT_YET.equals(conditions.get(Part.SOURCE));
    }
}
