package dev.tidemark.pipeline;

import dev.tidemark.admin.DeadLetterJob;
import dev.tidemark.admin.RowTraces;
import dev.tidemark.collection.JoinedTarget;
import dev.tidemark.collection.Targets;
import dev.tidemark.config.Config;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.SnapshotMode;
import dev.tidemark.connector.data.DoubtReason;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.flush.FlushObservers;
import dev.tidemark.flush.FlushWorker;
import dev.tidemark.flush.SinkSide;
import dev.tidemark.flush.SourceSide;
import dev.tidemark.flush.join.Joins;
import dev.tidemark.flush.reload.ChunkWriter;
import dev.tidemark.flush.schema.OvertakenWatch;
import dev.tidemark.flush.write.FlushReport;
import dev.tidemark.flush.write.ParallelFlush;
import dev.tidemark.health.Health;
import dev.tidemark.identity.CollectionWatch;
import dev.tidemark.identity.SourceHistory;
import dev.tidemark.identity.WatchThread;
import dev.tidemark.load.ChunkReader;
import dev.tidemark.load.ChunkReaders;
import dev.tidemark.load.Chunks;
import dev.tidemark.load.Load;
import dev.tidemark.load.LoadFile;
import dev.tidemark.load.LoadPace;
import dev.tidemark.load.LoadRetries;
import dev.tidemark.load.LoadSchedule;
import dev.tidemark.load.Loads;
import dev.tidemark.load.Restart;
import dev.tidemark.metrics.PipelineMetrics;
import dev.tidemark.queue.ChangeQueue;
import dev.tidemark.resync.CatalogWatch;
import dev.tidemark.resync.TableDoubts;
import dev.tidemark.sink.TalliedSink;
import dev.tidemark.source.DebeziumSource;
import dev.tidemark.source.Engines;
import dev.tidemark.startup.LoadRecord;
import dev.tidemark.startup.Startup;
import dev.tidemark.startup.StartupException;
import dev.tidemark.startup.TableWatch;
import dev.tidemark.state.OffsetFile;
import dev.tidemark.trace.TraceBuffer;
import dev.tidemark.verify.Sides;
import dev.tidemark.verify.Verifier;
import java.io.IOException;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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
    private final Runnable outdated;
    private final Consumer<Throwable> failed;

    /**
     * @param view gets the parts that it shows
     * @param outdated called when the tables are not what the pipeline was formed from
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
            Runnable outdated,
            Consumer<Throwable> failed) {
        this.outdated = outdated;
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
        parts.add(connector.keepConnections());
        health.notices(() -> ApprovalNotices.of(files.approvals(), config)); // while it starts
        AtomicReference<HealthWatch.Gap> gap = new AtomicReference<>(HealthWatch.Gap.NONE); // before there is a source
        HealthWatch watch = parts.add(new HealthWatch(
                config.name(),
                connector,
                sink,
                view::sourceConnected,
                found -> Objects.requireNonNull(gap.get()).checked(found),
                health,
                metrics));
        view.opened(new PipelineView.Opened(
                files.offsets(), files.pause(), files.deadLetters(), watch, files.approvals(), files.resync()));
        SourceHistory history = files.history(connector);
        history.carryOut(files::forgetHistory);
        Startup.Prepared prepared = new Startup(config, connector, sink, files.records(), health).prepare(history);
        Targets targets = prepared.targets();
        health.notices(() -> notices(files, targets, watch));

        Loads loads = loads(targets, files.offsets());
        LoadRecord record = new LoadRecord(targets, files.states(), loads);
        request(loads, prepared, record);
        if (files.offsets().offset().isPresent()) { // else all tables are loaded
            files.resync()
                    .keep(table -> loads.wanted().stream()
                            .anyMatch(load -> load.table().equals(table)));
        }
        List<TableId> tables =
                targets.tables().stream().map(info -> info.schema().table()).toList();
        files.doubts().start(loads, targets::estimatedRows, tables::contains);
        for (TableId table : tables) {
            for (DoubtReason reason : DoubtReason.values()) {
                metrics.doubts()
                        .register(
                                table,
                                reason.label(),
                                () -> files.resync().isInDoubt(table, reason)
                                        || files.doubts().isInDoubt(table, reason));
            }
        }
        health.doubts(
                () -> Stream.of(files.resync().status(tables), files.doubts().status())
                        .flatMap(List::stream)
                        .toList());
        @Nullable
        TableDoubts automatic = config.source().settings().snapshot() == SnapshotMode.NEVER ? null : files.doubts();
        CollectionWatch collections =
                new CollectionWatch(targets, sink, sink.tally(), files.records().collections(), health, automatic);
        loads.observe(collections);
        loads.observe(record);
        loads.observe(files.resync());
        loads.observe(files.doubts());
        WatchThread collectionThread = parts.add(new WatchThread(config.name(), collections));
        RowReader reader = parts.add(connector.rowReader());
        List<JoinedTarget> joined = JoinedTarget.of(targets.named(), connector::joinReader);
        joined.forEach(parts::add);
        EngineListener listener = new EngineListener(
                targets, record, files.states(), loads, files.resync(), files::forgetHistory, outdated, failed);
        DebeziumSource source = new DebeziumSource(
                config, connector, queue, files.offsets(), health, metrics, listener, history, files.resync(), engines);
        gap.set(new GapWatch(connector, files.resync(), files.states(), source::end));
        FlushReport report = new FlushReport(metrics, files.deadLetters(), connector::describePosition);
        targets.all().forEach(report::expect);
        TraceBuffer traces = new TraceBuffer();
        LoadRetries retries = new LoadRetries(loads, table -> targets.table(table) != null);
        Chunks chunks = new Chunks(
                loads,
                retries,
                targets,
                config.flush().documents(),
                config.queue().bytes() / 4,
                queue::wake,
                new LoadPace(queue, config.flush().interval()));
        FlushWorker worker = new FlushWorker(
                config.flush(),
                new SourceSide(
                        queue,
                        reader,
                        record,
                        source,
                        loads,
                        files.doubts(),
                        new ChunkWriter(loads, chunks, retries, targets),
                        connector.hasSilentCascades()),
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
                loads,
                Loadable.of(targets, joined, connector, reader),
                files.approvals(),
                health::doubts,
                verifier(files, targets, joined, reader, worker, loads));
        view.started(new PipelineView.Started(targets, report, worker, source, loads, collections.documents()));

        watch.start();
        parts.add(new OvertakenWatch(config.name(), sink, targets::all, files.doubts()))
                .start();
        parts.add(IdentityWatch.start(
                config.name(),
                history,
                source,
                new TableWatch(connector, targets, files.records().tables(), loads, automatic, health),
                new ColumnWatch(config, connector, reader, record, worker.catalog()),
                new CatalogWatch(connector, targets, files.records().catalog(), files.doubts()),
                files.doubts()));
        collectionThread.start();
        parts.add(new ChunkReaders(
                        config.name(),
                        config.load().readers(),
                        chunks,
                        () -> new ChunkReader(chunks, loads, targets, reader, worker::provePrior, worker::whileResting),
                        failed))
                .start();
        stopInOrder(parts, controls, flush, source);
        flush.start();
        source.start();
        return new Running(controls, flush);
    }

    private Verifier verifier(
            StateFiles files,
            Targets targets,
            List<JoinedTarget> joined,
            RowReader reader,
            FlushWorker worker,
            Loads loads) {
        targets.all().forEach(target -> metrics.verify().register(target.collection()));
        return new Verifier(
                config.name(),
                new Sides(
                        connector,
                        reader,
                        targets,
                        joined,
                        sink,
                        config.source().settings().reads().queriesPerSecond(),
                        config.state().resolve(Sides.DIRECTORY)),
                new RunningSurroundings(
                        worker,
                        reader,
                        sink.watch(),
                        loads,
                        files.deadLetters(),
                        files.pause(),
                        queue,
                        new LoadPace(queue, config.flush().interval())),
                metrics.verify());
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

    /** Returns the loads that an earlier process has not done. */
    private Loads loads(Targets targets, OffsetFile offsets) throws IOException {
        LoadFile file = new LoadFile(config.state(), offsets::position);
        boolean never = config.source().settings().snapshot() == SnapshotMode.NEVER;
        List<Load> left = file.read().stream()
                .filter(load -> load.cause() != Load.Cause.INITIAL || (!never && targets.table(load.table()) != null))
                .toList();
        LoadSchedule schedule = new LoadSchedule(config.load().hours(), () -> LocalTime.now(ZoneOffset.UTC));
        Loads loads = new Loads(file, left, targets::estimatedRows, metrics, schedule);
        file.startedAgain().forEach(load -> loads.restarted(load, Restart.POSITION));
        return loads;
    }

    /** Requests the loads without which documents must not be relied on. */
    private static void request(Loads loads, Startup.Prepared prepared, LoadRecord record) throws IOException {
        Set<TableId> tables = new LinkedHashSet<>(prepared.continued());
        loads.wanted().stream()
                .filter(load -> load.cause() == Load.Cause.INITIAL)
                .map(Load::table)
                .forEach(tables::remove);
        tables.addAll(prepared.fromStart());
        loads.begin(tables, record::mayHold);
    }

    private SinkSide sinkSide(StateFiles files, Targets targets, List<JoinedTarget> joined, CloseStack parts) {
        // Two requests for one collection hide the time between them.
        int width = targets.families().isEmpty()
                ? Math.max(2, Math.min(4, targets.named().size()))
                : 4;
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
}
