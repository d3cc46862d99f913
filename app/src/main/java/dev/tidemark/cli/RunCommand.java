package dev.tidemark.cli;

import dev.tidemark.config.Config;
import dev.tidemark.config.read.ConfigLoader;
import dev.tidemark.health.Health;
import dev.tidemark.http.HttpEndpoint;
import dev.tidemark.logging.RunId;
import dev.tidemark.metrics.BuildInfo;
import dev.tidemark.pipeline.Service;
import dev.tidemark.startup.NewState;
import dev.tidemark.startup.StartupException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tidemark run}: until a signal or a failure ends it. */
@Command(name = "run", description = "Keeps the collections in step until SIGTERM or SIGINT.")
public final class RunCommand implements Callable<Integer> {

    private static final Logger log = LoggerFactory.getLogger(RunCommand.class);

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Option(
            names = "--new",
            description =
                    "start from nothing with a new state directory although the server has a slot of this pipeline: it is"
                            + " dropped, and all tables are loaded")
    private boolean begin;

    @Mixin
    private LogOptions logs = new LogOptions();

    @Override
    public Integer call() throws InterruptedException {
        logs.configure();
        log.info("tidemark {} starts: run {}", BuildInfo.text(), RunId.value());
        ConfigLoader.Settings known = config.withoutTables();
        Config settings = known.config();
        LogOptions.mask(settings);
        try {
            Optional<String> wrong = begin ? NewState.begin(settings) : Optional.empty();
            if (wrong.isPresent()) {
                return reject(wrong.get());
            }
        } catch (IOException e) {
            return reject(String.valueOf(e.getMessage()));
        }
        CountDownLatch ended = new CountDownLatch(1);
        Thread main = Thread.currentThread();
        try (HttpEndpoint port = HttpEndpoint.start(settings.http(), List.of())) {
            Signals.onStop(settings.name(), main, ended);
            Config loaded = known.complete() ? settings : awaitTables(known, port);
            try (Service service = new Service(loaded, port)) {
                if (known.complete()) {
                    logAddress(service, settings);
                }
                return run(service, known);
            }
        } catch (IOException e) {
            return reject(String.valueOf(e.getMessage()));
        } finally {
            ended.countDown();
        }
    }

    /**
     * Returns the configuration with the tables that patterns match: the database is queried for them. While it is unreachable,
     * the pages of a pipeline that is not started report that, so that no probe ends a service that only waits.
     */
    private static Config awaitTables(ConfigLoader.Settings known, HttpEndpoint port) throws InterruptedException {
        try (Service waiting = new Service(known.config(), port)) {
            logAddress(waiting, known.config());
            Health health = waiting.pipeline().health();
            return ConfigOption.await(
                    known, condition -> health.markUnhealthy(Health.Part.SOURCE, condition, "(waiting)"));
        }
    }

    /** Logs the address. Called once the pages are served: a client that reads the line may request them at once. */
    private static void logAddress(Service service, Config settings) {
        log.info("{} listens on {}", settings.name(), service.address());
    }

    private static int run(Service service, ConfigLoader.Settings known) {
        try (ProgressLine progress = ProgressLine.start(service::status)) {
            service.run(known.complete() ? Optional.empty() : Optional.of(ConfigOption.patterns(known)));
            return ExitCode.DONE;
        } catch (InterruptedException e) {
            log.info("stopping");
            return ExitCode.DONE;
        } catch (StartupException e) {
            return reject(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return reject(String.valueOf(e.getMessage()));
        } catch (ExecutionException e) {
            return ExitCode.FAILED;
        }
    }

    private static int reject(String why) {
        System.err.println(why);
        return ExitCode.REJECTED;
    }
}
