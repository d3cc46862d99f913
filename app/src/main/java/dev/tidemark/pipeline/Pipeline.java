package dev.tidemark.pipeline;

import dev.tidemark.admin.Operations;
import dev.tidemark.config.Config;
import dev.tidemark.connector.Connector;
import dev.tidemark.health.Health;
import dev.tidemark.health.PipelineStatus;
import dev.tidemark.metrics.PipelineMetrics;
import dev.tidemark.queue.ChangeQueue;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.TalliedSink;
import dev.tidemark.source.Engines;
import dev.tidemark.startup.StartupException;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the collections of one database in sync. Its parts are started from the sink upwards and stopped from the source
 * downwards. The first failure wins and ends it. Any thread may start it, and any may close it at any time.
 */
public final class Pipeline implements AutoCloseable {

    private final Health health = new Health();
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private final CompletableFuture<Void> outdated = new CompletableFuture<>();
    private final PipelineView view;
    private final Assembly assembly;
    private final Lifecycle lifecycle;

    /** Creates a pipeline; opens and starts nothing. The sink is closed with it. */
    public Pipeline(Config config, Connector connector, Sink sink, MeterRegistry registry) {
        this(config, connector, sink, registry, Engines.DEBEZIUM);
    }

    /** Creates a pipeline with engines of another kind. */
    Pipeline(Config config, Connector connector, Sink sink, MeterRegistry registry, Engines engines) {
        PipelineMetrics metrics = new PipelineMetrics(registry, config.name());
        ChangeQueue queue =
                new ChangeQueue(config.queue().changes(), config.queue().bytes());
        TalliedSink tallied = new TalliedSink(sink);
        view = new PipelineView(config.name(), ServiceFacts.of(config), connector, queue, health, metrics);
        assembly = new Assembly(
                config,
                connector,
                tallied,
                engines,
                health,
                metrics,
                queue,
                view,
                () -> outdated.complete(null),
                end::completeExceptionally);
        CloseStack parts =
                new CloseStack(); // the sink is closed last: all others use it, and no other process waits for it
        parts.add(tallied);
        lifecycle = new Lifecycle(parts);
    }

    public Health health() {
        return health;
    }

    /** Returns the operations that operators may request; null until it has started. */
    public @Nullable Operations operations() {
        return lifecycle.running().map(Running::operations).orElse(null);
    }

    /**
     * Starts the pipeline; waits while a failure is retryable. If it fails, it leaves nothing open.
     *
     * @throws StartupException if the operator has to act first
     * @throws IOException if the state directory cannot be used; the message is for the operator
     * @throws InterruptedException if this thread was interrupted, or the pipeline was closed before it had started
     */
    public void start() throws StartupException, IOException, InterruptedException {
        lifecycle.start(assembly::run);
    }

    /** Waits until the pipeline has failed or was closed. */
    public void await() throws InterruptedException, ExecutionException {
        end.get();
    }

    /** Completes once the pipeline has failed or was closed. */
    CompletableFuture<Void> end() {
        return end;
    }

    /** Completes once the tables are not what it was formed from: another one of the same configuration has to take its place. */
    CompletableFuture<Void> outdated() {
        return outdated;
    }

    /**
     * Returns whether its threads make progress. A flush that waits for Typesense is progress: restarting the process would not
     * help it.
     */
    public boolean isLive() {
        return !end.isCompletedExceptionally()
                && lifecycle.running().map(running -> running.flush().isLive()).orElse(true);
    }

    /** Returns the full status as of now. Any thread. */
    public PipelineStatus status() {
        return view.status(end.isCompletedExceptionally() || !isLive());
    }

    /**
     * Stops: ends the intake, flushes what was received within 8 s, commits, and releases everything, in this order. A start that
     * has not ended is interrupted and waited for, and so is a stop by another thread, for up to 12 s.
     */
    @Override
    public void close() {
        try {
            lifecycle.stop();
        } finally {
            end.complete(null);
        }
    }
}
