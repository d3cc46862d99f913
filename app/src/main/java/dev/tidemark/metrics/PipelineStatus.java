package dev.tidemark.metrics;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that {@code GET /api/status} tells, taken at one moment.
 *
 * @param pipeline its name
 * @param run which run of the process this is
 * @param state {@code starting}, {@code paused}, {@code snapshot}, {@code streaming}, {@code waiting} or {@code stopping}
 * @param position the stored offset in words, null where none is stored
 * @param lagSeconds now minus the commit time of the oldest change that is not durable; 0 when idle
 * @param queue what waits
 * @param lastFlush the last flush that became durable, null before the first
 * @param collections one per collection
 * @param tables one per table: those of the configuration, then others that joined documents are made of
 * @param snapshot the snapshot that runs, or null
 * @param problems what is wrong now, by part
 * @param sourceConnected whether an engine is connected
 * @param sinkUp whether Typesense answers
 * @param tableSnapshots tables that operators wanted to have read again: those that wait or run, and those that ended since the start
 */
public record PipelineStatus(
        String pipeline,
        String run,
        String state,
        @Nullable String position,
        double lagSeconds,
        Queue queue,
        @Nullable LastFlush lastFlush,
        List<Collection> collections,
        List<Table> tables,
        @Nullable Snapshot snapshot,
        Map<Health.Part, Health.Condition> problems,
        boolean sourceConnected,
        boolean sinkUp,
        List<TableSnapshot> tableSnapshots) {

    public PipelineStatus {
        collections = Collection.eachOnce(collections);
    }

    /** How full the queue is, and its bounds. */
    public record Queue(int changes, int capacityChanges, long bytes, long capacityBytes) {}

    /**
     * A durable flush.
     *
     * @param time when, ISO-8601
     * @param documents written and deleted
     * @param millis how long it took
     */
    public record LastFlush(String time, int documents, long millis) {}

    /**
     * A collection since the start of the process.
     *
     * @param table the table that feeds it, or all of them with commas between: figures are the collection's, not a table's
     * @param name its concrete name
     * @param upserted documents written whole
     * @param updated documents of which only the fields that changed were written
     * @param deleted documents deleted
     * @param rejected documents refused
     * @param deadLetters refused documents that are not settled
     */
    public record Collection(
            String table, String name, long upserted, long updated, long deleted, long rejected, long deadLetters) {

        private static List<Collection> eachOnce(List<Collection> all) {
            Map<String, Collection> byName = new LinkedHashMap<>();
            all.forEach(each -> byName.merge(each.name, each, (one, other) -> one.alsoFrom(other.table)));
            return List.copyOf(byName.values());
        }

        private Collection alsoFrom(String another) {
            return new Collection(table + ", " + another, name, upserted, updated, deleted, rejected, deadLetters);
        }
    }

    /**
     * A table since the start of the process.
     *
     * @param changes durable changes, rows of snapshots among them
     * @param lastChange when the newest of them became durable, ISO-8601; null before the first
     * @param snapshotRows durable rows of the snapshot that runs or ran last
     * @param estimatedRows the planner's guess of all its rows, -1 where it has none
     */
    public record Table(
            String name, long changes, @Nullable String lastChange, long snapshotRows, long estimatedRows) {}

    /**
     * A running snapshot.
     *
     * @param rows durable so far
     * @param estimatedRows the planner's guess of all rows, -1 where it has none
     * @param rowsPerSecond since its start
     * @param secondsLeft by that guess and rate, -1 where it cannot be told
     */
    public record Snapshot(long rows, long estimatedRows, double rowsPerSecond, double secondsLeft) {}

    /**
     * A table that is read again while changes are streamed.
     *
     * @param state {@code waiting}, {@code reading}, {@code sweeping}, {@code done}, {@code failed} or {@code stopped}
     * @param requested when it was asked for, ISO-8601
     * @param resumed whether it goes on where it was before a restart
     * @param rows durable so far
     * @param estimatedRows the planner's guess of all rows, -1 where it has none
     * @param rowsPerSecond since the start of it, or of the process
     * @param secondsLeft by that guess and rate, -1 where it cannot be told
     * @param problem why it failed or cannot go on now; null where all is well
     */
    public record TableSnapshot(
            String table,
            String state,
            String requested,
            boolean resumed,
            long rows,
            long estimatedRows,
            double rowsPerSecond,
            double secondsLeft,
            @Nullable String problem) {}
}
