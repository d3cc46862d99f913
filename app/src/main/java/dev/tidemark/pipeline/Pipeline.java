package dev.tidemark.pipeline;

import dev.tidemark.admin.LetterJob;
import dev.tidemark.admin.Operations;
import dev.tidemark.admin.RowTraces;
import dev.tidemark.approval.Approvals;
import dev.tidemark.collection.JoinedTarget;
import dev.tidemark.collection.Target;
import dev.tidemark.collection.Targets;
import dev.tidemark.config.Config;
import dev.tidemark.config.DocumentSource;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.Join;
import dev.tidemark.connector.RowReader;
import dev.tidemark.deadletter.DeadLetters;
import dev.tidemark.flush.FlushObservers;
import dev.tidemark.flush.FlushWorker;
import dev.tidemark.flush.SinkSide;
import dev.tidemark.flush.SourceSide;
import dev.tidemark.flush.join.Joins;
import dev.tidemark.flush.schema.OvertakenWatch;
import dev.tidemark.flush.sweep.DeleteGuard;
import dev.tidemark.flush.sweep.SuspectFile;
import dev.tidemark.flush.write.FlushReport;
import dev.tidemark.flush.write.ParallelFlush;
import dev.tidemark.health.Health;
import dev.tidemark.health.PipelineStatus;
import dev.tidemark.identity.CollectionIdentities;
import dev.tidemark.identity.CollectionWatch;
import dev.tidemark.identity.HistoryFile;
import dev.tidemark.identity.SourceHistory;
import dev.tidemark.identity.TableIdentities;
import dev.tidemark.identity.WatchThread;
import dev.tidemark.load.TableSnapshotFile;
import dev.tidemark.load.TableSnapshots;
import dev.tidemark.metrics.PipelineMetrics;
import dev.tidemark.queue.ChangeQueue;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.TalliedSink;
import dev.tidemark.source.DebeziumSource;
import dev.tidemark.startup.RefusedException;
import dev.tidemark.startup.SnapshotRecord;
import dev.tidemark.startup.Startup;
import dev.tidemark.startup.TableWatch;
import dev.tidemark.state.DynamicCollectionFile;
import dev.tidemark.state.OffsetFile;
import dev.tidemark.state.PauseMark;
import dev.tidemark.state.StateDirectory;
import dev.tidemark.state.TableStates;
import dev.tidemark.trace.TraceBuffer;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the collections of one database in sync: wires the parts, starts them from the sink upwards and stops them from
 * the source downwards. The first failure wins and ends it.
 */
