package dev.tidemark.pipeline;

import dev.tidemark.admin.AdminApi;
import dev.tidemark.config.Config;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.Connector;
import dev.tidemark.health.Health;
import dev.tidemark.health.PipelineStatus;
import dev.tidemark.http.HttpEndpoint;
import dev.tidemark.http.Pages;
import dev.tidemark.http.Route;
import dev.tidemark.logging.RunId;
import dev.tidemark.metrics.BuildInfo;
import dev.tidemark.metrics.DebeziumGauges;
import dev.tidemark.metrics.RuntimeGauges;
import dev.tidemark.page.StatusPage;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.typesense.TypesenseSink;
import dev.tidemark.startup.Connectors;
import dev.tidemark.startup.StartupException;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pipeline with its metrics and its pages: what {@code run} runs and {@code demo} shows. If tables come to match a pattern of the
 * configuration, another pipeline takes its place, with the same port, metrics and pages.
 */
public final class Service implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Service.class);

    /** How often tables are searched that match a pattern; tests search more often. */
    private static final Duration SEARCH =
            Duration.ofMillis(Long.getLong("tidemark.tables.millis", TimeUnit.MINUTES.toMillis(1)));

    private final PrometheusMeterRegistry registry = RuntimeGauges.registry();
    private volatile PatternWatch.Current current;
    private volatile @Nullable PatternWatch watch;
    private boolean closed;
    private final RuntimeGauges runtime;
    private final StatusPage page;
    private final @Nullable HttpEndpoint own;
    private final String address;
    private final List<Route> routes;

    /**
     * Creates a service with a port of its own; its pages answer from now on, so that a start which waits can be watched.
     *
     * @throws IOException if the port cannot be opened; the message is for the operator
     */
    public Service(Config config) throws IOException {
        this(config, HttpEndpoint.start(config.http(), List.of()), true);
    }

    /** Creates a service whose pages replace what was answered on that port, and stay there when the service is closed. */
    public Service(Config config, HttpEndpoint port) {
        this(config, port, false);
    }

    private Service(Config config, HttpEndpoint port, boolean ownsPort) {
        RunId.pipeline(config.name());
        current = current(config);
        page = StatusPage.start(config.name(), this::status);
        runtime = RuntimeGauges.bind(registry, config.name(), config.state());
        DebeziumGauges.bind(registry, config.source().kind(), config.name());
        own = ownsPort ? port : null;
        address = config.http().scheme() + "://" + config.http().address() + ":" + port.port();
        routes = createRoutes();
        Gauge.builder("tidemark.run.info", () -> 1)
                .description("Always 1; its labels contain the run and the version")
                .tags("pipeline", config.name(), "run", RunId.value(), "version", BuildInfo.text())
                .register(registry);
        port.serve(routes);
    }

    private List<Route> createRoutes() {
        List<Route> all = new ArrayList<>(
                Pages.of(registry, () -> pipeline().health(), () -> pipeline().isLive(), this::status));
        all.addAll(new AdminApi(() -> current.config(), () -> pipeline().operations()).routes());
        all.addAll(page.routes());
        return List.copyOf(all);
    }

    private PatternWatch.Current current(Config config) {
        Connector connector = Connectors.create(config);
        Pipeline pipeline = new Pipeline(config, connector, new TypesenseSink(config.sink()), registry);
        pipeline.health().furtherNotices(this::notices);
        return new PatternWatch.Current(config, pipeline);
    }

    private List<Health.Condition> notices() {
        PatternWatch searching = watch;
        return searching == null ? List.of() : searching.notices();
    }

    /**
     * Runs until the pipeline has failed, or the service was closed.
     *
     * @param patterns the configuration, if it names tables by patterns: those that come to match are added while it runs
     * @throws StartupException if the operator has to act first
     * @throws IOException if the state directory cannot be used; the message is for the operator
     * @throws ExecutionException if the pipeline has failed
     */
    public void run(Optional<TablePatterns> patterns)
            throws StartupException, IOException, InterruptedException, ExecutionException {
        run(patterns, SEARCH);
    }

    /** Runs as {@link #run(Optional)} does, and searches tables at another interval. */
    public void run(Optional<TablePatterns> patterns, Duration search)
            throws StartupException, IOException, InterruptedException, ExecutionException {
        pipeline().start();
        if (patterns.isEmpty()) {
            while (awaitNext(new CompletableFuture<>())) {
                restart();
            }
            return;
        }
        NewTables tables = new NewTables(patterns.get(), Service::check);
        try (PatternWatch searching = new PatternWatch(current.config().name(), tables, () -> current, search)) {
            watch = searching;
            searching.start();
            CompletableFuture<NewTables.@Nullable Found> found = searching.found();
            while (awaitNext(found)) {
                if (found.isDone()) {
                    replace(Objects.requireNonNull(found.join()), searching);
                    searching.handled();
                    found = searching.found();
                } else {
                    restart();
                }
            }
        }
    }

    /** Waits until the pipeline has ended, or another has to take its place; returns false if it was closed. */
    private boolean awaitNext(CompletableFuture<NewTables.@Nullable Found> found)
            throws InterruptedException, ExecutionException {
        Pipeline running = pipeline();
        CompletableFuture.anyOf(running.end(), running.outdated(), found).get();
        boolean ended = running.end().isDone();
        if (ended) {
            running.await();
        }
        return !ended;
    }

    /** Ends the pipeline in order and starts another one of the same configuration, which forms its mapping from the tables as they are. */
    private void restart() throws StartupException, IOException, InterruptedException {
        log.info("the pipeline starts again: a table has another primary key");
        Config config = current.config();
        closeForNext();
        start(config);
    }

    private void closeForNext() throws InterruptedException {
        pipeline().close();
        if (Thread.interrupted()) {
            throw new InterruptedException("stopped while another pipeline was about to start");
        }
    }

    private static List<Check> check(Config config) throws InterruptedException {
        try (Sink sink = new TypesenseSink(config.sink())) {
            return StartChecks.findings(config, Connectors.create(config), sink);
        }
    }

    /**
     * Ends the pipeline in order and starts another one, which resumes from the stored offset: it publishes the added tables, then its
     * engine starts, then their first rows are read. A load that was interrupted continues.
     */
    private void replace(NewTables.Found found, PatternWatch searching)
            throws StartupException, IOException, InterruptedException {
        log.info("{} match a pattern: the pipeline starts again with them, all others resume", found.added());
        closeForNext();
        try {
            start(Objects.requireNonNull(found.next()));
        } catch (StartupException | IOException e) {
            log.error("the start with {} failed, starting without: {}", found.added(), e.getMessage());
            searching.postpone(found.added(), String.valueOf(e.getMessage()));
            start(Objects.requireNonNull(found.without()));
        }
    }

    private void start(Config config) throws StartupException, IOException, InterruptedException {
        synchronized (this) {
            if (closed) {
                throw new InterruptedException("closed while tables were added");
            }
            current = current(config);
        }
        pipeline().start();
    }

    /** Returns all routes that its port answers. */
    public List<Route> routes() {
        return routes;
    }

    /** Returns the pipeline that runs, or the last one that did. */
    public Pipeline pipeline() {
        return current.pipeline();
    }

    /** Returns the status of the pipeline that runs. */
    public PipelineStatus status() {
        return pipeline().status();
    }

    /** Returns its metrics, under Micrometer's names. */
    public PrometheusMeterRegistry registry() {
        return registry;
    }

    /** Returns the address of the pages, without a slash at the end. */
    public String address() {
        return address;
    }

    /** Stops the pipeline in order, then the port if it is the service's own. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        try {
            pipeline().close();
        } finally {
            if (own != null) {
                own.close();
            }
            page.close();
            runtime.close();
        }
    }
}
