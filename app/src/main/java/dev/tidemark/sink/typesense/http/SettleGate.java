package dev.tidemark.sink.typesense.http;

import dev.tidemark.sink.SinkException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds requests of a collection back until our own earlier writes to it are done. After a start, and after any sign of an error,
 * a write that has no answer may still be waiting inside the server, and a server that was restarted says that it is healthy
 * while its collections are missing or half loaded. Both end with a fence: a write that changes nothing, and that the server
 * answers after everything it has accepted for that collection before. What other clients write delays a fence, but never holds
 * it back.
 *
 * <p>A fence orders only what the server has read from its connections. So the first one is sent a moment after the server has
 * answered that it is healthy. Thread-safe: callers for one collection share its fence.
 * Upholds invariant 2.
 */
final class SettleGate {

    /** Access of the gate to the server. */
    interface Probe {
        /** Fails if the server is unreachable or says that it is not healthy. */
        void healthy() throws SinkException, InterruptedException;

        /** Waits for earlier writes to the collection whose connections are still open; returns whether all are over. */
        boolean answered(String collection, Duration limit) throws SinkException, InterruptedException;

        /** Sends a fence. */
        Fence fence(String collection);

        /** Returns the failure that reports what is waited for. */
        SinkException unsettled(String what);

        /** Records that a fence was answered: nothing sent before to that collection is still on its way. */
        void settled(String collection);
    }

    /**
     * Result that the answer of a fence shows.
     *
     * @param nanos when it arrived, by the gate's clock
     */
    record Proof(boolean exists, long nanos) {}

    /**
     * A delete by filter of an id that no document has: the server answers it after everything that it has accepted for the
     * collection before, for it keeps one queue per collection, in the order of its Raft log. Sent once, and waited for several
     * times.
     */
    interface Fence {
        /** Returns what it proves, or {@code null} if it was not answered yet. */
        @Nullable
        Proof await(Duration limit) throws SinkException, InterruptedException;
    }

    /** The gate's clock; tests step it. */
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

    /** Time that one call waits for a fence before it fails, so that the caller can report it; the fence stays on its way. */
    static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** Time for which an answered fence still proves something to a read that has waited for it. */
    private static final Duration USABLE = Duration.ofSeconds(30);

    private final Probe probe;
    private final Duration apart;
    private final Clock clock;

    private final Object state = new Object();
    private long closings;
    /** Whether the server may still have to read what was sent to it, by this process or by an earlier one. */
    private boolean pending = true;

    private @Nullable Long healthySince;
    private final Map<String, Proof> proofs = new HashMap<>();
    private final Map<String, Fence> fences = new HashMap<>();
    private final Map<String, Long> waiting = new HashMap<>();

    /** @param apart the time between the first healthy answer and the first fence */
    SettleGate(Probe probe, Duration apart, Clock clock) {
        this.probe = probe;
        this.apart = apart;
        this.clock = clock;
    }

    /** Records a sign of an error: nothing is proven any more, and what is being waited for starts again. */
    void close() {
        close(() -> true);
    }

    /**
     * Closes the gate as {@link #close()} does, together with {@code also}: nothing is proven between the two. Returns what
     * {@code also} returns.
     */
    boolean close(BooleanSupplier also) {
        synchronized (state) {
            closings++;
            pending = true;
            healthySince = null;
            proofs.clear();
            fences.clear();
            return also.getAsBoolean();
        }
    }

    /** Records that nothing is on its way from an earlier process: until the gate is closed, no time to read it is needed. */
    void nothingPending() {
        synchronized (state) {
            pending = closings > 0;
        }
    }

    /** Returns whether the server may still have to read something: it had no time for that since the start or an error. */
    boolean isPending() {
        synchronized (state) {
            return pending;
        }
    }

    /** Returns if the server is healthy and has had the time to read what was sent to it earlier. */
    void awaitHealthy() throws SinkException, InterruptedException {
        awaitHealthy(closings());
    }

