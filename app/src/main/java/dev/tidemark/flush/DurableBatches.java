package dev.tidemark.flush;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The last batch up to which all is durable, pending joined documents included. Set by the flush thread; any may wait. */
final class DurableBatches {

    private long last;
    private long durable;

    /**
     * Records that all batches up to this one were written.
     *
     * @param oldestPending the oldest batch with pending joined documents; {@link Long#MAX_VALUE} if there is none
     */
    synchronized void written(long batch, long oldestPending) {
        last = batch;
        durable = Math.min(batch, oldestPending - 1);
        notifyAll();
    }

    /**
     * Waits for the batches that are written now; what is pending for later ones does not matter.
     *
     * @return whether all of them are durable, or were abandoned with their engine
     */
    synchronized boolean await(Duration timeout) throws InterruptedException {
        long wanted = last;
        long deadline = System.nanoTime() + timeout.toNanos();
        for (long left = timeout.toNanos(); durable < wanted; left = deadline - System.nanoTime()) {
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }
}
