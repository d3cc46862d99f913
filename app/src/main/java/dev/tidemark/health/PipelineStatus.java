package dev.tidemark.health;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that {@code GET /api/status} shows, taken at one moment.
 *
 * @param pipeline its name
 * @param run which run of the process this is
 * @param state {@code starting}, {@code loading}, {@code streaming}, {@code resyncing}, {@code rebuilding},
 *     {@code waiting_for_approval}, {@code paused} or {@code failed}
 * @param position the stored offset in human-readable form, null if none is stored
 * @param lagSeconds now minus the commit time of the oldest change that is not durable; 0 when idle
 * @param queue what waits
 * @param lastFlush the last flush that became durable, null before the first
 * @param collections one per collection
 * @param tables one per table: those of the configuration, then others that joined documents are formed from
 * @param snapshot the initial load that runs, or null
 * @param problems what is wrong now, by the label of the part ({@link Health.Part#label})
 * @param sourceConnected whether an engine is connected
 * @param sinkUp whether Typesense answers
 * @param loads the loads of tables: those that wait or run, and those that ended since the start
 * @param tableSnapshots the same in the form of earlier versions
 * @param approvals decisions that wait for an operator
 * @param resync the load of all tables after changes were lost, or null
 * @param doubts the tables whose documents may differ from their rows until they were loaded
 * @param warnings what needs attention although the pipeline is ready, the most urgent first
 * @param rates changes per second, on average over the last seconds
 * @param log what of the database's log is held back for the pipeline; null if it is unknown, or the database deletes it by age
 * @param service which process answers, and what it connects
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
        Map<String, Health.Problem> problems,
        boolean sourceConnected,
        boolean sinkUp,
        List<Load> loads,
        List<TableSnapshot> tableSnapshots,
        List<Approval> approvals,
        @Nullable Resyncing resync,
        List<Doubt> doubts,
        List<Warning> warnings,
        Rates rates,
        @Nullable LogRetention log,
        Service service) {

    public PipelineStatus {
        collections = Collection.eachOnce(collections);
    }

    /**
     * Doubt whether the documents of a table equal its rows; it ends when the table was loaded.
     *
     * @param reason a doubt reason, such as {@code partition}
     * @param since when it arose, ISO-8601
     * @param evidence what was found; may quote names and statements
     * @param state {@code waiting}, {@code loading} or {@code waiting_for_approval}
     * @param loads how many loads began for this table and reason in the last 24 h
     * @param maxLoads how many may begin without an approval; -1 if any number may
     */
    public record Doubt(
            String table, String reason, String since, String evidence, String state, int loads, int maxLoads) {

        /** Returns the same without its evidence. */
        public Doubt withholding(String instead) {
            return new Doubt(table, reason, since, instead, state, loads, maxLoads);
        }
    }

    /**
     * Something that needs attention although changes are delivered.
     *
     * @param kind one word: {@code resync}, {@code dead_letters}, {@code log} or {@code lag}
     * @param message what was found, with figures; quotes no row
     * @param hint what to do
     */
    public record Warning(String kind, String message, String hint) {}

    /**
     * Changes per second, on average over the last {@link ChangeRates#WINDOW_SECONDS} seconds.
     *
     * @param receivedPerSecond what came from the source
     * @param durablePerSecond changes that are durable in Typesense or as dead letters
     */
    public record Rates(double receivedPerSecond, double durablePerSecond) {

        /** The rates of a pipeline that does nothing. */
        public static final Rates NONE = new Rates(0, 0);
    }

    /**
     * Part of its log that the database holds back until it is durable here.
     *
     * @param retainedBytes how much
     * @param leftBytes how much more before the database discards it ({@code max_slot_wal_keep_size}); -1 if it has no limit but
     *     its disk
     * @param bytesPerSecond how fast it grows; -1 while that is not known
     * @param secondsLeft until {@code leftBytes} are used up at that rate; -1 if it cannot be estimated
     */
    public record LogRetention(long retainedBytes, long leftBytes, double bytesPerSecond, double secondsLeft) {}

    /**
     * The process.
     *
     * @param version of Tidemark
     * @param started when the process began, ISO-8601
     * @param uptimeSeconds since then
     * @param source the database's kind and address; null for a client that must not see it
     * @param typesense the addresses of its nodes; empty for a client that must not see them
     */
    public record Service(
            String version,
            String started,
            long uptimeSeconds,
            @Nullable String source,
            List<String> typesense) {

        /** Returns the same without addresses. */
        public Service withoutAddresses() {
            return new Service(version, started, uptimeSeconds, null, List.of());
        }
    }

    /**
     * A decision that waits for an operator.
     *
     * @param id names it for {@code tidemark approve}
     * @param reason a doubt reason, such as {@code row_not_found}
     * @param subject the collection, the table or {@code source}
     * @param since when it arose, ISO-8601
     * @param message what was found
     * @param approving the consequence of {@code approve}
     * @param abandoning the consequence of {@code approve --abandon}
     * @param count how many documents it concerns; 0 if it does not concern single documents
     * @param examples at most 20 ids of them
     */
    public record Approval(
            String id,
            String reason,
            String subject,
            String since,
            String message,
            String approving,
            String abandoning,
            long count,
            List<String> examples) {}

    /** Fill level of the queue, and its bounds. */
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
     * @param upserted documents written in full
     * @param updated documents of which only the fields that changed were written
     * @param deleted documents deleted
     * @param rejected documents rejected
     * @param deadLetters rejected documents that are not resolved
     * @param documents how many documents Typesense counted at the last query; -1 before that
     */
    public record Collection(
            String table,
            String name,
            long upserted,
            long updated,
            long deleted,
            long rejected,
            long deadLetters,
            long documents) {

        public static List<Collection> eachOnce(List<Collection> all) {
            Map<String, Collection> byName = new LinkedHashMap<>();
            all.forEach(each -> byName.merge(each.name, each, (one, other) -> one.alsoFrom(other.table)));
            return List.copyOf(byName.values());
        }

        private Collection alsoFrom(String another) {
            return new Collection(
                    table + ", " + another, name, upserted, updated, deleted, rejected, deadLetters, documents);
        }
    }

    /**
     * A table since the start of the process.
     *
     * @param changes durable changes, rows of snapshots among them
     * @param lastChange when the newest of them became durable, ISO-8601; null before the first
     * @param snapshotRows durable rows of the snapshot that runs or ran last
     * @param estimatedRows the planner's guess of all its rows, -1 if it has none
     * @param snapshotDone whether its rows were loaded, and no load of it is pending
     */
    public record Table(
            String name,
            long changes,
            @Nullable String lastChange,
            long snapshotRows,
            long estimatedRows,
            boolean snapshotDone) {}

    /**
     * A running snapshot.
     *
     * @param rows durable so far
     * @param estimatedRows the planner's guess of all rows, -1 if it has none
     * @param rowsPerSecond since its start
     * @param secondsLeft by that guess and rate, -1 if it cannot be estimated
     */
    public record Snapshot(long rows, long estimatedRows, double rowsPerSecond, double secondsLeft) {}

    /**
     * Load of one table.
     *
     * @param state {@code waiting}, {@code reading}, {@code sweeping}, {@code done}, {@code failed} or {@code stopped}
     * @param cause {@code initial}, {@code requested} or {@code automatic}
     * @param requested when it was requested, ISO-8601
     * @param resumed whether it continues from its progress before a restart
     * @param rows durable so far
     * @param estimatedRows the planner's guess of all rows, -1 if it has none
     * @param rowsPerSecond since the start of it, or of the process
     * @param secondsLeft by that guess and rate, -1 if it cannot be estimated
     * @param restarts how often rows that were not durable yet were re-read, since the start of the process
     * @param lastRestart why, the last time: {@code changes}, {@code truncate}, {@code ddl}, {@code delete_where}, {@code engine},
     *     {@code position} or {@code requested}; null before the first
     * @param problem why it failed or cannot continue now; null otherwise
     * @param waitsUntil the time of the day until which it waits, as configured, in UTC; null otherwise
     */
    public record Load(
            String table,
            String state,
            String cause,
            String requested,
            boolean resumed,
            long rows,
            long estimatedRows,
            double rowsPerSecond,
            double secondsLeft,
            int restarts,
            @Nullable String lastRestart,
            @Nullable String problem,
            @Nullable String waitsUntil) {

        /** Returns the form that earlier versions have. */
        public TableSnapshot before() {
            return new TableSnapshot(
                    table, state, requested, resumed, rows, estimatedRows, rowsPerSecond, secondsLeft, problem);
        }

        /** Returns the same without the text of its problem. */
        public Load withholding(String instead) {
            return new Load(
                    table,
                    state,
                    cause,
                    requested,
                    resumed,
                    rows,
                    estimatedRows,
                    rowsPerSecond,
                    secondsLeft,
                    restarts,
                    lastRestart,
                    problem == null ? null : instead,
                    waitsUntil);
        }
    }

    /**
     * A load in the form of earlier versions.
     *
     * @param state {@code waiting}, {@code reading}, {@code sweeping}, {@code done}, {@code failed} or {@code stopped}
     * @param requested when it was requested, ISO-8601
     * @param resumed whether it continues from its progress before a restart
     * @param rows durable so far
     * @param estimatedRows the planner's guess of all rows, -1 if it has none
     * @param rowsPerSecond since the start of it, or of the process
     * @param secondsLeft by that guess and rate, -1 if it cannot be estimated
     * @param problem why it failed or cannot continue now; null if there is no problem
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
