package dev.tidemark.sink.typesense;

import dev.tidemark.sink.typesense.TransportException.Stage;
import java.net.URI;
import java.util.List;

/**
 * Which node is spoken to. A write without an answer may still be waiting on its node; sent again elsewhere it could be
 * applied after newer ones (invariant 2). So the node is kept until nothing is pending on it, or until it refuses
 * connections, which a process that still holds the write does not do. Thread-safe.
 */
final class Nodes {

    private final List<URI> all;
    private int current;
    private boolean unresolved;

    Nodes(List<URI> all) {
        this.all = List.copyOf(all);
    }

    List<URI> all() {
        return all;
    }

    synchronized URI current() {
        return all.get(current);
    }

    /** A write may still be running on the current node. */
    synchronized void unresolved() {
        unresolved = true;
    }

    /** Nothing is pending on the current node: no earlier write can come after a later one. */
    synchronized void drained() {
        unresolved = false;
    }

    /** Takes the next node where {@code failed} is still the current one and may be left. */
    synchronized void failed(URI failed, Stage stage) {
        leave(failed, stage == Stage.REFUSED);
    }

    /** As {@link #failed} for a node that answers, but not as a healthy one. */
    synchronized void unhealthy(URI failed) {
        leave(failed, false);
    }

    private void leave(URI failed, boolean gone) {
        if (!failed.equals(all.get(current)) || (unresolved && !gone)) {
            return;
        }
        unresolved = false;
        current = (current + 1) % all.size();
    }
}
