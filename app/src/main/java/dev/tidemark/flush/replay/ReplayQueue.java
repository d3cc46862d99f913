package dev.tidemark.flush.replay;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Dead letters on their way to the flush thread, a bounded number of them. They do not travel the queue: what they write is
 * the row as it is when they are read, after all that the flush wrote before, and what changes later follows in the queue.
 */
public final class ReplayQueue {

    /** Max number that one flush takes: one query for each collection, and no long wait for what comes next in the queue. */
    static final int PAGE = 500;

    private final BlockingQueue<ReplayRequest> waiting = new ArrayBlockingQueue<>(2 * PAGE);

    /** Hands one over, waiting for room. */
    public void put(ReplayRequest reread) throws InterruptedException {
        waiting.put(reread);
    }

    public boolean isEmpty() {
        return waiting.isEmpty();
    }

    public List<ReplayRequest> take() {
        List<ReplayRequest> page = new ArrayList<>();
        waiting.drainTo(page, PAGE);
        return page;
    }
}
