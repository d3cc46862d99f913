package dev.tidemark.pipeline.stopped;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.admin.DeadLetterJob;
import dev.tidemark.config.Config;
import dev.tidemark.deadletter.DeadLetterFilter;
import dev.tidemark.deadletter.DeadLetters;
import dev.tidemark.metrics.PipelineMetrics;
import dev.tidemark.pipeline.CloseStack;
import dev.tidemark.sink.SinkException;
import dev.tidemark.startup.StartupException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Replays or discards the dead letters of a stopped service, whose state directory this process holds. It writes the current
 * state of rows; changes whose offset is not stored are sent again at the next start, and end with the same documents
 * (invariant 4).
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
        try (CloseStack parts = new CloseStack()) {
            StoppedPipeline stopped = StoppedPipeline.open(config, state, deadLetters, metrics, parts);
            DeadLetterJob job = DeadLetterJob.start(
                    new DeadLetterJob.Tools(
                            config.name(),
                            deadLetters,
                            metrics,
                            stopped.worker().rereads()::put),
                    DeadLetterJob.Action.REPLAY,
                    filter);
            while (job.progress().running()) {
                stopped.worker().flushOnce(LOOK);
            }
            return job.progress();
        }
    }
}
