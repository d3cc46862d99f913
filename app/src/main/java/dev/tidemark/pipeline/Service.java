package dev.tidemark.pipeline;

import dev.tidemark.admin.AdminApi;
import dev.tidemark.config.Config;
import dev.tidemark.connector.Connector;
import dev.tidemark.http.HttpEndpoint;
import dev.tidemark.http.Pages;
import dev.tidemark.http.Route;
import dev.tidemark.logging.RunId;
import dev.tidemark.metrics.BuildInfo;
import dev.tidemark.metrics.DebeziumGauges;
import dev.tidemark.metrics.RuntimeGauges;
import dev.tidemark.page.StatusPage;
import dev.tidemark.sink.typesense.TypesenseSink;
import dev.tidemark.startup.Connectors;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One pipeline with its metrics and its pages: what {@code run} runs and {@code demo} shows. */
public final class Service implements AutoCloseable {

    private final PrometheusMeterRegistry registry = RuntimeGauges.registry();
    private final Pipeline pipeline;
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
        Connector connector = Connectors.create(config);
        pipeline = new Pipeline(config, connector, new TypesenseSink(config.sink()), registry);
        page = StatusPage.start(config.name(), pipeline::status);
        runtime = RuntimeGauges.bind(registry, config.name(), config.state());
        DebeziumGauges.bind(registry, connector.name(), config.name());
        own = ownsPort ? port : null;
        address = config.http().scheme() + "://" + config.http().address() + ":" + port.port();
        routes = routes(config);
        Gauge.builder("tidemark.run.info", () -> 1)
                .description("Always 1; its labels contain the run and the version")
                .tags("pipeline", config.name(), "run", RunId.value(), "version", BuildInfo.text())
                .register(registry);
        port.serve(routes);
    }

    private List<Route> routes(Config config) {
        List<Route> all = new ArrayList<>(Pages.of(registry, pipeline.health(), pipeline::isLive, pipeline::status));
        all.addAll(new AdminApi(config, pipeline::operations).routes());
        all.addAll(page.routes());
        return List.copyOf(all);
    }

    /** Returns all routes that its port answers. */
    public List<Route> routes() {
        return routes;
    }

    public Pipeline pipeline() {
        return pipeline;
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
        try {
            pipeline.close();
        } finally {
            if (own != null) {
                own.close();
            }
            page.close();
            runtime.close();
        }
    }
}
