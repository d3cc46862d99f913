package dev.tidemark;

import dev.tidemark.admin.LetterJob;
import dev.tidemark.admin.Operations;
import dev.tidemark.config.Config;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.Join;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.TableId;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.deadletter.DeadLetters;
import dev.tidemark.flush.FlushReport;
import dev.tidemark.flush.FlushWorker;
import dev.tidemark.flush.JoinedTarget;
import dev.tidemark.flush.ParallelFlush;
import dev.tidemark.flush.Target;
import dev.tidemark.flush.TargetFamily;
import dev.tidemark.flush.Targets;
import dev.tidemark.metrics.Health;
import dev.tidemark.metrics.PipelineMetrics;
import dev.tidemark.metrics.PipelineStatus;
import dev.tidemark.metrics.TableFigures;
import dev.tidemark.offset.FedCollections;
import dev.tidemark.offset.OffsetFile;
import dev.tidemark.offset.PauseMark;
import dev.tidemark.offset.StateFolder;
import dev.tidemark.offset.TableStates;
import dev.tidemark.queue.ChangeQueue;
import dev.tidemark.sink.Sink;
import dev.tidemark.source.DebeziumSource;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One database kept in step with its collections: wires the parts, starts them from the sink upwards and stops them from
 * the source downwards. The first failure wins and ends it.
 */
