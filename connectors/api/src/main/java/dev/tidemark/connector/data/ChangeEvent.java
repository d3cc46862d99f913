package dev.tidemark.connector.data;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A change with its position in the source.
 *
 * @param change what happened
 * @param position the position in the source's log. It ascends within a transaction only: concurrent transactions come in the
 *     order of their commits (Postgres); {@code Connector#describePosition} formats it. It is the same when the change is
 *     replayed.
 * @param commitMillis when the change was committed at the source (or read by a load), milliseconds since 1970
 * @param resumeOffset the offset that may be stored once this change and all before it are durable, or null if none
 *     may (facts: "Committing offsets"); a connector provides one at least with every heartbeat that allows it
 * @param bytes an estimate of the memory the event holds, for the bounds of queue and batch
 * @param transaction the transaction that must be visible before anything is read because of the change, since it is in the log
 *     before it is visible. Null if the row was read from its table, or nothing changed.
 * @param receivedMillis when it came out of the log, milliseconds since 1970; 0 if it did not
 */
public record ChangeEvent(
        Change change,
        long position,
        long commitMillis,
        @Nullable Map<String, ?> resumeOffset,
        int bytes,
        @Nullable Transaction transaction,
        long receivedMillis) {

    /** Creates an event without a transaction, which did not come from the log. */
    public ChangeEvent(
            Change change, long position, long commitMillis, @Nullable Map<String, ?> resumeOffset, int bytes) {
        this(change, position, commitMillis, resumeOffset, bytes, null, 0);
    }
}
