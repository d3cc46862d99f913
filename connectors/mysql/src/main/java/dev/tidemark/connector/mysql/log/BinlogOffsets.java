package dev.tidemark.connector.mysql.log;

import dev.tidemark.connector.ResumePolicy;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rules for which offset may be stored with which record of one engine, so that a restart loses nothing (invariant 4).
 *
 * <p>Debezium's own offset names the transaction's beginning and how many of its events and rows are done. Here the counts are
 * left out: an offset only ever names the end of a full transaction, and an unfinished one is replayed from its beginning. So
 * nothing depends on the counting being the same the second time (other filters, another version).
 */
public final class BinlogOffsets implements ResumePolicy {

    public static final String FILE = "file";
    public static final String PLACE = "pos";
    public static final String GTIDS = "gtids";
    static final String SECONDS = "ts_sec";
    public static final String SNAPSHOT = "snapshot";

    /** Marks an offset that earlier versions stored before an engine had recorded the tables: the schema history may be incomplete. */
    private static final String BEGINNING = "tidemark_beginning";

    private static final String EVENTS = "event";
    private static final String ROWS = "row";
    private static final String COMPLETED = "snapshot_completed";

    private long lastPosition = -1;
    private @Nullable Object lastGtids;
    private @Nullable Object firstGtids;
    private boolean beyondFirst;

    /** Returns, for a streamed change, the end of the transaction before, once for each. */
    @Override
    public @Nullable Map<String, ?> ofChange(Map<String, ?> offset) {
        Object gtids = offset.get(GTIDS);
        if (!beyondFirst) {
            // On a server that had no GTID before, Debezium counts the very first transaction as done while it is still
            // being read (BinlogOffsetContext.startGtid): nothing is stored before the next one.
            if (firstGtids == null) {
                firstGtids = gtids;
            }
            beyondFirst = gtids == null || !gtids.equals(firstGtids);
        }
        return beyondFirst ? news(offset) : null;
    }

    /** Returns, for a heartbeat, the end of the last transaction. */
    @Override
    public @Nullable Map<String, ?> ofHeartbeat(Map<String, ?> offset) {
        Object gtids = offset.get(GTIDS);
        return !beyondFirst && gtids != null && gtids.equals(firstGtids) ? null : atBeginning(offset);
    }

    /**
     * Returns, for an event that begins a transaction, the offset at which a stream reads it again; null if none may be stored yet.
     *
     * @param file the binlog file in which the event begins at {@code place}
     */
    public @Nullable Map<String, ?> before(Map<String, ?> offset, String file, long place) {
        Map<String, ?> resume = ofHeartbeat(offset);
        if (resume == null) {
            return null;
        }
        Map<String, Object> before = new HashMap<>(resume);
        before.put(FILE, file);
        before.put(PLACE, place);
        return before;
    }

    private @Nullable Map<String, ?> news(Map<String, ?> offset) {
        long position = BinlogPosition.of(offset);
        Object gtids = offset.get(GTIDS);
        if (position == lastPosition && (gtids == null || gtids.equals(lastGtids))) {
            return null;
        }
        lastPosition = position;
        lastGtids = gtids;
        return atBeginning(offset);
    }

    /** Returns the same offset without the counts within the transaction that begins there. */
    static Map<String, ?> atBeginning(Map<String, ?> offset) {
        Map<String, Object> resume = new HashMap<>(offset);
        resume.remove(EVENTS);
        resume.remove(ROWS);
        return resume;
    }

    /** Returns whether an earlier version stored the offset, so that the schema history possibly lacks tables. */
    public static boolean isBeginning(Map<String, ?> offset) {
        return Boolean.TRUE.equals(offset.get(BEGINNING));
    }

    /** Returns whether an earlier version stored the offset before its initial snapshot had completed. */
    public static boolean unfinishedSnapshot(Map<String, ?> offset) {
        Object snapshot = offset.get(SNAPSHOT);
        return snapshot != null
                && !"INCREMENTAL".equalsIgnoreCase(snapshot.toString())
                && !Boolean.parseBoolean(String.valueOf(offset.get(COMPLETED)));
    }

    @Override
    public long position(Map<String, ?> offset) {
        return BinlogPosition.of(offset);
    }
}
