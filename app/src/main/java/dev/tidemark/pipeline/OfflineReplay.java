package dev.tidemark.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.admin.DeadLetterJob;
import dev.tidemark.approval.Approvals;
import dev.tidemark.collection.JoinedTarget;
import dev.tidemark.collection.Targets;
import dev.tidemark.config.Config;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.RowReader;
import dev.tidemark.deadletter.DeadLetterFilter;
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
import dev.tidemark.queue.ChangeQueue;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.SinkException;
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
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Replays or discards the dead letters of a stopped service, whose state directory this process holds. It writes the current
 * state of rows; changes whose offset is not stored are sent again at the next start, and end with the same documents
 * (invariant 4).
 * Nothing is created or altered, and no offset is stored.
 */
public final class OfflineReplay {

    private static final Duration LOOK = Duration.ofMillis(20);

    private final Config config;
    private final Path state;
    private final PipelineMetrics metrics;

    /** @param state the state directory, locked by this process */
    public OfflineReplay(Config config, Path state) {
        this.config = config;
        this.state = state;
        this.metrics = new PipelineMetrics(new SimpleMeterRegistry(), config.name());
    }

    public JsonNode run(DeadLetterJob.Action action, DeadLetterFilter filter)
            throws IOException, InterruptedException, SinkException, StartupException {
        try (DeadLetters deadLetters = DeadLetters.open(
                state.resolve(DeadLetters.DIRECTORY), config.deadLetters().bytes())) {
            DeadLetterJob.Progress progress =
                    action == DeadLetterJob.Action.DISCARD ? discard(deadLetters, filter) : replay(deadLetters, filter);
            return new ObjectMapper().valueToTree(progress);
        }
    }

    private DeadLetterJob.Progress discard(DeadLetters deadLetters, DeadLetterFilter filter)
            throws InterruptedException {
        DeadLetterJob job = DeadLetterJob.start(
                new DeadLetterJob.Tools(config.name(), deadLetters, metrics, reread -> {}),
                DeadLetterJob.Action.DISCARD,
                filter);
        job.join();
        return job.progress();
    }

    private DeadLetterJob.Progress replay(DeadLetters deadLetters, DeadLetterFilter filter)
            throws IOException, InterruptedException, SinkException, StartupException {
        Connector connector = Connectors.create(config);
        Check history = HistoryCheck.of(config, connector); // rows of another database must not replace documents
        if (history.outcome() == Check.Outcome.FAILED) {
            throw new StartupException(List.of(history));
        }
        LoadFile wanted = new LoadFile(state, OffsetFile.open(state)::position);
        Loads loads = new Loads(wanted, wanted.read(), table -> -1, metrics); // the service reads them
        try (CloseStack readers = new CloseStack();
                Sink sink = new TypesenseSink(config.sink());
                RowReader reader = connector.rowReader();
                ParallelFlush parallel = new ParallelFlush(config.name(), 1)) {
            sink.settle();
            Targets targets = targets(connector, sink);
            List<JoinedTarget> joined = Assembly.joined(config, connector, targets.named(), readers);
            Joins joins = new Joins(joined, config.source().settings().reads().queriesPerSecond());
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
                    new SinkSide(sink, targets, joins, parallel, deadLetters, guard()),
                    new FlushObservers(
                            new Health(), metrics, new FlushReport(metrics, deadLetters), new TraceBuffer()));
            DeadLetterJob job = DeadLetterJob.start(
                    new DeadLetterJob.Tools(config.name(), deadLetters, metrics, worker.rereads()::put),
                    DeadLetterJob.Action.REPLAY,
                    filter);
            while (job.progress().running()) {
                worker.flushOnce(LOOK);
            }
            return job.progress();
        }
    }

    private static ChunkWriter idle(Loads loads, Targets targets) {
        LoadRetries retries = new LoadRetries(loads, table -> true);
        return new ChunkWriter(
                loads, new Chunks(loads, retries, targets, 1, 0, () -> {}, () -> false), retries, targets);
    }

    private DeleteGuard guard() throws IOException {
        return DeleteGuard.open(config.guard(), Approvals.open(state), state, new SuspectFile(state));
    }

    /** Returns the targets of the configuration. */
    private Targets targets(Connector connector, Sink sink)
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
