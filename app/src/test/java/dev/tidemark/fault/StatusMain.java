package dev.tidemark.fault;

import dev.tidemark.config.Config;
import dev.tidemark.config.read.ConfigLoader;
import dev.tidemark.connector.postgres.PostgresConnectorFactory;
import dev.tidemark.pipeline.Pipeline;
import dev.tidemark.sink.typesense.TypesenseSink;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A child's main that runs a pipeline and prints its queue and health five times a second, until it is killed. */
final class StatusMain {

    private StatusMain() {}

    public static void main(String[] arguments) throws Exception {
        PostgresConnectorFactory postgres = new PostgresConnectorFactory();
        Config config = ConfigLoader.load(Path.of(arguments[0]), List.of(postgres), System.getenv());
        Pipeline pipeline = new Pipeline(
                config,
                postgres.create(config.source().settings()),
                new TypesenseSink(config.sink()),
                new SimpleMeterRegistry());
        Executors.newSingleThreadScheduledExecutor(work -> {
                    Thread thread = new Thread(work, "status");
                    thread.setDaemon(true);
                    return thread;
                })
                .scheduleWithFixedDelay(() -> print(pipeline), 0, 200, TimeUnit.MILLISECONDS);
        pipeline.start();
        pipeline.await();
        new CompletableFuture<Void>().get();
    }

    private static void print(Pipeline pipeline) {
        var wrong = pipeline.health().conditions();
        System.out.println("QUEUE " + pipeline.status().queue().changes() + " "
                + (wrong.isEmpty() ? "ready" : "unready") + " " + wrong.keySet());
    }
}
