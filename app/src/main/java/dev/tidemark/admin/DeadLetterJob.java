package dev.tidemark.admin;

import dev.tidemark.deadletter.DeadLetter;
import dev.tidemark.deadletter.DeadLetterFilter;
import dev.tidemark.deadletter.DeadLetters;
import dev.tidemark.flush.replay.ReplayRequest;
import dev.tidemark.metrics.PipelineMetrics;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replays or discards the dead letters that match a filter, without a limit on their number: they are read from the disk one
 * after the other, and only a page of them is held. Runs on a thread of its own; any thread may query its progress.
 */
public final class DeadLetterJob {

    private static final Logger log = LoggerFactory.getLogger(DeadLetterJob.class);

    /** Number of entries that one write to the disk removes from the list. */
    private static final int PAGE = 1000;

    /** Actions on the selected dead letters. */
    public enum Action {
        /** Their rows are re-read and written as they are now. */
        REPLAY,
        /** They are discarded; their documents stay as they are. */
        DISCARD
    }

    /**
     * Progress of the job.
     *
     * @param selected entries that matched so far
     * @param settled resolved entries, no longer on the list: written, deleted or discarded
     * @param refused entries that were rejected again
     * @param unknown entries without an id, or of which the configuration makes no document any more: to be discarded
     * @param error what ended it early, null if nothing did
     */
    public record Progress(
            Action action,
            boolean running,
            long selected,
            long settled,
            long refused,
            long unknown,
            @Nullable String error) {}

    /** Hands an entry to the flush thread, waiting for room. */
    @FunctionalInterface
    public interface Rereading {
        void put(ReplayRequest reread) throws InterruptedException;
    }

    /**
     * Dependencies of the job.
     *
     * @param pipeline for the thread's name
     */
    public record Tools(String pipeline, DeadLetters deadLetters, PipelineMetrics metrics, Rereading rereading) {}

    private final Tools tools;
    private final Action action;
    private final DeadLetterFilter filter;
    private final Thread thread;
    private final AtomicLong selected = new AtomicLong();
    private final AtomicLong settled = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong unknown = new AtomicLong();
    private final List<DeadLetter> page = new ArrayList<>();
    private boolean running = true;
    private @Nullable String error;

    private DeadLetterJob(Tools tools, Action action, DeadLetterFilter filter) {
        this.tools = tools;
        this.action = action;
        this.filter = filter;
        this.thread = new Thread(this::run, tools.pipeline() + "-letters");
        this.thread.setDaemon(true);
    }

    /** Begins. */
    public static DeadLetterJob start(Tools tools, Action action, DeadLetterFilter filter) {
        DeadLetterJob job = new DeadLetterJob(tools, action, filter);
        job.thread.start();
        return job;
    }

    public synchronized Progress progress() {
        return new Progress(action, running, selected.get(), settled.get(), refused.get(), unknown.get(), error);
    }

    /** Waits until it is over. */
    public void join() throws InterruptedException {
        thread.join();
    }

    /** Ends it early and waits for that; what was not done stays pending. */
    public void stop() throws InterruptedException {
        thread.interrupt();
        thread.join(1_000);
    }

    private void run() {
        String failure = null;
        try {
            tools.deadLetters()
                    .review()
                    .read(filter, Long.MAX_VALUE, action == Action.REPLAY ? this::replay : this::discard);
            discardPage();
            awaitReplayed();
        } catch (InterruptedException e) {
            failure = "stopped";
        } catch (UncheckedIOException | IOException e) {
            failure = e instanceof UncheckedIOException ? "stopped" : String.valueOf(e.getMessage());
        } catch (RuntimeException e) {
            failure = "this is a fault of Tidemark, please report it: " + e;
            log.error("the {} of dead letters failed", action, e);
        }
        synchronized (this) {
            running = false;
            error = failure;
        }
        log.info(
                "{} of dead letters: {} selected, {} off the list, {} rejected again, {} unknown{}",
                action.name().toLowerCase(java.util.Locale.ROOT),
                selected,
                settled,
                refused,
                unknown,
                failure == null ? "" : "; ended early: " + failure);
    }

    private void replay(DeadLetter deadLetter) {
        selected.incrementAndGet();
        if (deadLetter.id().isEmpty()) {
            unknown.incrementAndGet(); // its row is unknown
            return;
        }
        try {
            tools.rereading().put(new ReplayRequest(deadLetter.withoutDocument(), this::record));
        } catch (InterruptedException e) {
            throw new UncheckedIOException(new InterruptedIOException("stopped"));
        }
    }

    private synchronized void record(ReplayRequest.Outcome outcome) {
        switch (outcome) {
            case RESOLVED -> settled.incrementAndGet();
            case REJECTED -> refused.incrementAndGet();
            case UNKNOWN -> unknown.incrementAndGet();
        }
        notifyAll();
    }

    private synchronized void awaitReplayed() throws InterruptedException {
        while (action == Action.REPLAY && settled.get() + refused.get() + unknown.get() < selected.get()) {
            wait();
        }
    }

    private void discard(DeadLetter deadLetter) {
        selected.incrementAndGet();
        // If it has no id and no key, only its content distinguishes it from others.
        page.add(deadLetter.id().isEmpty() ? deadLetter : deadLetter.withoutDocument());
        if (page.size() == PAGE || Thread.currentThread().isInterrupted()) {
            try {
                discardPage();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void discardPage() throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("stopped");
        }
        settled.addAndGet(tools.deadLetters().review().discard(page));
        page.stream().map(DeadLetter::collection).distinct().forEach(collection -> {
            long of = page.stream()
                    .filter(deadLetter -> deadLetter.collection().equals(collection))
                    .count();
            tools.metrics().deadLettersDiscarded(collection, of);
            tools.metrics().deadLettersPending(collection, tools.deadLetters().pending(collection));
        });
        page.clear();
    }
}
