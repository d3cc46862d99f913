package dev.tidemark.retry;

import java.util.concurrent.TimeUnit;

/** Limit on the number of queries that begin in a second, evenly spread. Any thread. */
public final class RateLimiter {

    private final long gapNanos;
    private long nextNanos = System.nanoTime();

    public RateLimiter(int perSecond) {
        this.gapNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
    }

    /** Waits for its turn. */
    public void await() throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(nanosToWait(System.nanoTime()));
    }

    private synchronized long nanosToWait(long now) {
        long at = Math.max(now, nextNanos);
        nextNanos = at + gapNanos;
        return at - now;
    }
}
