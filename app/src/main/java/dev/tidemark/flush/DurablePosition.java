package dev.tidemark.flush;

import java.util.concurrent.TimeUnit;

/** The position in the source's log up to which everything is durable and committed. Any thread. */
public final class DurablePosition {

    private long position = Long.MIN_VALUE;

    synchronized void reached(long committed) {
        if (committed > position) {
            position = committed;
            notifyAll();
        }
    }

    /** Forgets it: positions of the old history are not comparable with those of the new one. */
    synchronized void forget() {
        position = Long.MIN_VALUE;
    }

    /** Returns the position; {@link Long#MIN_VALUE} if this process has not committed any. */
    public synchronized long get() {
        return position;
    }

    /** Waits until the position is reached; returns whether it is. */
    public synchronized boolean await(long wanted, long timeoutMillis) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        while (position < wanted) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }
}
