package dev.tidemark.connector.postgres.log;

import dev.tidemark.connector.ResumePolicy;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which offset may be stored with which record of one engine, so that a restart loses nothing (invariant 4).
 *
 * <p>Debezium's own offset counts rows of one LSN as done once one of them is: a COPY gives all its rows one LSN, and a
 * restart in the middle of it skips the rest. So an offset handed out here only ever names the end of a whole transaction,
 * the last one before the record, and an unfinished one is replayed from its beginning.
 */
public final class ResumeOffsets implements ResumePolicy {

    private static final String LSN = "lsn";
    private static final String LSN_COMMIT = "lsn_commit";
    private static final String LSN_PROCESSED = "lsn_proc";
    private static final String MESSAGE_TYPE = "messageType";

    private @Nullable Object lastCommit;
    private boolean dataSeen;

    /** For a streamed change: the end of the transaction before, once for each; none before the first is known. */
    @Override
    public @Nullable Map<String, ?> ofChange(Map<String, ?> offset) {
        dataSeen = true;
        Object commit = offset.get(LSN_COMMIT);
        if (commit == null || commit.equals(lastCommit)) {
            return null;
        }
        lastCommit = commit;
        return atCommit(offset, commit);
    }

    /** For a message in the log: the end of the transaction before; one without it stands inside of a transaction. */
    public @Nullable Map<String, ?> ofMessage(Map<String, ?> offset) {
        return offset.get(LSN_COMMIT) == null ? null : ofHeartbeat(offset);
    }

    /** For a heartbeat: the end of the last transaction; without one its own, but only before any change was seen. */
    @Override
    public @Nullable Map<String, ?> ofHeartbeat(Map<String, ?> offset) {
        Object commit = offset.get(LSN_COMMIT);
        if (commit != null) {
            lastCommit = commit;
            return atCommit(offset, commit);
        }
        return dataSeen ? null : offset;
    }

    /**
     * For the end of a snapshot that is only told by what is streamed first: the place of that record, all of whose transaction
     * is sent again since it ends behind it.
     */
    @Override
    public Map<String, ?> ofSnapshotEnd(Map<String, ?> firstStreamed) {
        Object commit = firstStreamed.get(LSN_COMMIT);
        Object lsn = firstStreamed.get(LSN);
        return atCommit(firstStreamed, commit == null && lsn != null ? lsn : commit == null ? 0L : commit);
    }

    private static Map<String, ?> atCommit(Map<String, ?> offset, Object lsn) {
        Map<String, Object> resume = new HashMap<>(offset);
        resume.put(LSN, lsn);
        resume.remove(LSN_PROCESSED);
        resume.remove(MESSAGE_TYPE);
        return resume;
    }

    /** Returns the offset that resumes where a slot's consumer stopped. */
    public static Map<String, Object> beginning(long confirmedFlush) {
        return Map.of(LSN, confirmedFlush, "ts_usec", 0L);
    }

    /** Whether the offset was stored before its initial snapshot had completed. */
    public static boolean unfinishedSnapshot(Map<String, ?> offset) {
        Object snapshot = offset.get("snapshot");
        return snapshot != null
                && !"INCREMENTAL".equalsIgnoreCase(snapshot.toString())
                && !flag(offset.get("snapshot_completed"))
                && !flag(offset.get("last_snapshot_record"));
    }

    private static boolean flag(@Nullable Object value) {
        return value != null && Boolean.parseBoolean(value.toString());
    }

    /** The place in the log that the offset resumes from, or null if it names none. */
    public static @Nullable Long lsn(Map<String, ?> offset) {
        return offset.get(LSN) instanceof Number lsn ? Long.valueOf(lsn.longValue()) : null;
    }

    @Override
    public boolean isUnfinishedSnapshot(Map<String, ?> offset) {
        return unfinishedSnapshot(offset);
    }

    @Override
    public long position(Map<String, ?> offset) {
        Long lsn = lsn(offset);
        return lsn == null ? 0 : lsn;
    }
}
