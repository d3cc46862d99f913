package dev.tidemark.metrics;

import dev.tidemark.health.PipelineStatus;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * Growth of the log that a database holds back, from samples since it last shrank, of the last ten minutes at most: a slot that advances
 * starts a new trend. Any thread.
 */
public final class LogGrowth {

    private static final long WINDOW_NANOS = TimeUnit.MINUTES.toNanos(10);
    private static final long MIN_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Deque<Sample> samples = new ArrayDeque<>();

    private record Sample(long nanos, long bytes) {}

    /** Takes how much is held back now; samples are seconds apart. */
    public synchronized void sample(long nanos, long bytes) {
        if (!samples.isEmpty() && bytes < samples.getLast().bytes) {
            samples.clear();
        }
        while (!samples.isEmpty() && nanos - samples.getFirst().nanos > WINDOW_NANOS) {
            samples.removeFirst();
        }
        samples.addLast(new Sample(nanos, bytes));
    }

    /**
     * Returns what is held back, and for how long it may grow as it does now.
     *
     * @param leftBytes how much more the database allows; negative: it has no limit but its disk
     */
    public synchronized PipelineStatus.LogRetention retention(long leftBytes) {
        long retained = samples.isEmpty() ? 0 : samples.getLast().bytes;
        double rate = bytesPerSecond();
        double left = leftBytes >= 0 && rate > 0 ? leftBytes / rate : -1;
        return new PipelineStatus.LogRetention(retained, Math.max(-1, leftBytes), rate, left);
    }

    private double bytesPerSecond() {
        if (samples.isEmpty() || samples.getLast().nanos - samples.getFirst().nanos < MIN_NANOS) {
            return -1;
        }
        double seconds = (samples.getLast().nanos - samples.getFirst().nanos) / 1e9;
        return (samples.getLast().bytes - samples.getFirst().bytes) / seconds;
    }
}
