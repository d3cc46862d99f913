package dev.tidemark.flush.write;

import dev.tidemark.collection.Target;
import dev.tidemark.sink.Document;
import dev.tidemark.sink.SinkException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Pending writes of a collection, mapped a slice at a time: the next slice is mapped while one is being sent, so that
 * neither this process nor the sink waits for the other. Slices have disjoint ids and are sent one after the other
 * (invariant 2). One thread; the mapping of the next slice runs in another only within {@link #send}.
 */
public final class ImportChunks {

    /** Documents of more bytes are the next slice's: two slices are in memory at a time (invariant 3). */
    private static final long BYTES = Math.min(8L << 20, Runtime.getRuntime().maxMemory() / 64);

    private final Target target;
    private final Cut cut;
    private final List<Map.Entry<String, Batch.Write>> writes = new ArrayList<>();
    private int mapped;
    private @Nullable CompletableFuture<Mapped> ahead;

    /**
     * Settings by which slices are created.
     *
     * @param documents the number in one slice; enough to be worth a request of their own
     * @param threads run what is done while a request is under way: the next slice is mapped, a second request is sent
     */
    public record Cut(int documents, Executor threads) {}

    /** The outcome of mapping a slice: documents, or why everything stops. */
    private record Mapped(
            @Nullable MappedDocuments documents, @Nullable SinkException failure) {}

    /** A request with the documents of one slice. */
    @FunctionalInterface
    interface Request<A> {
        A send(List<Document> documents) throws SinkException, InterruptedException;
    }

    /**
     * Creates slices of what is pending now; later changes to it have no effect here.
     *
     * @param full whether to take the writes of full documents, or those of only some fields
     */
    ImportChunks(Target target, Map<String, Batch.Write> pending, boolean full, Cut cut) {
        this.target = target;
        this.cut = cut;
        pending.forEach((id, write) -> {
            if (write.row() != null && write.isFull() == full) {
                writes.add(Map.entry(id, write));
            }
        });
    }

    /** Returns the next slice, or null if there is none. */
    @Nullable
    MappedDocuments next() throws SinkException {
        if (ahead == null && mapped == writes.size()) {
            return null;
        }
        Mapped next = ahead == null ? map() : ahead.join();
        ahead = null;
        if (next.failure() != null) {
            throw next.failure();
        }
        return next.documents();
    }

    /**
     * Sends a slice while the next is mapped. Returns, or throws, only when both have ended: two threads must not use anything
     * else of the target at a time.
     */
    <A> A send(MappedDocuments slice, Request<A> request) throws SinkException, InterruptedException {
        if (mapped < writes.size()) {
            ahead = CompletableFuture.supplyAsync(this::map, cut.threads());
        }
        try {
            return request.send(slice.documents());
        } finally {
            if (ahead != null) {
                ahead.exceptionally(e -> null).join();
            }
        }
    }

    private Mapped map() {
        int to = Math.min(writes.size(), mapped + cut.documents());
        try {
            MappedDocuments documents = MappedDocuments.of(target, writes.subList(mapped, to), BYTES);
            mapped += documents.taken();
            return new Mapped(documents, null);
        } catch (SinkException e) {
            return new Mapped(null, e);
        }
    }
}
