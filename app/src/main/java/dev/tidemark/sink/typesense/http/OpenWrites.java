package dev.tidemark.sink.typesense.http;

import dev.tidemark.sink.typesense.http.TransportException.Stage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes whose deadline has passed and whose connections are still open. While they are, the server's late answer shows that such
 * a write is done; after they are closed nothing does, for the server may still read what was sent. Thread-safe.
 */
final class OpenWrites {

    /** A write, and the time when it was abandoned. */
    private record Late(Exchange<?> exchange, long nanos) {}

    private final Map<String, Deque<Late>> byCollection = new HashMap<>();

    synchronized void add(String collection, Exchange<?> exchange) {
        byCollection.computeIfAbsent(collection, name -> new ArrayDeque<>()).add(new Late(exchange, System.nanoTime()));
    }

    /** Removes the write, which is not waited for. */
    synchronized void remove(String collection, Exchange<?> exchange) {
        Deque<Late> writes = byCollection.get(collection);
        if (writes != null && writes.removeIf(late -> late.exchange() == exchange) && writes.isEmpty()) {
            byCollection.remove(collection);
        }
    }

    /**
     * Waits until the writes to the collection are answered; returns whether they are.
     *
     * @throws TransportException if the connection of one of them broke; it is not waited for again
     */
    boolean await(String collection, Duration limit) throws TransportException, InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        Late next = first(collection);
        while (next != null) {
            try {
                next.exchange().await(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
                remove(collection, next);
            } catch (TransportException e) {
                if (e.stage() == Stage.TIMEOUT) {
                    return false;
                }
                remove(collection, next);
                throw e;
            }
            next = first(collection);
        }
        return true;
    }

    /** Returns whether one of the collection's writes was abandoned that long ago. */
    boolean isOlderThan(String collection, Duration age) {
        Late oldest = first(collection);
        return oldest != null && System.nanoTime() - oldest.nanos() > age.toNanos();
    }

    /** Closes the connections of the collection's writes. */
    synchronized void cancel(String collection) {
        Deque<Late> writes = byCollection.remove(collection);
        if (writes != null) {
            writes.forEach(late -> late.exchange().cancel());
        }
    }

    synchronized void cancelAll() {
        byCollection
                .values()
                .forEach(writes -> writes.forEach(late -> late.exchange().cancel()));
        byCollection.clear();
    }

    private synchronized @Nullable Late first(String collection) {
        Deque<Late> writes = byCollection.get(collection);
        return writes == null ? null : writes.peekFirst();
    }

    private synchronized void remove(String collection, Late late) {
        Deque<Late> writes = byCollection.get(collection);
        if (writes != null && writes.remove(late) && writes.isEmpty()) {
            byCollection.remove(collection);
        }
    }
}
