package dev.tidemark.flush;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Up to which batch all is durable, what joined documents are owed to it included. The flush thread tells; any may wait. */
final class DurableBatches {

    private long last;
    private long durable;

    /**
     * All batches up to this one were written.
     *
     * @param oldestOwed the oldest batch that joined documents are owed to; {@link Long#MAX_VALUE} if none is
     */
    synchronized void written(long batch, long oldestOwed) {
        last = batch;
        durable = Math.min(batch, oldestOwed - 1);
        notifyAll();
    }

    /**
     * Waits for the batches that are written now; what is owed to later ones does not matter.
     *
     * @return whether all of them are durable, or given up with their engine
     */
    synchronized boolean await(Duration patience) throws InterruptedException {
        long wanted = last;
        long deadline = System.nanoTime() + patience.toNanos();
        for (long left = patience.toNanos(); durable < wanted; left = deadline - System.nanoTime()) {
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }
}
