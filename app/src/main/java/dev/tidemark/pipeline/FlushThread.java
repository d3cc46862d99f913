package dev.tidemark.pipeline;

import dev.tidemark.flush.FlushWorker;
import dev.tidemark.queue.ChangeQueue;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Flushes in a loop, on a thread of its own, until it is closed; then until the queue is empty. */
final class FlushThread implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(FlushThread.class);
    private static final Duration TIMEOUT = Duration.ofMillis(500);
    /** The entire stop stays below the ten seconds after which container engines kill. */
    private static final long STOP_MILLIS = 7_000;

    private static final long INTERRUPTED_MILLIS = 1_000;

    private final FlushWorker worker;
    private final ChangeQueue queue;
    private final Pause paused;
    private final BooleanSupplier held;
    private final Consumer<Throwable> failed;
    private final Thread thread;
    private volatile boolean stopping;
    private volatile boolean drained = true;

    /**
     * Creates the thread and does not start it.
     *
     * @param held whether nothing may be written for another reason than a pause
     * @param failed called with an unforeseen failure, which ends the thread
     */
    FlushThread(
            String pipeline,
            FlushWorker worker,
            ChangeQueue queue,
            Pause paused,
            BooleanSupplier held,
            Consumer<Throwable> failed) {
        this.worker = worker;
        this.queue = queue;
        this.paused = paused;
        this.held = () -> paused.isPaused() || held.getAsBoolean();
        this.failed = failed;
        this.thread = new Thread(this::run, pipeline + "-flush");
    }

    void start() {
        thread.start();
    }

    /** Returns whether it runs as it should: it has not ended before it was closed. */
    boolean isLive() {
        return thread.isAlive() || stopping;
    }

    /** Returns whether it ended within its time when it was closed: then everything that was received is durable. */
    boolean isDrained() {
        return drained;
    }

    private void run() {
        try {
            while (!stopping || queue.level().changes() > 0 || worker.hasPending()) {
                // Invariant 3: while it is paused the queue fills, and then the source waits.
                if (!paused.isPausedAfter(stopping ? Duration.ZERO : TIMEOUT)) {
                    boolean flushed = worker.flushOnce(stopping ? Duration.ZERO : TIMEOUT, held);
                    if (!flushed && held.getAsBoolean()) {
                        if (stopping) {
                            log.info(
                                    "stopped while nothing may be written, with {} changes not flushed: they will be sent again",
                                    queue.level().changes());
                            return;
                        }
                        TimeUnit.MILLISECONDS.sleep(TIMEOUT.toMillis());
                    }
                } else if (stopping) {
                    log.info(
                            "stopped while paused, with {} changes not flushed: they will be sent again",
                            queue.level().changes());
                    return;
                }
            }
            log.info("everything that was received is durable");
        } catch (InterruptedException e) {
            log.warn(
                    "stopped with {} changes not flushed: they will be sent again",
                    queue.level().changes());
        } catch (RuntimeException | Error e) {
            log.error("the flush failed in an unforeseen way; nothing of its batch was committed", e);
            failed.accept(e);
        }
    }

    /**
     * Waits until what was received is flushed and committed, at most for 7 s; then interrupts it. Nothing may enter the queue any
     * more. An interrupt of the waiting thread ends that time early.
     */
    @Override
    public void close() throws InterruptedException {
        stopping = true;
        try {
            drained = endsWithin(STOP_MILLIS);
        } catch (InterruptedException e) {
            drained = false;
            throw e;
        } finally {
            if (!drained) {
                thread.interrupt();
                endsWithin(INTERRUPTED_MILLIS);
            }
        }
    }

    private boolean endsWithin(long millis) throws InterruptedException {
        thread.join(millis);
        return !thread.isAlive();
    }
}
