package dev.tidemark.flush;

import java.util.concurrent.TimeUnit;

/** Lets no more than so many queries begin in a second, evenly spread. Any thread. */
final class QueryPace {

    private final long gapNanos;
    private long nextNanos = System.nanoTime();

    QueryPace(int perSecond) {
        this.gapNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
    }

    /** Waits for its turn. */
    void await() throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(nanosToWait(System.nanoTime()));
    }

    private synchronized long nanosToWait(long now) {
        long at = Math.max(now, nextNanos);
        nextNanos = at + gapNanos;
        return at - now;
    }
}
