package dev.tidemark;

import dev.tidemark.admin.AdminApi;
import dev.tidemark.config.Config;
import dev.tidemark.connector.Connector;
import dev.tidemark.http.HttpEndpoint;
import dev.tidemark.http.Pages;
import dev.tidemark.http.Route;
import dev.tidemark.metrics.DebeziumGauges;
import dev.tidemark.metrics.RuntimeGauges;
import dev.tidemark.page.StatusPage;
import dev.tidemark.sink.typesense.TypesenseSink;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** One pipeline with its metrics and its pages: what {@code run} runs and {@code demo} shows. */
public final class Service implements AutoCloseable {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Pipeline pipeline;
    private final RuntimeGauges runtime;
    private final StatusPage page;
    private final HttpEndpoint pages;
    private final String address;

    /**
     * Makes a service; its pages answer from now on, so that a start which waits can be watched.
     *
     * @throws IOException where the port cannot be taken; the message is for the operator
     */
    public Service(Config config) throws IOException {
        Connector connector = ConfigOption.connector(config);
        pipeline = new Pipeline(config, connector, new TypesenseSink(config.sink()), registry);
        page = StatusPage.start(config.name(), pipeline::status);
        List<Route> routes = new ArrayList<>(Pages.of(registry, pipeline.health(), pipeline::isLive, pipeline::status));
        routes.addAll(new AdminApi(config, pipeline::operations).routes());
        routes.addAll(page.routes());
        try {
            pages = HttpEndpoint.start(config.http(), routes);
        } catch (IOException e) {
            page.close();
            throw e;
        }
        address = config.http().scheme() + "://" + config.http().address() + ":" + pages.port();
        runtime = RuntimeGauges.bind(registry, config.name(), config.state());
        DebeziumGauges.bind(registry, connector.name(), config.name());
    }

    public Pipeline pipeline() {
        return pipeline;
    }

    /** Its metrics, under Micrometer's names. */
    public PrometheusMeterRegistry registry() {
        return registry;
    }

    /** Where the pages are, without a slash at the end. */
    public String address() {
        return address;
    }

    /** Stops the pipeline in order, then the pages. */
    @Override
    public void close() {
        try {
            pipeline.close();
        } finally {
            pages.close();
            page.close();
            runtime.close();
        }
    }
}
