package dev.tidemark.connector;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rules for which offset may be stored with which record of one engine, so that a restart loses nothing (invariant 4). One
 * instance for each engine; used by its polling thread only.
 */
public interface ResumePolicy {

    /** Returns the offset that may be stored once a streamed change is durable, given the record's own; null if none may. */
    @Nullable
    Map<String, ?> ofChange(Map<String, ?> offset);

    /** Returns the offset that may be stored with a heartbeat; null if none may. */
    @Nullable
    Map<String, ?> ofHeartbeat(Map<String, ?> offset);

    /** Returns the position in the log that an offset contains, 0 if it contains none; see {@code ChangeEvent#position}. */
    long position(Map<String, ?> offset);
}
