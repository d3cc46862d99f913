package dev.tidemark.load;

import dev.tidemark.queue.ChangeQueue;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets loads wait while the stream is late: both take from the same database and the same Typesense. Now and then a chunk is read
 * all the same, so that a load under a constant stream ends. Any thread.
 */
public final class LoadPace implements Chunks.Pace {

    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final ChangeQueue queue;
    private final long lateMillis;
    private final AtomicLong last = new AtomicLong(System.nanoTime());

    /** @param interval of the flush */
    public LoadPace(ChangeQueue queue, Duration interval) {
        this.queue = queue;
        this.lateMillis = Math.max(1_000, 2 * interval.toMillis());
    }

    @Override
    public boolean mayRead() {
        long oldest = queue.level().oldestCommitMillis();
        boolean late = oldest >= 0 && System.currentTimeMillis() - oldest > lateMillis;
        long now = System.nanoTime();
        if (late && now - last.get() < LONGEST_NANOS) {
            return false;
        }
        last.set(now);
        return true;
    }
}
