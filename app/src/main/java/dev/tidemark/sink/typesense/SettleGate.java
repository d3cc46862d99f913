package dev.tidemark.sink.typesense;

import dev.tidemark.sink.SinkException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Holds writes back until the server is settled. After a restart Typesense says that it is healthy while collections are
 * still missing or half loaded, and a write that timed out may still be waiting inside it. So, after a start and after
 * any sign of trouble, the gate opens only when the server is healthy, nothing is pending, and two listings of the
 * collections (names and document counts) a moment apart are equal. Thread-safe: one caller does the waiting, the others
 * share what came of it.
 */
final class SettleGate {

    /** What the gate asks the server. */
    interface Probe {
        /** Fails where the server is away or says that it is not healthy. */
        void healthy() throws SinkException, InterruptedException;

        /** How many batches of writes wait inside the server. */
        long pending() throws SinkException, InterruptedException;

        /** Collections by name, with their document counts. */
        Map<String, Long> listing() throws SinkException, InterruptedException;

        /**
         * Whether the listing's counts are those of the pipeline's own collections. Before the first of them was looked
         * up, all count; and somebody else may be writing.
         */
        boolean knowsWhatMatters();

        /** Failure that says what is not settled. */
        SinkException unsettled(String what);

        /** The gate opens: nothing sent before is still on its way. */
        void settled();
    }

    private static final Duration POLL = Duration.ofMillis(100);

    /** What the gate needs of a clock; tests step it. */
    interface Clock {
        long nanos();

        void pause(Duration duration) throws InterruptedException;
    }

    static final Clock SYSTEM = new Clock() {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public void pause(Duration duration) throws InterruptedException {
            Thread.sleep(duration.toMillis());
        }
    };

    private final Probe probe;
    private final Duration apart;
    private final Duration patience;
    private final Clock clock;
    private final ReentrantLock settling = new ReentrantLock();

    private final Object state = new Object();
    private boolean open;
    private long closings;
    private long attempts;
    private long openedAt;
    private @Nullable SinkException lastFailure;
    private final Map<String, Long> listed = new HashMap<>();

    /**
     * @param apart the time between the two listings
     * @param patience how long one attempt may take before it fails, for the caller to say so and to try again
     */
    SettleGate(Probe probe, Duration apart, Duration patience, Clock clock) {
        this.probe = probe;
        this.apart = apart;
        this.patience = patience;
        this.clock = clock;
    }

    /** A sign of trouble was seen; also ends the attempt that is under way, if any. */
    void close() {
        synchronized (state) {
            open = false;
            closings++;
        }
    }

    /** Returns when the server is settled: at once where it is already. */
    void await() throws SinkException, InterruptedException {
        long seen;
        synchronized (state) {
            if (open) {
                return;
            }
            seen = attempts;
        }
        settling.lockInterruptibly();
        try {
            synchronized (state) {
                if (open) {
                    return;
                }
                if (lastFailure != null && attempts > seen) { // Of the attempt that this thread waited for.
                    throw new SinkException(
                            lastFailure.kind(),
                            lastFailure.reason(),
                            String.valueOf(lastFailure.getMessage()),
                            lastFailure.hint(),
                            lastFailure);
                }
            }
            attempt();
        } finally {
            settling.unlock();
        }
    }

    /** As {@link #await}, but settles again where it was settled before: for what must not see half a collection. */
    void awaitAnew() throws SinkException, InterruptedException {
        synchronized (state) {
            open = false; // Not close(): no trouble was seen, and an attempt under way serves as well.
        }
        await();
    }

    /** This collection was seen or created: a 404 for it is not to be believed at once. */
    void exists(String name) {
        synchronized (state) {
            listed.put(name, 0L);
        }
    }

    /**
     * Whether a 404 for this name means that it does not exist, as far as is known: the server was settled a moment ago
     * and did not list it then. Else somebody may have restarted it unseen, and it is still loading.
     */
    boolean provenMissing(String name, Duration fresh) {
        synchronized (state) {
            return open && !listed.containsKey(name) && clock.nanos() - openedAt < fresh.toNanos();
        }
    }

    private void attempt() throws SinkException, InterruptedException {
        long before;
        synchronized (state) {
            before = closings;
        }
        @Nullable SinkException failure = null;
        Map<String, Long> listing = Map.of();
        try {
            listing = settle();
        } catch (SinkException e) {
            failure = e;
        }
        synchronized (state) {
            attempts++;
            if (failure == null && closings != before) {
                failure = probe.unsettled("failed again while it was settling");
            }
            lastFailure = failure;
            if (failure == null) {
                probe.settled();
                listed.clear();
                listed.putAll(listing);
                openedAt = clock.nanos();
                open = true;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private Map<String, Long> settle() throws SinkException, InterruptedException {
        long start = clock.nanos();
        probe.healthy();
        drain(start);
        Map<String, Long> last = probe.listing();
        while (true) {
            clock.pause(apart);
            // Again: a request that sat in the server's socket while it was stopped shows up only after a while.
            drain(start);
            Map<String, Long> next = probe.listing();
            if (next.equals(last)) {
                return next;
            }
            boolean sameNames = next.keySet().equals(last.keySet());
            last = next;
            if (clock.nanos() - start > patience.toNanos()) {
                if (sameNames && !probe.knowsWhatMatters()) {
                    return next; // Loading takes no collection so long at a steady health: these are others' writes.
                }
                throw probe.unsettled("is still loading: its collections keep changing");
            }
        }
    }

    private void drain(long start) throws SinkException, InterruptedException {
        for (long pending = probe.pending(); pending != 0; pending = probe.pending()) {
            if (clock.nanos() - start > patience.toNanos()) {
                throw probe.unsettled("still works on " + pending + " batches of earlier writes");
            }
            clock.pause(POLL);
        }
    }
}