public final class Pipeline implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Pipeline.class);
    private static final Duration PATIENCE = Duration.ofMillis(500);
    /** The whole stop stays below the ten seconds after which container engines kill. */
    private static final long STOP_MILLIS = 7_000;

    private final Config config;
    private final Connector connector;
    private final Sink sink;
    private final Health health = new Health();
    private final PipelineMetrics metrics;
    private final ChangeQueue queue;
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    private @Nullable StateFolder folder;
    private @Nullable DeadLetters deadLetters;
    private @Nullable HealthWatch watch;
    private @Nullable ParallelFlush parallel;
    private @Nullable RowReader reader;
    private @Nullable Thread flushThread;
    private List<JoinedTarget> joined = List.of();
    private volatile @Nullable FlushWorker flushes;
    private volatile @Nullable DebeziumSource source;
    private volatile @Nullable OffsetFile offsets;
    private volatile @Nullable SnapshotRecord snapshot;
    private volatile @Nullable FlushReport report;
    private volatile Targets targets = Targets.none();
    private volatile @Nullable Pause pause;
    private volatile @Nullable Controls controls;
    private volatile boolean stopping;

    /** Makes a pipeline; opens and starts nothing. The sink is closed with it. */
    public Pipeline(Config config, Connector connector, Sink sink, MeterRegistry registry) {
        this.config = config;
        this.connector = connector;
        this.sink = sink;
        this.metrics = new PipelineMetrics(registry, config.name());
        this.queue = new ChangeQueue(config.queue().changes(), config.queue().bytes());
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
                "tidemark.lag.seconds", "Age of the oldest change that is not durable", this, Pipeline::lagSeconds);
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
        metrics.gauge("tidemark.sink.up", "1 while Typesense answers", this, p -> p.sinkUp() ? 1 : 0);
    }

    public Health health() {
        return health;
    }

    /** What operators may ask of it; null until it has started. */
    public @Nullable Operations operations() {
        return controls;
    }

    /**
     * Starts the pipeline; waits for what can heal by itself.
     *
     * @throws RefusedException where somebody has to act first
     * @throws IOException where the state folder cannot be used; the message is for the operator
     */
    public void start() throws RefusedException, IOException, InterruptedException {
        folder = StateFolder.lock(config.state());
        Pause paused = Pause.open(new PauseMark(config.state()), health);
        pause = paused;
        OffsetFile offsetFile = OffsetFile.open(config.state());
        offsets = offsetFile;
        TableStates states = TableStates.open(config.state());
        DeadLetters letters = DeadLetters.open(
                config.state().resolve(DeadLetters.FOLDER), config.deadLetters().bytes());
        deadLetters = letters;
        watch = new HealthWatch(config.name(), connector, sink, this::sourceConnected, states::spoil, health, metrics);
        FedCollections fed = FedCollections.open(config.state());
        targets = new Startup(config, connector, sink, offsetFile, states, fed, health).targets();

        report = new FlushReport(metrics, letters);
        targets.all().forEach(report::expect);
        SnapshotRecord record = new SnapshotRecord(targets, states, metrics);
        snapshot = record;
        parallel = new ParallelFlush(
                config.name(),
                targets.families().isEmpty() ? Math.min(4, targets.named().size()) : 4);
        reader = connector.rowReader();
        joined = joined(config, connector, targets.named());
        EngineListener listener = new EngineListener(record, states);
        DebeziumSource debezium = new DebeziumSource(config, connector, queue, offsetFile, health, metrics, listener);
        FlushWorker.Joins joins = new FlushWorker.Joins(
                joined, config.source().settings().reads().queriesPerSecond());
        FlushWorker worker = new FlushWorker(
                config.flush(),
                new FlushWorker.SourceSide(queue, reader, record, debezium),
                new FlushWorker.SinkSide(sink, targets, joins, parallel, letters),
                new FlushWorker.Telling(health, metrics, report));
        listener.worker = worker;
        flushes = worker;
        source = debezium;
        controls = new Controls(
                paused, queue, worker, new LetterJob.Tools(config.name(), letters, metrics, worker.rereads()::put));
        watch.start();
        flushThread = new Thread(() -> flush(worker, paused), config.name() + "-flush");
        flushThread.start();
        debezium.start();
    }

    /** Collections of joined documents, each with its reader, which is to be closed. */
    static List<JoinedTarget> joined(Config config, Connector connector, List<Target> targets) {
        List<JoinedTarget> all = new ArrayList<>();
        for (Target target : targets) {
            Config.Joined of = target.config().joined();
            if (of != null) {
                Join join = of.join(target.config().table());
                all.add(new JoinedTarget(target, join, connector.joinReader(join)));
            }
        }
        return all;
    }

    /** Between engines the flush comes to rest and the queue is emptied: all of it will be sent again. */
    private final class EngineListener implements DebeziumSource.Listener {
        private final SnapshotRecord record;
        private final TableStates states;
        private volatile @Nullable FlushWorker worker;

        private EngineListener(SnapshotRecord record, TableStates states) {
            this.record = record;
            this.states = states;
        }

        @Override
        public void starting(boolean withSnapshot) {
            if (withSnapshot) {
                record.started();
            } else {
                record.streamed();
            }
        }

        @Override
        public void missed() throws IOException {
            states.spoil();
        }

        @Override
        public void failed(Throwable why) {
            end.completeExceptionally(why);
        }

        @Override
        public void settleDown() throws InterruptedException {
            FlushWorker current = worker;
            if (current != null) {
                current.whileResting(() -> {
                    queue.clear();
                    current.forget();
                });
            }
        }
    }

    private void flush(FlushWorker worker, Pause paused) {
        try {
            while (!stopping || queue.level().changes() > 0 || worker.owes()) {
                // Invariant 3: while it is paused the queue fills, and then the source waits.
                if (!paused.isPausedAfter(stopping ? Duration.ZERO : PATIENCE)) {
                    worker.flushOnce(stopping ? Duration.ZERO : PATIENCE, paused::isPaused);
                } else if (stopping) {
                    log.info(
                            "stopped while paused, with {} changes not flushed: they will be sent again",
                            queue.level().changes());
                    return;
                }
            }
            log.info("everything that was received is durable");
        } catch (InterruptedException e) {
            log.warn(
                    "stopped with {} changes not flushed: they will be sent again",
                    queue.level().changes());
        } catch (RuntimeException | Error e) {
            log.error("the flush failed in an unforeseen way; nothing of its batch was committed", e);
            end.completeExceptionally(e);
        }
    }

    /** Waits until the pipeline has failed or was closed. */
    public void await() throws InterruptedException, java.util.concurrent.ExecutionException {
        end.get();
    }

    /**
     * Whether its threads make progress. A flush that waits for Typesense is progress: restarting the process would not
     * help it.
     */
    public boolean isLive() {
        Thread thread = flushThread;
        return !end.isCompletedExceptionally() && (thread == null || thread.isAlive() || stopping);
    }

    private boolean isPaused() {
        Pause current = pause;
        return current != null && current.isPaused();
    }

    private boolean sourceConnected() {
        DebeziumSource current = source;
        return current != null && current.isConnected();
    }

    private boolean sinkUp() {
        HealthWatch current = watch;
        return current != null && current.isSinkUp();
    }

    private double lagSeconds() {
        long oldest = queue.level().oldestCommitMillis();
        FlushWorker worker = flushes;
        long owed = worker == null ? Long.MAX_VALUE : worker.oldestOwedMillis();
        if (owed != Long.MAX_VALUE) {
            oldest = oldest < 0 ? owed : Math.min(oldest, owed);
        }
        DebeziumSource current = source;
        if (oldest < 0 && current != null && !current.isConnected()) {
            oldest = current.lastHeardMillis();
        }
        return oldest <= 0 ? 0 : Math.max(0, System.currentTimeMillis() - oldest) / 1000.0;
    }

    /** Everything there is to tell, now. Any thread. */
    public PipelineStatus status() {
        ChangeQueue.Level level = queue.level();
        FlushReport reported = report;
        OffsetFile stored = offsets;
        DeadLetters letters = deadLetters;
        List<PipelineStatus.Collection> collections = new ArrayList<>();
        if (reported != null && letters != null) {
            for (Target target : targets.all()) {
                collections.add(status(target.table(), target.collection(), reported, letters));
            }
            for (TargetFamily family : targets.families()) {
                String none = family.config().collection();
                if (letters.hasPending(none)) { // rows that belong to no collection
                    collections.add(status(family.table(), none, reported, letters));
                }
            }
        }
        return new PipelineStatus(
                config.name(),
                state(),
                stored == null
                        ? null
                        : stored.offset().map(connector::describeOffset).orElse(null),
                lagSeconds(),
                new PipelineStatus.Queue(level.changes(), queue.capacity(), level.bytes(), queue.capacityBytes()),
                reported == null ? null : reported.last(),
                collections,
                tables(),
                snapshotStatus(),
                health.conditions(),
                sourceConnected(),
                sinkUp());
    }

    private static PipelineStatus.Collection status(
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

    private List<PipelineStatus.Table> tables() {
        Map<TableId, Long> estimates = new LinkedHashMap<>();
        for (TableInfo table : targets.tables()) {
            estimates.put(table.schema().table(), table.estimatedRows());
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

    private String state() {
        if (stopping) {
            return "stopping";
        }
        if (source == null) {
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

    private PipelineStatus.@Nullable Snapshot snapshotStatus() {
        SnapshotRecord record = snapshot;
        if (record == null || !metrics.isSnapshotRunning()) {
            return null;
        }
        long rows = record.rows();
        long estimate = 0;
        for (TableInfo table : targets.tables()) {
            long of = table.estimatedRows();
            estimate = of < 0 || estimate < 0 ? -1 : estimate + of;
        }
        double seconds = (System.nanoTime() - record.startedNanos()) / 1e9;
        double rate = rows / Math.max(0.001, seconds);
        double left = estimate < rows || rows == 0 ? -1 : (estimate - rows) / rate;
        return new PipelineStatus.Snapshot(rows, estimate, rate, left);
    }

    /** Stops: no more intake, flush what is there within 8 s, commit, and let go of everything, in this order. */
    @Override
    public void close() {
        try {
            stopping = true;
            Controls current = controls;
            if (current != null) {
                current.close();
            }
            queue.stopIntake();
            boolean flushed = joinFlush();
            DebeziumSource debezium = source;
            if (debezium != null) {
                // Where nothing more can be committed, the engine need not end in good order.
                debezium.stop(flushed ? 2_000 : 800, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            release();
            end.complete(null);
        }
    }

    /** Waits for the flush of what was received; returns whether all of it is durable. */
    private boolean joinFlush() throws InterruptedException {
        Thread thread = flushThread;
        if (thread == null) {
            return true;
        }
        thread.join(STOP_MILLIS);
        if (!thread.isAlive()) {
            return true;
        }
        thread.interrupt();
        thread.join(1_000);
        return false;
    }

    private void release() {
        joined.forEach(JoinedTarget::close);
        for (AutoCloseable part : new @Nullable AutoCloseable[] {watch, parallel, reader, sink, deadLetters, folder}) {
            if (part != null) {
                try {
                    part.close();
                } catch (Exception e) {
                    log.warn("while stopping: {}", e.getMessage());
                }
            }
        }
    }
}
