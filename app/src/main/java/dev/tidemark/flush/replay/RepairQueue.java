package dev.tidemark.flush.replay;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** Documents on their way to the flush thread to be repaired, a bounded number of requests. Any thread. */
public final class RepairQueue {

    private static final int PAGE = 500;

    private final BlockingQueue<Repair> waiting = new ArrayBlockingQueue<>(2 * PAGE);

    /** Hands one over, waiting for room. */
    public void put(Repair request) throws InterruptedException {
        waiting.put(request);
    }

    public boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Returns as many as one flush takes. */
    public List<Repair> take() {
        List<Repair> page = new ArrayList<>();
        waiting.drainTo(page, PAGE);
        return page;
    }
}
