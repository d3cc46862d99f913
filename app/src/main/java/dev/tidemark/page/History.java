package dev.tidemark.page;

import dev.tidemark.metrics.PipelineStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last half hour of a pipeline in samples; older ones are forgotten, so its size is bounded. Any thread. */
public final class History {

    /** How far apart samples are taken. */
    static final Duration INTERVAL = Duration.ofSeconds(5);

    /** How many samples half an hour has. */
    static final int CAPACITY = (int) Duration.ofMinutes(30).dividedBy(INTERVAL);

    /**
     * The pipeline at one moment.
     *
     * @param time Unix seconds
     * @param changesPerSecond changes that became durable, on average since the sample before
     * @param lagSeconds as in {@link PipelineStatus}
     * @param queueChanges changes in the queue and in flight
     */
    public record Sample(long time, double changesPerSecond, double lagSeconds, int queueChanges) {}

    /**
     * What {@code GET /api/history} tells.
     *
     * @param intervalSeconds how far apart samples are; a greater distance is a gap
     * @param capacity the most samples there can be
     * @param samples oldest first
     */
    public record View(long intervalSeconds, int capacity, List<Sample> samples) {}

    private final Deque<Sample> samples = new ArrayDeque<>(CAPACITY);
    private long changesBefore;
    private long nanosBefore;

    /** Begins at this moment; the first rate counts from here. */
    History(long nanos) {
        nanosBefore = nanos;
    }

    /**
     * Takes a sample.
     *
     * @param nanos a clock that is never set back ({@link System#nanoTime}), for the rate
     */
    synchronized void take(PipelineStatus status, Instant now, long nanos) {
        long changes = status.tables().stream()
                .mapToLong(PipelineStatus.Table::changes)
                .sum();
        double seconds = Math.max(1, nanos - nanosBefore) / 1e9;
        double rate = Math.max(0, changes - changesBefore) / seconds;
        changesBefore = changes;
        nanosBefore = nanos;
        if (samples.size() == CAPACITY) {
            samples.removeFirst();
        }
        samples.addLast(new Sample(
                now.getEpochSecond(),
                Math.round(rate * 100) / 100.0,
                status.lagSeconds(),
                status.queue().changes()));
    }

    synchronized View view() {
        return new View(INTERVAL.toSeconds(), CAPACITY, List.copyOf(samples));
    }
}
