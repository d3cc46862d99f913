package dev.tidemark.identity;

import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the check of a {@link CollectionWatch} every two seconds; less often if the server answers slowly, so that checks take at
 * most a tenth of its time.
 */
public final class WatchThread implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(WatchThread.class);
    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final int REST = 10;
    private static final long SAVE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final CollectionWatch watch;
    private final ScheduledExecutorService thread;
    private long saved = System.nanoTime();

    public WatchThread(String pipeline, CollectionWatch watch) {
        this.watch = watch;
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread created = new Thread(task, pipeline + "-collections");
            created.setDaemon(true);
            return created;
        });
    }

    /** Starts to check. */
    public void start() {
        next(INTERVAL_NANOS);
    }

    private void next(long delay) {
        if (!thread.isShutdown()) {
            thread.schedule(this::check, delay, TimeUnit.NANOSECONDS);
        }
    }

    private void check() {
        try {
            watch.check();
            long now = System.nanoTime();
            if (now - saved > SAVE_NANOS) {
                watch.save();
                saved = now;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        } catch (IOException e) {
            log.warn("the identities of collections cannot be stored, trying again: {}", e.getMessage());
        } catch (RuntimeException e) {
            log.error("a check of the collections failed", e); // the next one may succeed
        }
        next(Math.max(INTERVAL_NANOS, REST * watch.answeredNanos()));
    }

    /** Stops, and stores what is known; a check that is under way is cut off. */
    @Override
    public void close() throws IOException {
        thread.shutdownNow();
        watch.save();
    }
}
