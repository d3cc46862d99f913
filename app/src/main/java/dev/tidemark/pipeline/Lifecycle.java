package dev.tidemark.pipeline;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One start and one stop of a pipeline, which any threads may request at any time. Exactly one thread closes the parts: the first
 * that stops it, or the one that starts it if the start fails or is stopped halfway.
 */
final class Lifecycle {

    private static final Logger log = LoggerFactory.getLogger(Lifecycle.class);
    /** Longer than an ordered stop takes. */
    private static final Duration LIMIT = Duration.ofSeconds(12);
    /** A library may swallow an interrupt: then the next one ends the wait that follows. */
    private static final long INTERRUPT_MILLIS = 100;

    /**
     * Creates and starts the parts.
     *
     * @param <E> failure after which the operator has to act first
     */
    @FunctionalInterface
    interface Start<E extends Exception> {
        Running run(CloseStack parts) throws E, IOException, InterruptedException;
    }

    private sealed interface State {}

    private record Created() implements State {}

    private record Starting(Thread by) implements State {}

    private record Started(Running running) implements State {}

    private record Failed() implements State {}

    private final CloseStack parts;
    private final CountDownLatch released = new CountDownLatch(1);
    private volatile State state = new Created();
    private boolean stopping;

    /** @param parts what is open already; closed even if nothing is started */
    Lifecycle(CloseStack parts) {
        this.parts = parts;
    }

    /** Returns the pipeline once it has started, also while it stops and after that. */
    Optional<Running> running() {
        return state instanceof Started started ? Optional.of(started.running()) : Optional.empty();
    }

    /**
     * Starts; if that fails, everything is closed again when this returns.
     *
     * @throws InterruptedException if this thread was interrupted, or another one stopped the pipeline before it had started
     */
    <E extends Exception> void start(Start<E> start) throws E, IOException, InterruptedException {
        begin();
        boolean started = false;
        try {
            started = hasStarted(start.run(parts));
        } catch (Exception e) {
            if (!isStopping()) {
                throw e;
            }
            log.debug("the start was stopped", e); // whatever an interrupt looks like in a library
        } finally {
            if (!started) {
                fail();
            }
        }
        if (!started) {
            throw new InterruptedException("stopped while it started");
        }
    }

    private synchronized void begin() throws InterruptedException {
        if (stopping) {
            throw new InterruptedException("stopped before it started");
        }
        if (!(state instanceof Created)) {
            throw new IllegalStateException("a pipeline is started once");
        }
        state = new Starting(Thread.currentThread());
    }

    private synchronized boolean isStopping() {
        return stopping;
    }

    private synchronized boolean hasStarted(Running running) {
        if (!stopping) {
            state = new Started(running);
        }
        return !stopping;
    }

    private void fail() {
        synchronized (this) {
            state = new Failed(); // from here on no stop interrupts this thread
            if (stopping) {
                Thread.interrupted(); // the interrupt of a stop ends here
            }
        }
        release();
    }

    private void release() {
        parts.close();
        released.countDown();
    }

    /** Stops and closes everything, or waits up to 12 s until the thread that does so is done. */
    void stop() {
        boolean first;
        synchronized (this) {
            first = !stopping && (state instanceof Created || state instanceof Started);
            stopping = true;
        }
        if (first) {
            release();
        } else {
            awaitRelease();
        }
    }

    private void awaitRelease() {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        boolean interrupted = false;
        boolean done = false;
        while (!done && System.nanoTime() < deadline) {
            interruptStart();
            try {
                done = released.await(INTERRUPT_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (!done) {
            log.warn("the stop is not complete after {} s: what is open is closed later", LIMIT.toSeconds());
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void interruptStart() {
        if (state instanceof Starting starting) {
            starting.by().interrupt();
        }
    }
}
