package dev.tidemark.health;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * Changes per second over the last seconds. One measurement for everything that shows a rate, so that boxes, charts and the
 * status agree. Any thread.
 */
public final class ChangeRates {

    /** Period that the average covers. */
    static final int WINDOW_SECONDS = 10;

    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(WINDOW_SECONDS);
    /** Closer samples add no information: the buffer stays small, regardless of the number of requests. */
    private static final long MIN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Deque<Sample> samples = new ArrayDeque<>();
    private PipelineStatus.Rates rates = PipelineStatus.Rates.NONE;

    private record Sample(long nanos, long received, long durable) {}

    /** @param nanos now ({@link System#nanoTime}): both totals are 0 */
    public ChangeRates(long nanos) {
        samples.add(new Sample(nanos, 0, 0));
    }

    /**
     * Takes the totals of this moment and returns the rates.
     *
     * @param received all changes that ever came from the source
     * @param durable all changes that ever became durable
     */
    public synchronized PipelineStatus.Rates at(long nanos, long received, long durable) {
        if (nanos - samples.getLast().nanos < MIN_NANOS) {
            return rates;
        }
        // The newest sample that is a window old stays: the average is of a full window.
        while (samples.size() > 1 && nanos - second().nanos >= WINDOW_NANOS) {
            samples.removeFirst();
        }
        Sample oldest = samples.getFirst();
        double seconds = (nanos - oldest.nanos) / 1e9;
        rates = new PipelineStatus.Rates(
                perSecond(received - oldest.received, seconds), perSecond(durable - oldest.durable, seconds));
        samples.addLast(new Sample(nanos, received, durable));
        return rates;
    }

    private Sample second() {
        return samples.stream().skip(1).findFirst().orElseThrow();
    }

    private static double perSecond(long count, double seconds) {
        return Math.round(Math.max(0, count) / seconds * 100) / 100.0;
    }
}
