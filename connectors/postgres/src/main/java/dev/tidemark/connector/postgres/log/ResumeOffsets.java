package dev.tidemark.connector.postgres.log;

import dev.tidemark.connector.ResumePolicy;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rules for which offset may be stored with which record of one engine, so that a restart loses nothing (invariant 4).
 *
 * <p>Debezium's own offset counts rows of one LSN as done once one of them is: a COPY gives all its rows one LSN, and a restart
 * in the middle of it skips the rest. So an offset handed out here only ever names the end of a full transaction, the last one
 * before the record, and an unfinished one is replayed from its beginning.
 */
public final class ResumeOffsets implements ResumePolicy {

    private static final String LSN = "lsn";
    private static final String LSN_COMMIT = "lsn_commit";
    private static final String LSN_PROCESSED = "lsn_proc";
    private static final String MESSAGE_TYPE = "messageType";

    private @Nullable Object lastCommit;
    private boolean dataSeen;

    /**
     * Returns the offset for a streamed change: the end of the transaction before, once for each transaction; {@code null} until
     * the first one is known.
     */
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

    /**
     * Returns the offset for a message in the log: the end of the transaction before; {@code null} for a message without that,
     * which is inside a transaction.
     */
    public @Nullable Map<String, ?> ofMessage(Map<String, ?> offset) {
        return offset.get(LSN_COMMIT) == null ? null : ofHeartbeat(offset);
    }

    /**
     * Returns the offset for a heartbeat: the end of the last transaction. If the heartbeat has none, returns the heartbeat's own
     * offset before the first change, and {@code null} after it.
     */
    @Override
    public @Nullable Map<String, ?> ofHeartbeat(Map<String, ?> offset) {
        Object commit = offset.get(LSN_COMMIT);
        if (commit != null) {
            lastCommit = commit;
            return atCommit(offset, commit);
        }
        return dataSeen ? null : offset;
    }

    private static Map<String, ?> atCommit(Map<String, ?> offset, Object lsn) {
        Map<String, Object> resume = new HashMap<>(offset);
        resume.put(LSN, lsn);
        resume.remove(LSN_PROCESSED);
        resume.remove(MESSAGE_TYPE);
        return resume;
    }

    /** Returns the offset that resumes at the LSN at which a slot's consumer stopped. */
    public static Map<String, Object> beginning(long confirmedFlush) {
        return Map.of(LSN, confirmedFlush, "ts_usec", 0L);
    }

    /** Returns whether an earlier version stored the offset before its initial snapshot had completed. */
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

    /** Returns the LSN that the offset resumes from; {@code null} if it has none. */
    public static @Nullable Long lsn(Map<String, ?> offset) {
        return offset.get(LSN) instanceof Number lsn ? Long.valueOf(lsn.longValue()) : null;
    }

    @Override
    public long position(Map<String, ?> offset) {
        Long lsn = lsn(offset);
        return lsn == null ? 0 : lsn;
    }
}
