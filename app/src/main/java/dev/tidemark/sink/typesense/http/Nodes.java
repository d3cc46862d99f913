package dev.tidemark.sink.typesense.http;

import dev.tidemark.sink.typesense.http.TransportException.Stage;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The node that requests are sent to. A write without an answer may still be waiting on its node. So the node is kept while a
 * write is on its way, and then until a fence has proven that the write is done, until the node refuses connections, which a
 * process that holds the write does not do, or until it was unusable for the bound: then its machine is presumed lost. If it was
 * only frozen, it applies the write when it resumes, after newer ones; {@link #left} remembers what that concerns (invariant 2).
 * Thread-safe.
 */
final class Nodes {

    private final List<URI> all;
    private final Duration lostAfter;
    private final LongSupplier nanos;
    /** Collections with a write that has no answer. */
    private final Map<String, Pending> unresolved = new HashMap<>();
    /** Writes on their way. */
    private final Set<Write> writes = new HashSet<>();
    /** Nodes that were presumed lost, with the collections that they may still write to. */
    private final Map<URI, Set<String>> left = new HashMap<>();

    private int current;
    private boolean ended;

    /** A write of a collection to a node. Each is another one, also to the same collection. */
    static final class Write {

        private final String collection;
        private final URI node;
        /** Its node refused connections since: what that process had not handed on is lost with it. */
        private boolean gone;

        Write(String collection, URI node) {
            this.collection = collection;
            this.node = node;
        }

        /** Returns the node that it is sent to. */
        URI node() {
            return node;
        }
    }

    /**
     * A write without an answer.
     *
     * @param holder the node that it was sent to; {@code null} if that was left
     * @param since when its deadline passed, or when that node was left
     */
    private record Pending(@Nullable URI holder, long since) {}

    /**
     * @param lostAfter how long an unusable node is kept while a write to it has no answer
     * @param nanos the time, as {@link System#nanoTime}
     */
    Nodes(List<URI> all, Duration lostAfter, LongSupplier nanos) {
        this.all = List.copyOf(all);
        this.lostAfter = lostAfter;
        this.nanos = nanos;
    }

    synchronized URI current() {
        return all.get(current);
    }

    /**
     * Records that a write to the collection is sent to the current node; to be followed by {@link #ended}. Empty if no more
     * writes must be sent.
     */
    synchronized Optional<Write> begin(String collection) {
        if (ended) {
            return Optional.empty();
        }
        Write write = new Write(collection, all.get(current));
        writes.add(write);
        return Optional.of(write);
    }

    /** Ends writing: {@link #begin} permits no more writes. Returns whether no earlier write can be applied any more. */
    synchronized boolean end() {
        ended = true;
        return writes.isEmpty() && unresolved.isEmpty() && left.isEmpty();
    }

    /** Records that the write is not waited for any more. If it may still be running, {@link #unresolved} was called before. */
    synchronized void ended(Write write) {
        writes.remove(write);
    }

    /**
     * Records that the write may still be running on its node. If that was left meanwhile, it is one to be watched from now on.
     *
     * @return whether that is still the current node
     */
    synchronized boolean unresolved(Write write) {
        boolean here = write.node.equals(all.get(current));
        if (!here && !write.gone) {
            leave(write.node, write.collection);
        }
        unresolved.merge(
                write.collection,
                new Pending(here ? write.node : null, nanos.getAsLong()),
                (first, next) -> new Pending(here ? next.holder() : first.holder(), first.since()));
        return here;
    }

    /** Records that no earlier write to the collection can be applied after a later one. */
    synchronized void resolved(String collection) {
        unresolved.remove(collection);
    }

    /** Takes the next node if {@code failed} is still the current one and can be left at once. Returns whether it was left. */
    synchronized boolean failed(URI failed, Stage stage) {
        if (!isCurrent(failed) || (stage != Stage.REFUSED && !isFree())) {
            return false;
        }
        if (stage == Stage.REFUSED) {
            writes.stream().filter(write -> write.node.equals(failed)).forEach(write -> write.gone = true);
        }
        next();
        return true;
    }

    /**
     * Takes the next node as {@link #failed} does, for a node that a probe has found unusable: if that has lasted for the bound,
     * it is left although a write to it has no answer. Returns whether it was left.
     */
    synchronized boolean unusable(URI failed) {
        if (!isCurrent(failed) || !(isFree() || isLost())) {
            return false;
        }
        unresolved.forEach((collection, write) -> {
            if (failed.equals(write.holder())) {
                leave(failed, collection);
            }
        });
        next();
        return true;
    }

    /** Returns the nodes that were left while a write to them had no answer, each with the collections of such writes. */
    synchronized Map<URI, Set<String>> left() {
        Map<URI, Set<String>> copy = new HashMap<>();
        left.forEach((node, collections) -> copy.put(node, Set.copyOf(collections)));
        return copy;
    }

    /** Forgets a node: what it may have written late has been handled. */
    synchronized void forget(URI node) {
        left.remove(node);
    }

    private boolean isCurrent(URI node) {
        return all.size() > 1 && node.equals(all.get(current));
    }

    /** Returns whether no write can still be running on the current node, or start to. */
    private boolean isFree() {
        URI node = all.get(current);
        return unresolved.isEmpty() && writes.stream().noneMatch(write -> !write.gone && write.node.equals(node));
    }

    private boolean isLost() {
        long now = nanos.getAsLong();
        return unresolved.values().stream().anyMatch(write -> now - write.since() >= lostAfter.toNanos());
    }

    private void leave(URI node, String collection) {
        left.computeIfAbsent(node, name -> new HashSet<>()).add(collection);
    }

    /**
     * Moves to the next node. What was without an answer on the old node counts from now on for the new one, until a fence has
     * passed there.
     */
    private void next() {
        long now = nanos.getAsLong();
        unresolved.replaceAll((collection, write) -> new Pending(null, now));
        current = (current + 1) % all.size();
    }
}
