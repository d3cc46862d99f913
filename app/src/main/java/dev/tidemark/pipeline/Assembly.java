package dev.tidemark.pipeline;

import dev.tidemark.admin.DeadLetterJob;
import dev.tidemark.admin.RowTraces;
import dev.tidemark.collection.JoinedTarget;
import dev.tidemark.collection.Target;
import dev.tidemark.collection.Targets;
import dev.tidemark.config.Config;
import dev.tidemark.config.DocumentSource;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.Join;
import dev.tidemark.connector.RowReader;
import dev.tidemark.flush.FlushObservers;
import dev.tidemark.flush.FlushWorker;
import dev.tidemark.flush.SinkSide;
import dev.tidemark.flush.SourceSide;
import dev.tidemark.flush.join.Joins;
import dev.tidemark.flush.schema.OvertakenWatch;
import dev.tidemark.flush.write.FlushReport;
import dev.tidemark.flush.write.ParallelFlush;
import dev.tidemark.health.Health;
import dev.tidemark.identity.CollectionWatch;
import dev.tidemark.identity.SourceHistory;
import dev.tidemark.identity.WatchThread;
import dev.tidemark.load.TableSnapshotFile;
import dev.tidemark.load.TableSnapshots;
import dev.tidemark.metrics.PipelineMetrics;
import dev.tidemark.queue.ChangeQueue;
import dev.tidemark.sink.TalliedSink;
import dev.tidemark.source.DebeziumSource;
import dev.tidemark.source.Engines;
import dev.tidemark.startup.SnapshotRecord;
import dev.tidemark.startup.Startup;
import dev.tidemark.startup.StartupException;
import dev.tidemark.startup.TableWatch;
import dev.tidemark.trace.TraceBuffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Creates the parts of a pipeline and starts them, from the sink upwards. Each is on the close stack as soon as it exists, and the
 * actions of the stop are above all that they need.
 */
final class Assembly {

    private final Config config;
    private final Connector connector;
    private final TalliedSink sink;
    private final Engines engines;
    private final Health health;
    private final PipelineMetrics metrics;
    private final ChangeQueue queue;
    private final PipelineView view;
    private final Consumer<Throwable> failed;

    /**
     * @param view gets the parts that it shows
     * @param failed called when a thread of the pipeline has ended in an unforeseen way
     */
    Assembly(
            Config config,
            Connector connector,
            TalliedSink sink,
            Engines engines,
            Health health,
            PipelineMetrics metrics,
            ChangeQueue queue,
            PipelineView view,
            Consumer<Throwable> failed) {
        this.config = config;
        this.connector = connector;
        this.sink = sink;
        this.engines = engines;
        this.health = health;
        this.metrics = metrics;
        this.queue = queue;
        this.view = view;
        this.failed = failed;
    }

