package dev.tidemark.pipeline.stopped;

import dev.tidemark.config.Config;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.deadletter.DeadLetters;
import dev.tidemark.flush.replay.Repair;
import dev.tidemark.metrics.PipelineMetrics;
import dev.tidemark.pipeline.CloseStack;
import dev.tidemark.sink.SinkException;
import dev.tidemark.startup.StartupException;
import dev.tidemark.verify.Report;
import dev.tidemark.verify.Sides;
import dev.tidemark.verify.Surroundings;
import dev.tidemark.verify.UnknownException;
import dev.tidemark.verify.Verifier;
import dev.tidemark.verify.VerifyException;
import dev.tidemark.verify.VerifyRequest;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/**
 * Compares the documents of a stopped service with their rows; this process holds its state directory. Nothing else writes them
 * then, so no end of the log is waited for: changes that the service has not flushed before it was stopped are differences.
 */
public final class OfflineVerify {

    private static final Duration LOOK = Duration.ofMillis(20);

    private final Config config;
    private final Path state;
    private final PipelineMetrics metrics;

    /** @param state the state directory, locked by this process */
    public OfflineVerify(Config config, Path state) {
        this.config = config;
        this.state = state;
        this.metrics = new PipelineMetrics(new SimpleMeterRegistry(), config.name());
    }

    /**
     * Runs a verification.
     *
     * @throws UnknownException if no document comes from the requested table, or goes to the requested collection
     * @throws StartupException if the operator has to act first
     */
    public Report run(VerifyRequest request)
            throws IOException, InterruptedException, SinkException, StartupException, UnknownException {
        try (DeadLetters deadLetters = DeadLetters.open(
                        state.resolve(DeadLetters.DIRECTORY),
                        config.deadLetters().bytes());
                CloseStack parts = new CloseStack()) {
            StoppedPipeline stopped = StoppedPipeline.open(config, state, deadLetters, metrics, parts);
            Sides sides = new Sides(
                    stopped.connector(),
                    stopped.reader(),
                    stopped.targets(),
                    stopped.joined(),
                    stopped.sink(),
                    config.source().settings().reads().queriesPerSecond(),
                    state.resolve(Sides.DIRECTORY));
            Verifier verifier = parts.add(new Verifier(config.name(), sides, new Stopped(stopped), metrics.verify()));
            if (!verifier.start(request)) {
                throw new IllegalStateException("nothing else is verified here");
            }
            Report report = verifier.report().orElseThrow();
            while (report.state() == Report.State.RUNNING) {
                stopped.worker().flushOnce(LOOK);
                report = verifier.report().orElseThrow();
            }
            return report;
        }
    }

    /** A service that does not run. */
    private record Stopped(StoppedPipeline pipeline) implements Surroundings {

        @Override
        public Optional<VerifyException> obstacle(TableId table) {
            return pipeline.loads().wanted().stream()
                            .anyMatch(load -> load.table().equals(table))
                    ? Optional.of(new VerifyException(
                            "a load of " + table + " has not ended, so its documents are not complete",
                            "start the service, and verify when the load has ended"))
                    : Optional.empty();
        }

        @Override
        public boolean mayRead() {
            return true;
        }

        @Override
        public void watch(Map<String, ? extends Collection<String>> ids) throws InterruptedException {
            pipeline.sink().watch().begin(ids);
            pipeline.worker().provePrior();
        }

        @Override
        public boolean isTouched(String collection, String id) {
            return pipeline.sink().watch().isTouched(collection, id);
        }

        @Override
        public void endWatch() {
            pipeline.sink().watch().end();
        }

        /** Returns at once: nothing is flushed. */
        @Override
        public void awaitDurable(long position) {}

        @Override
        public boolean hasDeadLetter(String collection, String id) {
            return pipeline.deadLetters().isPending(collection, id);
        }

        @Override
        public void repair(Repair repair) throws InterruptedException {
            pipeline.worker().repairs().put(repair);
        }
    }
}
