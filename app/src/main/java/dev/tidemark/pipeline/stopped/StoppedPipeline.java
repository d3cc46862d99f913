package dev.tidemark.pipeline.stopped;

import dev.tidemark.approval.Approvals;
import dev.tidemark.collection.JoinedTarget;
import dev.tidemark.collection.Targets;
import dev.tidemark.config.Config;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.RowReader;
import dev.tidemark.deadletter.DeadLetters;
import dev.tidemark.flush.FlushObservers;
import dev.tidemark.flush.FlushWorker;
import dev.tidemark.flush.SinkSide;
import dev.tidemark.flush.SourceSide;
import dev.tidemark.flush.join.Joins;
import dev.tidemark.flush.reload.ChunkWriter;
import dev.tidemark.flush.sweep.DeleteGuard;
import dev.tidemark.flush.sweep.SuspectFile;
import dev.tidemark.flush.write.FlushReport;
import dev.tidemark.flush.write.ParallelFlush;
import dev.tidemark.health.Health;
import dev.tidemark.load.Chunks;
import dev.tidemark.load.LoadFile;
import dev.tidemark.load.LoadRetries;
import dev.tidemark.load.Loads;
import dev.tidemark.metrics.PipelineMetrics;
import dev.tidemark.pipeline.CloseStack;
import dev.tidemark.queue.ChangeQueue;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.TalliedSink;
import dev.tidemark.sink.typesense.TypesenseSink;
import dev.tidemark.startup.Connectors;
import dev.tidemark.startup.FoundCollections;
import dev.tidemark.startup.HistoryCheck;
import dev.tidemark.startup.SchemaEvolution;
import dev.tidemark.startup.SourceSchemas;
import dev.tidemark.startup.StartupException;
import dev.tidemark.startup.TargetResolver;
import dev.tidemark.state.DynamicCollectionFile;
import dev.tidemark.state.OffsetCommitter;
import dev.tidemark.state.OffsetFile;
import dev.tidemark.trace.TraceBuffer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The parts that operators' requests need of a service that is stopped, whose state directory this process holds: rows are read and
 * documents written, but nothing is streamed, created or altered, and no offset is stored.
 *
 * @param worker writes what is requested; its caller steps it
 * @param loads those that the service has not done
 */
record StoppedPipeline(
        Connector connector,
        RowReader reader,
        TalliedSink sink,
        Targets targets,
        List<JoinedTarget> joined,
        FlushWorker worker,
        Loads loads,
        DeadLetters deadLetters) {

    /**
     * Opens the parts.
     *
     * @param state the state directory, locked by this process
     * @param parts gets what has to be closed, also if this fails
     * @throws StartupException if the database is not the one that was streamed, or does not have what the configuration names
     */
    static StoppedPipeline open(
            Config config, Path state, DeadLetters deadLetters, PipelineMetrics metrics, CloseStack parts)
            throws IOException, InterruptedException, SinkException, StartupException {
        Connector connector = Connectors.create(config);
        Check history = HistoryCheck.of(config, connector); // rows of another database must not replace documents
        if (history.outcome() == Check.Outcome.FAILED) {
            throw new StartupException(List.of(history));
        }
        LoadFile wanted = new LoadFile(state, OffsetFile.open(state)::position);
        Loads loads = new Loads(wanted, wanted.read(), table -> -1, metrics); // the service reads them
        TalliedSink sink = parts.add(new TalliedSink(new TypesenseSink(config.sink())));
        RowReader reader = parts.add(connector.rowReader());
        ParallelFlush parallel = parts.add(new ParallelFlush(config.name(), 1));
        sink.settle();
        Targets targets = targets(config, state, connector, sink);
        List<JoinedTarget> joined = JoinedTarget.of(targets.named(), connector::joinReader);
        joined.forEach(parts::add);
        FlushWorker worker = new FlushWorker(
                config.flush(),
                new SourceSide(
                        new ChangeQueue(1, 1),
                        reader,
                        target -> {}, // only partial updates ask, and none are written here
                        new StoredOffset(OffsetFile.open(state)),
                        loads,
                        (table, reason, evidence) -> loads.requestAgain(table, -1),
                        idle(loads, targets),
                        false),
                new SinkSide(
                        sink,
                        targets,
                        new Joins(joined, config.source().settings().reads().queriesPerSecond()),
                        parallel,
                        deadLetters,
                        DeleteGuard.open(config.guard(), Approvals.open(state), state, new SuspectFile(state))),
                new FlushObservers(new Health(), metrics, new FlushReport(metrics, deadLetters), new TraceBuffer()));
        return new StoppedPipeline(connector, reader, sink, targets, joined, worker, loads, deadLetters);
    }

    private static ChunkWriter idle(Loads loads, Targets targets) {
        LoadRetries retries = new LoadRetries(loads, table -> true);
        return new ChunkWriter(
                loads, new Chunks(loads, retries, targets, 1, 0, () -> {}, () -> false), retries, targets);
    }

    /** Returns the targets of the configuration. */
    private static Targets targets(Config config, Path state, Connector connector, Sink sink)
            throws IOException, SinkException, InterruptedException, StartupException {
        SourceSchemas described = SourceSchemas.of(config, connector);
        if (!described.failures().isEmpty()) {
            throw new StartupException(described.failures());
        }
        return TargetResolver.asFound(FoundCollections.find(
                config, described, sink, DynamicCollectionFile.open(state), SchemaEvolution.NONE));
    }

    /** Stored offset of the service: what it flushed has to be visible before rows are read. Nothing is stored here. */
    private record StoredOffset(OffsetFile offsets) implements OffsetCommitter {
        @Override
        public boolean commit(Map<String, ?> offset) {
            return false;
        }

        @Override
        public Optional<Map<String, Object>> stored() {
            return offsets.offset();
        }
    }
}
