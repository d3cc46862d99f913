package dev.tidemark.pipeline;

import dev.tidemark.approval.Approval;
import dev.tidemark.approval.Approvals;
import dev.tidemark.collection.DynamicCollections;
import dev.tidemark.collection.Target;
import dev.tidemark.collection.Targets;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.deadletter.DeadLetters;
import dev.tidemark.flush.FlushWorker;
import dev.tidemark.flush.write.FlushReport;
import dev.tidemark.health.ChangeRates;
import dev.tidemark.health.Health;
import dev.tidemark.health.PipelineStatus;
import dev.tidemark.health.Resyncing;
import dev.tidemark.load.Load;
import dev.tidemark.load.Loads;
import dev.tidemark.logging.RunId;
import dev.tidemark.metrics.PipelineMetrics;
import dev.tidemark.metrics.TableFigures;
import dev.tidemark.metrics.Warnings;
import dev.tidemark.queue.ChangeQueue;
import dev.tidemark.resync.Doubt;
import dev.tidemark.resync.Resync;
import dev.tidemark.source.DebeziumSource;
import dev.tidemark.state.OffsetFile;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * View of a pipeline from outside, while it starts, runs and stops: its gauges and its status. It changes nothing. Any
 * thread.
 */
public final class PipelineView {

    private static final String HISTORY = "history"; // the reason of such an approval

    private final PipelineStatus.Service service;
    private final String name;
    private final Connector connector;
    private final ChangeQueue queue;
    private final Health health;
    private final PipelineMetrics metrics;
    private final ChangeRates rates = new ChangeRates(System.nanoTime());
    private volatile @Nullable Opened opened;
    private volatile @Nullable Started started;

    /** Parts that exist once the state directory is open. */
    record Opened(
            OffsetFile offsets,
            Pause pause,
            DeadLetters deadLetters,
            HealthWatch watch,
            Approvals approvals,
            Resync resync) {}

    /**
     * Parts that exist once the start waits for nothing any more.
     *
     * @param documents by collection, how many documents Typesense counted at the last query; changes with time
     */
    record Started(
            Targets targets,
            FlushReport report,
            FlushWorker flushes,
            DebeziumSource source,
            Loads loads,
            Map<String, Long> documents) {}

    /** Registers the gauges; what is not there yet reads as 0. */
    public PipelineView(
            String name,
            PipelineStatus.Service service,
            Connector connector,
            ChangeQueue queue,
            Health health,
            PipelineMetrics metrics) {
        this.name = name;
        this.service = service;
        this.connector = connector;
        this.queue = queue;
        this.health = health;
        this.metrics = metrics;
        metrics.health(health);
        metrics.gauge(
                "tidemark.queue.changes",
                "Changes in the queue and in flight",
                queue,
                q -> q.level().changes());
        metrics.gauge(
                "tidemark.queue.bytes",
                "Bytes of the changes in the queue and in flight",
                queue,
                q -> q.level().bytes());
        metrics.gauge(
                "tidemark.queue.capacity.changes", "The most changes the queue takes", queue, ChangeQueue::capacity);
        metrics.gauge(
                "tidemark.lag.seconds", "Age of the oldest change that is not durable", this, PipelineView::lagSeconds);
        metrics.gauge(
                "tidemark.reads.active",
                "Connections for reads of rows and joined documents that are in use",
                connector,
                c -> c.readConnections().active());
        metrics.gauge(
                "tidemark.reads.idle",
                "Connections for reads of rows and joined documents that are open and not in use",
                connector,
                c -> c.readConnections().idle());
        metrics.gauge(
                "tidemark.reads.waiting",
                "Reads of rows and joined documents that wait for a connection",
                connector,
                c -> c.readConnections().waiting());
        metrics.gauge("tidemark.source.connected", "1 while an engine polls", this, p -> p.sourceConnected() ? 1 : 0);
        metrics.gauge("tidemark.paused", "1 while an operator has paused it", this, p -> p.isPaused() ? 1 : 0);
        metrics.gauge(
                "tidemark.snapshot.tables.pending",
                "Tables that are being reloaded, or wait for it",
                this,
                PipelineView::tablesPending);
        metrics.gauge(
                "tidemark.approvals.pending",
                "Decisions that wait for an operator",
                this,
                p -> p.approvals().size());
        metrics.gauge("tidemark.sink.up", "1 while Typesense answers", this, PipelineView::sinkGauge);
    }

    void opened(Opened files) {
        opened = files;
        health.resync(() -> files.resync().doubt().map(PipelineView::resyncing));
    }

