package dev.tidemark.flush;

import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.health.Health;
import dev.tidemark.retry.RetryLoop;
import dev.tidemark.state.OffsetCommitter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Offsets of batches that are written, until no joined document is pending for their batch or one before (invariant 1). Flush
 * thread only.
 */
final class HeldOffsets {

    private static final Logger log = LoggerFactory.getLogger(HeldOffsets.class);

    private final OffsetCommitter offsets;
    private final RetryLoop persistence;
    private final Deque<Held> held = new ArrayDeque<>();

    /** An offset, the number of its batch and its position in the source. */
    private record Held(long batch, Map<String, ?> offset, long position) {}

    HeldOffsets(OffsetCommitter offsets, RetryLoop persistence) {
        this.offsets = offsets;
        this.persistence = persistence;
    }

    /** Takes the last offset of a batch, if it has one. Batches come with ascending numbers. */
    void hold(long batch, List<ChangeEvent> events) {
        for (int i = events.size() - 1; i >= 0; i--) {
            Map<String, ?> offset = events.get(i).resumeOffset();
            if (offset != null) {
                held.add(new Held(batch, offset, events.get(i).position()));
                return;
            }
        }
    }

    /**
     * Stores the newest offset before which nothing is pending.
     *
     * @param oldestPending the oldest batch for which something is pending
     * @return its position in the source; null if none was stored
     */
    @Nullable
    Long commit(long oldestPending) throws InterruptedException {
        Held ready = null;
        while (!held.isEmpty() && held.element().batch() < oldestPending) {
            ready = held.remove();
        }
        return ready != null && store(ready.offset()) ? ready.position() : null;
    }

    private boolean store(Map<String, ?> offset) throws InterruptedException {
        boolean[] stored = {false};
        persistence.persist("the offset", Health.Part.OFFSETS, () -> stored[0] = offsets.commit(offset));
        if (!stored[0]) {
            log.debug("the engine of this offset is gone: its changes will be sent again");
        }
        return stored[0];
    }

    /** Discards all that is held; only between two engines, for all of it will be sent again. */
    void forget() {
        held.clear();
    }
}
