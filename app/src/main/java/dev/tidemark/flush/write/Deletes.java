package dev.tidemark.flush.write;

import dev.tidemark.sink.Sink;
import dev.tidemark.sink.SinkException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Deletes of one collection. The sink takes a few at a time, and answers faster than this process sends the next: many are sent in
 * two halves at the same time. Their ids are disjoint (invariant 2).
 */
final class Deletes {

    /** Fewer are not worth two requests. */
    private static final int HALVED = 200;

    private final Sink sink;
    private final String collection;
    private final Executor threads;

    Deletes(Sink sink, String collection, Executor threads) {
        this.sink = sink;
        this.collection = collection;
        this.threads = threads;
    }

    /** Deletes documents. Returns, or fails, only when all requests have ended; an interrupt interrupts them, too. */
    void send(List<String> ids) throws SinkException, InterruptedException {
        if (ids.size() < HALVED) {
            sink.delete(collection, ids);
            return;
        }
        int half = ids.size() / 2;
        FutureTask<@Nullable SinkException> first = new FutureTask<>(() -> attempt(ids.subList(0, half)));
        threads.execute(first);
        try {
            SinkException second = attempt(ids.subList(half, ids.size()));
            SinkException failed = first.get();
            if (second != null && (failed == null || second.kind() == SinkException.Kind.FATAL)) {
                throw second;
            }
            if (failed != null) {
                throw failed;
            }
        } catch (InterruptedException e) {
            first.cancel(true);
            throw e;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a delete failed in an unforeseen way: " + e.getCause(), e.getCause());
        }
    }

    private @Nullable SinkException attempt(List<String> ids) throws InterruptedException {
        try {
            sink.delete(collection, ids);
            return null;
        } catch (SinkException e) {
            return e;
        }
    }
}
