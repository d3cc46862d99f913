package dev.tidemark;

import dev.tidemark.connector.Connector;
import dev.tidemark.connector.TableId;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.deadletter.DeadLetters;
import dev.tidemark.flush.FlushReport;
import dev.tidemark.flush.FlushWorker;
import dev.tidemark.flush.TableSnapshots;
import dev.tidemark.flush.Target;
import dev.tidemark.flush.TargetFamily;
import dev.tidemark.flush.Targets;
import dev.tidemark.logging.RunId;
import dev.tidemark.metrics.Health;
import dev.tidemark.metrics.PipelineMetrics;
import dev.tidemark.metrics.PipelineStatus;
import dev.tidemark.metrics.TableFigures;
import dev.tidemark.offset.OffsetFile;
import dev.tidemark.queue.ChangeQueue;
import dev.tidemark.source.DebeziumSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What can be seen of a pipeline from outside, while it starts, runs and stops: its gauges and its status. It changes
 * nothing. Any thread.
 */
final class PipelineView {

    private final String name;
    private final Connector connector;
    private final ChangeQueue queue;
    private final Health health;
    private final PipelineMetrics metrics;
    private volatile @Nullable Opened opened;
    private volatile @Nullable Started started;

    /** What there is once the state folder is open. */
    record Opened(OffsetFile offsets, Pause pause, DeadLetters letters, HealthWatch watch) {}

    /** What there is once nothing is waited for any more. */
    record Started(
            Targets targets,
            SnapshotRecord snapshot,
            FlushReport report,
            FlushWorker flushes,
            DebeziumSource source,
            TableSnapshots tableSnapshots) {}

