package dev.tidemark.state;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** Stores an offset after a durable flush, and tells the source. Called by the flush thread and nowhere else. */
@FunctionalInterface
public interface OffsetCommitter {

    /**
     * Stores the offset; durable when this returns true.
     *
     * @return false if the engine that sent it is gone: nothing was stored, and the changes will be sent again
     * @throws IOException if it could not be written; nothing has changed, the same call may be made again
     */
    boolean commit(Map<String, ?> offset) throws IOException, InterruptedException;

    /** The offset that is stored, by whatever process; nothing if none is. */
    default Optional<Map<String, Object>> stored() {
        return Optional.empty();
    }
}