    private static Resyncing resyncing(Doubt doubt) {
        return new Resyncing(
                doubt.reason(),
                doubt.since(),
                doubt.message(),
                doubt.fixed() ? "loading" : "waiting",
                doubt.begun() == null ? -1 : doubt.tables().size());
    }

    void started(Started parts) {
        parts.targets()
                .tables()
                .forEach(info -> metrics.tableSnapshots(info.schema().table()));
        started = parts;
    }

    private boolean isPaused() {
        Opened current = opened;
        return current != null && current.pause().isPaused();
    }

    boolean sourceConnected() {
        Started current = started;
        return current != null && current.source().isConnected();
    }

    /**
     * Returns 1 if Typesense is up, else 0; NaN before it was checked, such as while the start waits for the database: no alert
     * must report it as down.
     */
    private double sinkGauge() {
        Opened current = opened;
        if (current != null && current.watch().isSinkSeen()) {
            return current.watch().isSinkUp() ? 1 : 0;
        }
        return health.of(Health.Part.SINK).isPresent() ? 0 : Double.NaN;
    }

    private boolean sinkUp() {
        Opened current = opened;
        return current != null && current.watch().isSinkUp();
    }

    private double tablesPending() {
        Started current = started;
        return current == null ? 0 : current.loads().pending();
    }

    private double lagSeconds() {
        long oldest = queue.level().oldestCommitMillis();
        Started current = started;
        long waiting = current == null ? Long.MAX_VALUE : current.flushes().oldestPendingMillis();
        if (waiting != Long.MAX_VALUE) {
            oldest = oldest < 0 ? waiting : Math.min(oldest, waiting);
        }
        if (oldest < 0 && current != null && !current.source().isConnected()) {
            oldest = current.source().lastHeardMillis();
        }
        return oldest <= 0 ? 0 : Math.max(0, System.currentTimeMillis() - oldest) / 1000.0;
    }

    /**
     * Returns everything that there is to see, now. Any thread.
     *
     * @param failed whether a thread of the pipeline has ended in an unforeseen way
     */
    PipelineStatus status(boolean failed) {
        ChangeQueue.Level level = queue.level();
        Opened files = opened;
        Started parts = started;
        List<PipelineStatus.Table> tables = tables(parts, files);
        List<PipelineStatus.Collection> collections =
                files == null || parts == null ? List.of() : collections(parts, files.deadLetters());
        PipelineStatus.LogRetention log =
                files == null ? null : files.watch().log().orElse(null);
        double lag = lagSeconds();
        Map<String, Health.Problem> problems = health.problems();
        @Nullable Resyncing resync = health.resync().orElse(null);
        List<PipelineStatus.Load> loads = parts == null
                ? List.of()
                : parts.loads().progress().stream().map(Loads.Progress::status).toList();
        return new PipelineStatus(
                name,
                RunId.value(),
                state(failed, parts),
                files == null
                        ? null
                        : files.offsets()
                                .offset()
                                .map(connector::describeOffset)
                                .orElse(null),
                lag,
                new PipelineStatus.Queue(level.changes(), queue.capacity(), level.bytes(), queue.capacityBytes()),
                parts == null ? null : parts.report().last(),
                collections,
                tables,
                snapshot(parts),
                problems,
                sourceConnected(),
                sinkUp(),
                loads,
                loads.stream().map(PipelineStatus.Load::before).toList(),
                approvalsInStatus(),
                resync,
                health.doubts(),
                // A lag that has a cause is not a second finding.
                Warnings.of(resync, collections, problems.isEmpty() ? lag : 0, log),
                rates.at(System.nanoTime(), queue.received(), changes(tables)),
                log,
                serviceNow());
    }

    private static long changes(List<PipelineStatus.Table> tables) {
        return tables.stream().mapToLong(PipelineStatus.Table::changes).sum();
    }

    private PipelineStatus.Service serviceNow() {
        long uptime = Duration.between(Instant.parse(service.started()), Instant.now())
                .toSeconds();
        return new PipelineStatus.Service(
                service.version(), service.started(), Math.max(0, uptime), service.source(), service.typesense());
    }

    private static List<PipelineStatus.Collection> collections(Started parts, DeadLetters deadLetters) {
        List<PipelineStatus.Collection> collections = new ArrayList<>();
        for (Target target : parts.targets().all()) {
            collections.add(collection(target.table(), target.collection(), parts, deadLetters));
        }
        for (DynamicCollections family : parts.targets().families()) {
            String none = family.config().collection();
            if (deadLetters.hasPending(none)) { // rows that belong to no collection
                collections.add(collection(family.table(), none, parts, deadLetters));
            }
        }
        return collections;
    }

