package dev.tidemark.state;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** Stores an offset after a durable flush, and reports it to the source. Called by the flush thread and nowhere else. */
@FunctionalInterface
public interface OffsetCommitter {

    /**
     * Stores the offset; durable when this returns true.
     *
     * @return false if the engine that sent it has ended: nothing was stored, and the changes will be sent again
     * @throws IOException if it could not be written; nothing has changed, the same call may be made again
     */
    boolean commit(Map<String, ?> offset) throws IOException, InterruptedException;

    /** Returns the stored offset, by any process; empty if none is stored. */
    default Optional<Map<String, Object>> stored() {
        return Optional.empty();
    }
}
