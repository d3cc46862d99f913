package dev.tidemark.page;

import dev.tidemark.health.PipelineStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last half hour of a pipeline in samples; older ones are forgotten, so its size is bounded. Any thread. */
final class History {

    /** Interval at which samples are taken. */
    static final Duration INTERVAL = Duration.ofSeconds(5);

    /** Number of samples in half an hour. */
    static final int CAPACITY = (int) Duration.ofMinutes(30).dividedBy(INTERVAL);

    /**
     * The pipeline at one moment.
     *
     * @param time Unix seconds
     * @param receivedPerSecond changes that came from the source, as in {@link PipelineStatus}
     * @param changesPerSecond changes that became durable, as in {@link PipelineStatus}
     * @param lagSeconds as in {@link PipelineStatus}
     * @param queueChanges changes in the queue and in flight
     */
    record Sample(long time, double receivedPerSecond, double changesPerSecond, double lagSeconds, int queueChanges) {}

    /**
     * Content of {@code GET /api/history}.
     *
     * @param intervalSeconds the interval between samples; a greater one is a gap
     * @param capacity the max number of samples
     * @param samples oldest first
     */
    record View(long intervalSeconds, int capacity, List<Sample> samples) {}

    private final Deque<Sample> samples = new ArrayDeque<>(CAPACITY);

    /** Takes a sample. */
    synchronized void take(PipelineStatus status, Instant now) {
        if (samples.size() == CAPACITY) {
            samples.removeFirst();
        }
        samples.addLast(new Sample(
                now.getEpochSecond(),
                status.rates().receivedPerSecond(),
                status.rates().durablePerSecond(),
                status.lagSeconds(),
                status.queue().changes()));
    }

    synchronized View view() {
        return new View(INTERVAL.toSeconds(), CAPACITY, List.copyOf(samples));
    }
}