    /** Registers the gauges; what is not there yet reads as 0. */
    PipelineView(String name, Connector connector, ChangeQueue queue, Health health, PipelineMetrics metrics) {
        this.name = name;
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
                "tidemark.queue.bytes", "Bytes they hold", queue, q -> q.level().bytes());
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
                "Those that are open and not in use",
                connector,
                c -> c.readConnections().idle());
        metrics.gauge(
                "tidemark.reads.waiting",
                "Reads that wait for one of them",
                connector,
                c -> c.readConnections().waiting());
        metrics.gauge("tidemark.source.connected", "1 while an engine polls", this, p -> p.sourceConnected() ? 1 : 0);
        metrics.gauge("tidemark.paused", "1 while an operator has paused it", this, p -> p.isPaused() ? 1 : 0);
        metrics.gauge(
                "tidemark.snapshot.tables.pending",
                "Tables that are being read again, or wait for it",
                this,
                PipelineView::tablesPending);
        metrics.gauge("tidemark.sink.up", "1 while Typesense answers", this, PipelineView::sinkGauge);
    }

    void opened(Opened files) {
        opened = files;
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

    /** Not a number before anybody has asked Typesense, such as while the start waits for the database: no alert may call it down. */
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
        return current == null ? 0 : current.tableSnapshots().pending();
    }

    private double lagSeconds() {
        long oldest = queue.level().oldestCommitMillis();
        Started current = started;
        long owed = current == null ? Long.MAX_VALUE : current.flushes().oldestOwedMillis();
        if (owed != Long.MAX_VALUE) {
            oldest = oldest < 0 ? owed : Math.min(oldest, owed);
        }
        if (oldest < 0 && current != null && !current.source().isConnected()) {
            oldest = current.source().lastHeardMillis();
        }
        return oldest <= 0 ? 0 : Math.max(0, System.currentTimeMillis() - oldest) / 1000.0;
    }

    /** Everything there is to tell, now. Any thread. */
    PipelineStatus status(boolean stopping) {
        ChangeQueue.Level level = queue.level();
        Opened files = opened;
        Started parts = started;
        return new PipelineStatus(
                name,
                RunId.value(),
                state(stopping),
                files == null
                        ? null
                        : files.offsets()
                                .offset()
                                .map(connector::describeOffset)
                                .orElse(null),
                lagSeconds(),
                new PipelineStatus.Queue(level.changes(), queue.capacity(), level.bytes(), queue.capacityBytes()),
                parts == null ? null : parts.report().last(),
                files == null || parts == null ? List.of() : collections(parts, files.letters()),
                tables(parts),
                snapshot(parts),
                health.conditions(),
                sourceConnected(),
                sinkUp(),
                parts == null ? List.of() : tableSnapshots(parts.tableSnapshots()));
    }

    private static List<PipelineStatus.TableSnapshot> tableSnapshots(TableSnapshots of) {
        return of.progress().stream()
                .map(each -> new PipelineStatus.TableSnapshot(
                        each.table().toString(),
                        each.phase().name().toLowerCase(Locale.ROOT),
                        each.requested().toString(),
                        each.resumed(),
                        each.rows(),
                        each.estimatedRows(),
                        each.rowsPerSecond(),
                        each.secondsLeft(),
                        each.problem()))
                .toList();
    }

    private static List<PipelineStatus.Collection> collections(Started parts, DeadLetters letters) {
        List<PipelineStatus.Collection> collections = new ArrayList<>();
        for (Target target : parts.targets().all()) {
            collections.add(collection(target.table(), target.collection(), parts.report(), letters));
        }
        for (TargetFamily family : parts.targets().families()) {
            String none = family.config().collection();
            if (letters.hasPending(none)) { // rows that belong to no collection
                collections.add(collection(family.table(), none, parts.report(), letters));
            }
        }
        return collections;
    }

    private static PipelineStatus.Collection collection(
            TableId table, String collection, FlushReport reported, DeadLetters letters) {
        FlushReport.Counts counts = reported.counts(collection);
        return new PipelineStatus.Collection(
                table.toString(),
                collection,
                counts.upserted(),
                counts.updated(),
                counts.deleted(),
                counts.rejected(),
                letters.pending(collection));
    }

    private List<PipelineStatus.Table> tables(@Nullable Started parts) {
        Map<TableId, Long> estimates = new LinkedHashMap<>();
        if (parts != null) {
            for (TableInfo table : parts.targets().tables()) {
                estimates.put(table.schema().table(), table.estimatedRows());
            }
        }
        Map<TableId, TableFigures.Figures> figures = metrics.tables().all();
        figures.keySet().stream()
                .sorted(Comparator.comparing(TableId::toString))
                .forEach(table -> estimates.putIfAbsent(table, -1L));
        List<PipelineStatus.Table> tables = new ArrayList<>();
        estimates.forEach((table, rows) -> {
            TableFigures.Figures of = figures.get(table);
            tables.add(
                    of == null
                            ? new PipelineStatus.Table(table.toString(), 0, null, 0, rows)
                            : new PipelineStatus.Table(
                                    table.toString(), of.changes(), of.last().toString(), of.snapshotRows(), rows));
        });
        return tables;
    }

    private String state(boolean stopping) {
        if (stopping) {
            return "stopping";
        }
        if (started == null) {
            return "starting";
        }
        if (isPaused()) {
            return "paused";
        }
        if (metrics.isSnapshotRunning()) {
            return "snapshot";
        }
        return sourceConnected() ? "streaming" : "waiting";
    }

    private PipelineStatus.@Nullable Snapshot snapshot(@Nullable Started parts) {
        if (parts == null || !metrics.isSnapshotRunning()) {
            return null;
        }
        SnapshotRecord record = parts.snapshot();
        long rows = record.rows();
        long estimate = 0;
        for (TableInfo table : parts.targets().tables()) {
            long of = table.estimatedRows();
            estimate = of < 0 || estimate < 0 ? -1 : estimate + of;
        }
        double seconds = (System.nanoTime() - record.startedNanos()) / 1e9;
        double rate = rows / Math.max(0.001, seconds);
        double left = estimate < rows || rows == 0 ? -1 : (estimate - rows) / rate;
        return new PipelineStatus.Snapshot(rows, estimate, rate, left);
    }
}