    /** Returns if all earlier writes to the collection are done: at once unless the gate was closed since that was proven. */
    Proof await(String collection) throws SinkException, InterruptedException {
        synchronized (state) {
            Proof proof = proofs.get(collection);
            if (proof != null) {
                return proof;
            }
        }
        return attempt(collection);
    }

    /**
     * Waits as {@link #await} does, but proves it again: for callers that must not see half a collection after an unnoticed
     * restart.
     */
    Proof awaitAgain(String collection) throws SinkException, InterruptedException {
        return attempt(collection);
    }

    /** Returns whether nothing has to be proven before a request of the collection. */
    boolean isProven(String collection) {
        synchronized (state) {
            return proofs.containsKey(collection);
        }
    }

    /** Records that the collection was created by a write that was answered. */
    void created(String collection) {
        synchronized (state) {
            proofs.computeIfPresent(collection, (name, proof) -> new Proof(true, proof.nanos()));
        }
    }

    private Proof attempt(String collection) throws SinkException, InterruptedException {
        long start = clock.nanos();
        long before = closings();
        awaitHealthy(before);
        long since = since(collection, start);
        if (!probe.answered(collection, left(start))) {
            throw waiting(collection, since);
        }
        Proof proof = passed(collection, left(start));
        if (proof != null && clock.nanos() - proof.nanos() > USABLE.toNanos()) {
            forget(collection); // Answered while no caller waited: a restart may have come since.
            proof = passed(collection, left(start));
        }
        if (proof == null) {
            throw waiting(collection, since);
        }
        return proven(collection, proof, before);
    }

    private @Nullable Proof passed(String collection, Duration limit) throws SinkException, InterruptedException {
        Fence fence = fence(collection);
        try {
            return fence.await(limit.isNegative() ? Duration.ZERO : limit);
        } catch (SinkException e) {
            forget(collection);
            throw e;
        }
    }

    private void forget(String collection) {
        synchronized (state) {
            fences.remove(collection);
        }
    }

    private Proof proven(String collection, Proof proof, long before) throws SinkException {
        synchronized (state) {
            if (closings != before) {
                throw probe.unsettled("failed again while earlier writes to \"" + collection + "\" were waited for");
            }
            probe.settled(collection);
            fences.remove(collection);
            waiting.remove(collection);
            proofs.put(collection, proof);
            return proof;
        }
    }

    private void awaitHealthy(long before) throws SinkException, InterruptedException {
        Long since = healthySince(before);
        if (since == null) {
            probe.healthy();
            since = clock.nanos();
            synchronized (state) {
                if (closings == before) {
                    healthySince = since;
                }
            }
        }
        long left = apart.toNanos() - (clock.nanos() - since);
        if (left > 0 && isPending()) {
            clock.pause(Duration.ofNanos(left));
        }
        synchronized (state) {
            pending &= closings != before;
        }
    }

    private @Nullable Long healthySince(long before) throws SinkException {
        synchronized (state) {
            if (closings != before) {
                throw probe.unsettled("failed again while it was waited for");
            }
            return healthySince;
        }
    }

    /** Returns the fence that is on its way, or was answered while no caller waited for it; else a new one. */
    private Fence fence(String collection) {
        synchronized (state) {
            return fences.computeIfAbsent(collection, probe::fence);
        }
    }

    private SinkException waiting(String collection, long since) {
        long seconds = Duration.ofNanos(clock.nanos() - since).toSeconds();
        String what = collection.isEmpty() ? "of aliases" : "to \"" + collection + "\"";
        return probe.unsettled(
                "has not finished earlier writes " + what + ": waiting for them since " + seconds + " s");
    }

    private long since(String collection, long start) {
        synchronized (state) {
            return waiting.computeIfAbsent(collection, name -> start);
        }
    }

    private Duration left(long start) {
        return TIMEOUT.minusNanos(clock.nanos() - start);
    }

    private long closings() {
        synchronized (state) {
            return closings;
        }
    }
}