    private static PipelineStatus.Collection collection(
            TableId table, String collection, Started parts, DeadLetters deadLetters) {
        FlushReport.Counts counts = parts.report().counts(collection);
        return new PipelineStatus.Collection(
                table.toString(),
                collection,
                counts.upserted(),
                counts.updated(),
                counts.deleted(),
                counts.rejected(),
                deadLetters.pending(collection),
                parts.documents().getOrDefault(collection, -1L));
    }

    private List<PipelineStatus.Table> tables(@Nullable Started parts, @Nullable Opened files) {
        Map<TableId, Long> estimates = new LinkedHashMap<>();
        if (parts != null) {
            Map<TableId, Long> newer = files == null ? Map.of() : files.watch().estimatedRows();
            for (TableInfo table : parts.targets().tables()) {
                TableId id = table.schema().table();
                // An initial load is measured against the guess of its start.
                long atStart = table.estimatedRows();
                estimates.put(id, metrics.isSnapshotRunning() ? atStart : newer.getOrDefault(id, atStart));
            }
        }
        Map<TableId, TableFigures.Figures> figures = metrics.tables().all();
        Set<TableId> loading = new HashSet<>();
        if (parts != null) {
            parts.loads().wanted().forEach(load -> loading.add(load.table()));
        }
        figures.keySet().stream()
                .sorted(Comparator.comparing(TableId::toString))
                .forEach(table -> estimates.putIfAbsent(table, -1L));
        List<PipelineStatus.Table> tables = new ArrayList<>();
        estimates.forEach((table, rows) -> {
            TableFigures.Figures of = figures.get(table);
            tables.add(
                    of == null
                            ? new PipelineStatus.Table(table.toString(), 0, null, 0, rows, false)
                            : new PipelineStatus.Table(
                                    table.toString(),
                                    of.changes(),
                                    of.last().toString(),
                                    of.snapshotRows(),
                                    rows,
                                    of.snapshotRows() > 0 && !loading.contains(table)));
        });
        return tables;
    }

    /**
     * Returns the state, one of docs/reference/metrics.md. Every condition that makes the pipeline unready pauses it:
     * {@code problems} says why.
     */
    private String state(boolean failed, @Nullable Started parts) {
        if (failed) {
            return "failed";
        }
        if (isHeld()) {
            return "waiting_for_approval";
        }
        if (parts == null || health.isOnlyStarting()) {
            return "starting";
        }
        if (isPaused() || !health.conditions().isEmpty()) {
            return "paused";
        }
        if (health.resync().isPresent()) {
            return "resyncing";
        }
        if (metrics.isSnapshotRunning()) {
            return "loading";
        }
        if (!approvals().isEmpty()) {
            return "waiting_for_approval";
        }
        if (parts.loads().pending() > 0 || !health.doubts().isEmpty()) {
            return "resyncing";
        }
        return sourceConnected() ? "streaming" : "starting";
    }

    /**
     * Returns whether nothing is wrong except that an operator has to decide whether to continue with the database as it is: its history
     * contradicts what was read before, or changes were lost again and again.
     */
    private boolean isHeld() {
        return approvals().stream().anyMatch(PipelineView::isOfSource)
                && health.conditions().keySet().stream()
                        .allMatch(part -> part == Health.Part.SOURCE || part == Health.Part.SLOT);
    }

    private static boolean isOfSource(Approval of) {
        return of.reason().equals(HISTORY) || of.subject().equals(Resync.SUBJECT);
    }

    private List<Approval> approvals() {
        Opened current = opened;
        return current == null ? List.of() : current.approvals().pending();
    }

    private List<PipelineStatus.Approval> approvalsInStatus() {
        return approvals().stream()
                .map(each -> new PipelineStatus.Approval(
                        each.id(),
                        each.reason(),
                        each.subject(),
                        each.since(),
                        each.message(),
                        each.approving(),
                        each.abandoning(),
                        each.count(),
                        each.examples()))
                .toList();
    }

    private PipelineStatus.@Nullable Snapshot snapshot(@Nullable Started parts) {
        if (parts == null || !metrics.isSnapshotRunning()) {
            return null;
        }
        long rows = 0;
        long estimate = 0;
        double rate = 0;
        for (Loads.Progress load : parts.loads().progress()) {
            if (load.cause() == Load.Cause.INITIAL) {
                rows += load.rows();
                estimate = load.estimatedRows() < 0 || estimate < 0 ? -1 : estimate + load.estimatedRows();
                rate += load.isPending() ? load.rowsPerSecond() : 0;
            }
        }
        double left = estimate < rows || rate <= 0 ? -1 : (estimate - rows) / rate;
        return new PipelineStatus.Snapshot(rows, estimate, rate, left);
    }
}
