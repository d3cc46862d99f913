package dev.tidemark.connector;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which offset may be stored with which record of one engine, so that a restart loses nothing (invariant 4). One for each
 * engine; used by its polling thread only.
 */
public interface ResumePolicy {

    /** The offset that may be stored once a streamed change is durable, from the record's own; null if none may. */
    @Nullable
    Map<String, ?> ofChange(Map<String, ?> offset);

    /** The offset that may be stored with a heartbeat; null if none may. */
    @Nullable
    Map<String, ?> ofHeartbeat(Map<String, ?> offset);

    /**
     * For the end of a snapshot that is only told by what is streamed first: a place from which all of that record's transaction
     * is sent again.
     */
    Map<String, ?> ofSnapshotEnd(Map<String, ?> firstStreamed);

    /** Whether the offset belongs to an initial snapshot that has not completed. */
    boolean isUnfinishedSnapshot(Map<String, ?> offset);

    /** The place in the log that an offset names, 0 if it names none; see {@code ChangeEvent#position}. */
    long position(Map<String, ?> offset);
}