public final class Pipeline implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Pipeline.class);
    private static final Duration PATIENCE = Duration.ofMillis(500);
    /** The entire stop stays below the ten seconds after which container engines kill. */
    private static final long STOP_MILLIS = 7_000;

    private final Config config;
    private final Connector connector;
    private final TalliedSink sink;
    private final Health health = new Health();
    private final PipelineMetrics metrics;
    private final ChangeQueue queue;
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private final PipelineView view;

    private @Nullable StateDirectory folder;
    private @Nullable DeadLetters deadLetters;
    private @Nullable HealthWatch watch;
    private @Nullable OvertakenWatch overtaken;
    private @Nullable IdentityWatch identityWatch;
    private @Nullable WatchThread collections;
    private @Nullable ParallelFlush parallel;
    private @Nullable RowReader reader;
    private @Nullable Thread flushThread;
    private List<JoinedTarget> joined = List.of();
    private volatile @Nullable DebeziumSource source;
    private volatile @Nullable Controls controls;
    private volatile boolean stopping;

    /** Creates a pipeline; opens and starts nothing. The sink is closed with it. */
    public Pipeline(Config config, Connector connector, Sink sink, MeterRegistry registry) {
        this.config = config;
        this.connector = connector;
        this.sink = new TalliedSink(sink);
        this.metrics = new PipelineMetrics(registry, config.name());
        this.queue = new ChangeQueue(config.queue().changes(), config.queue().bytes());
        this.view = new PipelineView(config.name(), ServiceFacts.of(config), connector, queue, health, metrics);
    }

    public Health health() {
        return health;
    }

    /** Returns the operations that operators may request; null until it has started. */
    public @Nullable Operations operations() {
        return controls;
    }

    /**
     * Starts the pipeline; waits while a failure is retryable.
     *
     * @throws RefusedException if the operator has to act first
     * @throws IOException if the state directory cannot be used; the message is for the operator
     */
    public void start() throws RefusedException, IOException, InterruptedException {
        folder = StateDirectory.lock(config.state());
        Pause paused = Pause.open(new PauseMark(config.state()), health);
        OffsetFile offsets = OffsetFile.open(config.state());
        TableStates states = TableStates.open(config.state());
        Approvals approvals = Approvals.open(config.state());
        DeleteGuard guard =
                DeleteGuard.open(config.guard(), approvals, config.state(), new SuspectFile(config.state()));
        health.notices(() -> ApprovalNotices.of(approvals, config)); // while it starts
        DeadLetters letters = DeadLetters.open(
                config.state().resolve(DeadLetters.FOLDER), config.deadLetters().bytes());
        deadLetters = letters;
        HealthWatch healthWatch = new HealthWatch(
                config.name(), connector, sink, view::sourceConnected, states::invalidate, health, metrics);
        watch = healthWatch;
        view.opened(new PipelineView.Opened(offsets, paused, letters, healthWatch, approvals));
        DynamicCollectionFile fed = DynamicCollectionFile.open(config.state());
        TableIdentities tableIdentities = TableIdentities.open(config.state());
        SourceHistory.Reset reset = () -> {
            offsets.clear();
            states.clear();
            tableIdentities.clear();
        };
        SourceHistory history = new SourceHistory(
                connector.history(),
                HistoryFile.open(config.state()),
                approvals,
                () -> offsets.offset().filter(offset -> !connector.isUnfinishedSnapshot(offset)));
        history.carryOut(reset);
        CollectionIdentities identities = CollectionIdentities.open(config.state());
        Startup.Records records = new Startup.Records(offsets, states, fed, identities, tableIdentities);
        Targets targets = new Startup(config, connector, sink, records, health).targets(history);

        health.notices(() -> notices(approvals, targets));

        FlushReport report = new FlushReport(metrics, letters, connector::describePosition);
        TraceBuffer traces = new TraceBuffer();
        targets.all().forEach(report::expect);
        SnapshotRecord record = new SnapshotRecord(targets, states, metrics);
        parallel = new ParallelFlush(
                config.name(),
                targets.families().isEmpty() ? Math.min(4, targets.named().size()) : 4);
        TableSnapshotFile snapshotFile = new TableSnapshotFile(config.state());
        TableSnapshots snapshots =
                new TableSnapshots(snapshotFile, snapshotFile.read(), targets::estimatedRows, metrics);
        CollectionWatch collectionWatch = new CollectionWatch(targets, sink, sink.tally(), identities, health);
        snapshots.observe(collectionWatch);
        collections = new WatchThread(config.name(), collectionWatch);
        reader = connector.rowReader();
        joined = joined(config, connector, targets.named());
        EngineListener listener = new EngineListener(record, states, snapshots, reset);
        DebeziumSource debezium =
                new DebeziumSource(config, connector, queue, offsets, health, metrics, listener, history);
        Joins joins = new Joins(joined, config.source().settings().reads().queriesPerSecond());
        FlushWorker worker = new FlushWorker(
                config.flush(),
                new SourceSide(queue, reader, record, debezium, snapshots, connector.hasSilentCascades()),
                new SinkSide(sink, targets, joins, parallel, letters, guard),
                new FlushObservers(health, metrics, report, traces));
        listener.worker = worker;
        source = debezium;
        view.started(new PipelineView.Started(
                targets, record, report, worker, debezium, snapshots, collectionWatch.documents()));
        controls = new Controls(
                paused,
                queue,
                worker,
                new LetterJob.Tools(config.name(), letters, metrics, worker.rereads()::put),
                sink,
                new RowTraces(targets, queue, worker::inFlight, traces),
                connector::describePosition,
                snapshots,
                Snapshotable.of(targets, joined, connector),
                approvals);
        healthWatch.start();
        OvertakenWatch nodes = new OvertakenWatch(config.name(), sink, targets::all, snapshots);
        overtaken = nodes;
        nodes.start();
        identityWatch = IdentityWatch.start(
                config.name(),
                history,
                debezium,
                new TableWatch(connector, targets, tableIdentities, snapshots, health),
                new ColumnWatch(config, connector, reader, record, worker.catalog()));
        collections.start();
        BooleanSupplier held = () -> paused.isPaused() || history.isHeld();
        flushThread = new Thread(() -> flush(worker, paused, held), config.name() + "-flush");
        flushThread.start();
        debezium.start();
    }

    private List<Health.Condition> notices(Approvals approvals, Targets targets) {
        List<Health.Condition> notices = new ArrayList<>(ApprovalNotices.of(approvals, config));
        targets.all().forEach(target -> notices.addAll(target.blocked()));
        HealthWatch looks = watch;
        if (looks != null) {
            notices.addAll(looks.notices());
        }
        return notices;
    }

    /** Returns the collections of joined documents, each with its reader, which the caller closes. */
    static List<JoinedTarget> joined(Config config, Connector connector, List<Target> targets) {
        List<JoinedTarget> all = new ArrayList<>();
        for (Target target : targets) {
            if (target.config().source() instanceof DocumentSource.Joined joined) {
                Join join = joined.join();
                all.add(new JoinedTarget(target, join, connector.joinReader(join)));
            }
        }
        return all;
    }

    /** Between engines the flush comes to rest and the queue is emptied: all of it will be sent again. */
    private final class EngineListener implements DebeziumSource.Listener {
        private final SnapshotRecord record;
        private final TableStates states;
        private final TableSnapshots snapshots;
        private final SourceHistory.Reset reset;
        private volatile @Nullable FlushWorker worker;

        private EngineListener(
                SnapshotRecord record, TableStates states, TableSnapshots snapshots, SourceHistory.Reset reset) {
            this.reset = reset;
            this.record = record;
            this.states = states;
            this.snapshots = snapshots;
        }

        @Override
        public void starting(boolean withSnapshot) {
            if (withSnapshot) {
                record.started();
            } else {
                record.streamed();
            }
            snapshots.sourceStarted();
        }

        @Override
        public void approved() throws IOException {
            reset.run();
            FlushWorker current = worker;
            try {
                if (current != null) {
                    current.whileResting(current::forgetHistory);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while the flush came to rest", e); // it is carried out again
            }
        }

        @Override
        public void missed() throws IOException {
            states.invalidate();
        }

        @Override
        public void failed(Throwable why) {
            end.completeExceptionally(why);
        }

        @Override
        public void settleDown() throws InterruptedException {
            FlushWorker current = worker;
            if (current != null) {
                current.whileResting(current::forget);
            }
        }
    }

    private void flush(FlushWorker worker, Pause paused, BooleanSupplier held) {
        try {
            while (!stopping || queue.level().changes() > 0 || worker.owes()) {
                // Invariant 3: while it is paused the queue fills, and then the source waits.
                if (!paused.isPausedAfter(stopping ? Duration.ZERO : PATIENCE)) {
                    boolean flushed = worker.flushOnce(stopping ? Duration.ZERO : PATIENCE, held);
                    if (!flushed && held.getAsBoolean()) {
                        if (stopping) {
                            log.info(
                                    "stopped while nothing may be written, with {} changes not flushed: they will be sent again",
                                    queue.level().changes());
                            return;
                        }
                        TimeUnit.MILLISECONDS.sleep(PATIENCE.toMillis());
                    }
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
     * Returns whether its threads make progress. A flush that waits for Typesense is progress: restarting the process would not
     * help it.
     */
    public boolean isLive() {
        Thread thread = flushThread;
        return !end.isCompletedExceptionally() && (thread == null || thread.isAlive() || stopping);
    }

    /** Returns the full status as of now. Any thread. */
    public PipelineStatus status() {
        return view.status(end.isCompletedExceptionally() || !isLive());
    }

    /** Stops: ends the intake, flushes what was received within 8 s, commits, and releases everything, in this order. */
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
                // If nothing more can be committed, the engine need not end in good order.
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
        for (AutoCloseable part : new @Nullable AutoCloseable[] {
            watch, identityWatch, collections, overtaken, parallel, reader, sink, deadLetters, folder
        }) {
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
