package dev.tidemark.flush.write;

import dev.tidemark.sink.Sink;
import dev.tidemark.sink.SinkException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Runs the collections' parts of a flush side by side, and joins them all before it returns: no request of one flush is
 * alive when the next begins (invariant 2). An interrupt is the end of the service: then requests are interrupted, and not
 * waited for.
 */
public final class ParallelFlush implements AutoCloseable {

    /** Documents of a slice: mapping them takes about as long as the request before, and a request is still worth its cost. */
    private static final int SLICE = 2_500;

    private final ExecutorService threads;
    /** Separate from the writers, which wait for it. */
    private final ExecutorService mapping;

    private final ImportChunks.Cut cut;

    /**
     * Creates the pool.
     *
     * @param width how many collections are written to at the same time
     */
    public ParallelFlush(String pipeline, int width) {
        this(pipeline, width, SLICE);
    }

    public ParallelFlush(String pipeline, int width, int slice) {
        this.threads = threads(pipeline + "-write", width);
        this.mapping = threads(pipeline + "-map", width);
        this.cut = new ImportChunks.Cut(slice, mapping);
    }

    private static ExecutorService threads(String name, int count) {
        return Executors.newFixedThreadPool(count, task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Part of a flush: writes of ids that no other part has. */
    public interface Part {
        /** Sends what is not durable yet; may be called again after a failure. */
        void attempt(Sink sink, ImportChunks.Cut cut) throws SinkException, InterruptedException;
    }

    /** Attempts all; returns those that failed, with the failure. */
    public <P extends Part> Map<P, SinkException> attempt(List<P> flushes, Sink sink) throws InterruptedException {
        Map<P, SinkException> failed = new LinkedHashMap<>();
        if (flushes.size() == 1) {
            SinkException failure = attempt(flushes.get(0), sink);
            if (failure != null) {
                failed.put(flushes.get(0), failure);
            }
            return failed;
        }
        Map<P, Future<@Nullable SinkException>> running = new LinkedHashMap<>();
        for (P flush : flushes) {
            running.put(flush, threads.submit(() -> attempt(flush, sink)));
        }
        InterruptedException interrupted = null;
        for (Map.Entry<P, Future<@Nullable SinkException>> entry : running.entrySet()) {
            try {
                SinkException failure = join(entry.getValue());
                if (failure != null) {
                    failed.put(entry.getKey(), failure);
                }
            } catch (InterruptedException e) {
                interrupted = e;
                running.values().forEach(future -> future.cancel(true));
            }
        }
        if (interrupted != null) {
            throw interrupted;
        }
        return failed;
    }

    /** Attempts one, on a thread of its own; {@link #join} returns why it failed. */
    public Future<@Nullable SinkException> submit(Part part, Sink sink) {
        return threads.submit(() -> attempt(part, sink));
    }

    private @Nullable SinkException attempt(Part flush, Sink sink) throws InterruptedException {
        try {
            flush.attempt(sink, cut);
            return null;
        } catch (SinkException e) {
            return e;
        }
    }

    /** Returns why an attempt failed once it has ended; null if it did not fail. */
    public static @Nullable SinkException join(Future<@Nullable SinkException> future) throws InterruptedException {
        try {
            return future.get();
        } catch (java.util.concurrent.CancellationException e) {
            throw new InterruptedException();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof InterruptedException) {
                throw new InterruptedException();
            }
            throw new IllegalStateException("a flush failed in an unforeseen way: " + e.getCause(), e.getCause());
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        mapping.shutdown();
    }
}
