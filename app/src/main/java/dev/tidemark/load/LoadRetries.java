package dev.tidemark.load;

import dev.tidemark.connector.data.TableId;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Failures of reading and sweeping tables, and when each is to be tried again: meanwhile the changes are flushed. Any thread. */
public final class LoadRetries {

    private static final Duration FIRST = Duration.ofSeconds(2);
    /** A page may take as long as a query is allowed to: what fails again and again must leave the database to the others. */
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private final Loads loads;
    private final Predicate<TableId> known;
    private final Map<TableId, Failure> failures = new HashMap<>();

    /**
     * A failure that is to be retried.
     *
     * @param requested of its load
     * @param tryAgain not before, in the time of {@link System#nanoTime}
     */
    private record Failure(Instant requested, Duration retry, long tryAgain) {}

    /** @param known whether documents of the configuration come from a table */
    public LoadRetries(Loads loads, Predicate<TableId> known) {
        this.loads = loads;
        this.known = known;
    }

    /** Returns whether the load is not to be tried yet. */
    public synchronized boolean isPut(Load load) {
        Failure failure = of(load);
        return failure != null && System.nanoTime() - failure.tryAgain() < 0;
    }

    private @Nullable Failure of(Load load) {
        Failure failure = failures.get(load.table());
        return failure != null && failure.requested().equals(load.requested()) ? failure : null;
    }

    public synchronized void succeeded(Load load) {
        failures.remove(load.table());
    }

    /**
     * Records a failure. A load that an operator requested ends with a failure that is not retryable.
     *
     * @return whether the load is tried again
     * @throws IOException if its end cannot be stored; then it is tried again
     */
    public synchronized boolean failed(Load load, @Nullable String message, String hint, boolean retryable)
            throws IOException {
        String problem = message + (hint.isEmpty() ? "" : "; " + hint);
        Failure before = of(load);
        Duration retry = !retryable ? LONGEST : before == null ? FIRST : longer(before.retry());
        failures.put(load.table(), new Failure(load.requested(), retry, System.nanoTime() + retry.toNanos()));
        if (!retryable && !(load.isAutomatic() && known.test(load.table()))) {
            loads.ended(load, Loads.Phase.FAILED, problem);
            failures.remove(load.table());
            return false;
        }
        loads.delayed(load, problem);
        if (!retryable) {
            loads.postponed(load);
        }
        return true;
    }

    private static Duration longer(Duration retry) {
        Duration twice = retry.multipliedBy(2);
        return twice.compareTo(LONGEST) < 0 ? twice : LONGEST;
    }
}