    /**
     * Creates and starts all parts.
     *
     * @param parts gets what has to be closed, also if this fails
     */
    Running run(CloseStack parts) throws StartupException, IOException, InterruptedException {
        StateFiles files = StateFiles.open(config, health, parts);
        if (files.isNothingPending(config)) {
            sink.nothingPending();
        }
        parts.add(() -> endWrites(files));
        health.notices(() -> ApprovalNotices.of(files.approvals(), config)); // while it starts
        HealthWatch watch = parts.add(new HealthWatch(
                config.name(), connector, sink, view::sourceConnected, files.states()::invalidate, health, metrics));
        view.opened(
                new PipelineView.Opened(files.offsets(), files.pause(), files.deadLetters(), watch, files.approvals()));
        SourceHistory history = files.history(connector);
        history.carryOut(files::forgetHistory);
        Targets targets = new Startup(config, connector, sink, files.records(), health).targets(history);
        health.notices(() -> notices(files, targets, watch));

        TableSnapshots snapshots = snapshots(targets);
        CollectionWatch collections =
                new CollectionWatch(targets, sink, sink.tally(), files.records().collections(), health);
        snapshots.observe(collections);
        WatchThread collectionThread = parts.add(new WatchThread(config.name(), collections));
        RowReader reader = parts.add(connector.rowReader());
        List<JoinedTarget> joined = joined(config, connector, targets.named(), parts);
        SnapshotRecord record = new SnapshotRecord(targets, files.states(), metrics);
        EngineListener listener = new EngineListener(record, files.states(), snapshots, files::forgetHistory, failed);
        DebeziumSource source = new DebeziumSource(
                config, connector, queue, files.offsets(), health, metrics, listener, history, engines);
        FlushReport report = new FlushReport(metrics, files.deadLetters(), connector::describePosition);
        targets.all().forEach(report::expect);
        TraceBuffer traces = new TraceBuffer();
        FlushWorker worker = new FlushWorker(
                config.flush(),
                new SourceSide(queue, reader, record, source, snapshots, connector.hasSilentCascades()),
                sinkSide(files, targets, joined, parts),
                new FlushObservers(health, metrics, report, traces));
        listener.flushes(worker);
        FlushThread flush = new FlushThread(config.name(), worker, queue, files.pause(), history::isHeld, failed);
        Controls controls = new Controls(
                files.pause(),
                queue,
                worker,
                new DeadLetterJob.Tools(config.name(), files.deadLetters(), metrics, worker.rereads()::put),
                sink,
                new RowTraces(targets, queue, worker::inFlight, traces),
                connector::describePosition,
                snapshots,
                Snapshotable.of(targets, joined, connector),
                files.approvals());
        view.started(
                new PipelineView.Started(targets, record, report, worker, source, snapshots, collections.documents()));

        watch.start();
        parts.add(new OvertakenWatch(config.name(), sink, targets::all, snapshots))
                .start();
        parts.add(IdentityWatch.start(
                config.name(),
                history,
                source,
                new TableWatch(connector, targets, files.records().tables(), snapshots, health),
                new ColumnWatch(config, connector, reader, record, worker.catalog())));
        collectionThread.start();
        stopInOrder(parts, controls, flush, source);
        flush.start();
        source.start();
        return new Running(controls, flush);
    }

    /** Ends the intake, flushes what was received, commits it, and only then stops the engine, through which it commits. */
    private void stopInOrder(CloseStack parts, Controls controls, FlushThread flush, DebeziumSource source) {
        // If nothing more can be committed, the engine need not end in good order.
        parts.add(() -> source.stop(flush.isDrained() ? 2_000 : 800, TimeUnit.MILLISECONDS));
        parts.add(flush);
        parts.add(queue::stopIntake);
        parts.add(controls);
    }

    /** After all that writes to the sink was closed: records it for the next start if nothing is pending. */
    private void endWrites(StateFiles files) throws IOException {
        if (sink.endWrites()) {
            files.directory().recordCleanStop();
        }
    }

    private TableSnapshots snapshots(Targets targets) throws IOException {
        TableSnapshotFile file = new TableSnapshotFile(config.state());
        return new TableSnapshots(file, file.read(), targets::estimatedRows, metrics);
    }

    private SinkSide sinkSide(StateFiles files, Targets targets, List<JoinedTarget> joined, CloseStack parts) {
        int width = targets.families().isEmpty() ? Math.min(4, targets.named().size()) : 4;
        return new SinkSide(
                sink,
                targets,
                new Joins(joined, config.source().settings().reads().queriesPerSecond()),
                parts.add(new ParallelFlush(config.name(), width)),
                files.deadLetters(),
                files.guard());
    }

    private List<Health.Condition> notices(StateFiles files, Targets targets, HealthWatch watch) {
        List<Health.Condition> notices = new ArrayList<>(ApprovalNotices.of(files.approvals(), config));
        targets.all().forEach(target -> notices.addAll(target.blocked()));
        notices.addAll(watch.notices());
        return notices;
    }

    /**
     * Returns the collections of joined documents, each with its reader.
     *
     * @param readers gets the readers, which have to be closed
     */
    static List<JoinedTarget> joined(Config config, Connector connector, List<Target> targets, CloseStack readers) {
        List<JoinedTarget> all = new ArrayList<>();
        for (Target target : targets) {
            if (target.config().source() instanceof DocumentSource.Joined joined) {
                Join join = joined.join();
                all.add(readers.add(new JoinedTarget(target, join, connector.joinReader(join))));
            }
        }
        return all;
    }
}
