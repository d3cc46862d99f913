package dev.tidemark;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tidemark.config.Config;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** {@code /metrics}, {@code /health/*} and {@code /api/status}: reading only. */
final class StatusPages implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(2, task -> {
        Thread thread = new Thread(task, "tidemark-http");
        thread.setDaemon(true);
        return thread;
    });

    /** Makes the text of a page, with its status. */
    private interface Page {
        String write(int[] status) throws IOException;
    }

    private StatusPages(HttpServer server) {
        this.server = server;
    }

    static StatusPages open(Config.Http config, PrometheusMeterRegistry registry, Pipeline pipeline)
            throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getAllByName(config.address())[0], config.port());
        StatusPages pages;
        try {
            pages = new StatusPages(HttpServer.create(address, 0));
        } catch (IOException e) {
            throw new IOException(
                    "http: " + config.address() + ":" + config.port() + " cannot be taken: " + e.getMessage()
                            + "; set http.port to a free one (0 picks one)",
                    e);
        }
        pages.page("/metrics", "text/plain; version=0.0.4; charset=utf-8", status -> registry.scrape());
        pages.page(
                "/api/status",
                "application/json",
                status -> JSON.writerWithDefaultPrettyPrinter().writeValueAsString(pipeline.status()) + "\n");
        pages.page("/health/live", "text/plain; charset=utf-8", status -> {
            status[0] = pipeline.isLive() ? 200 : 503;
            return pipeline.isLive() ? "live\n" : "the pipeline has failed: see the log\n";
        });
        pages.page("/health/ready", "application/json", status -> {
            var conditions = pipeline.health().conditions();
            status[0] = conditions.isEmpty() ? 200 : 503;
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(conditions) + "\n";
        });
        pages.server.setExecutor(pages.threads);
        pages.server.start();
        return pages;
    }

    String address() {
        InetSocketAddress address = server.getAddress();
        return "http://" + address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    private void page(String path, String type, Page page) {
        server.createContext(path, exchange -> {
            try (exchange) {
                if (!exchange.getRequestURI().getPath().equals(path)) {
                    answer(exchange, 404, "text/plain", "not found\n");
                } else if (!exchange.getRequestMethod().equals("GET")) {
                    answer(exchange, 405, "text/plain", "only GET\n");
                } else {
                    int[] status = {200};
                    String text = page.write(status);
                    answer(exchange, status[0], type, text);
                }
            }
        });
    }

    private static void answer(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
