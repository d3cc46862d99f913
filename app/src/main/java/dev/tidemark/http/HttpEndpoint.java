package dev.tidemark.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tidemark.config.Config;
import dev.tidemark.metrics.Health;
import dev.tidemark.metrics.PipelineStatus;
import dev.tidemark.page.StatusPage;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Metrics, health and status over HTTP; reading only. Its own few threads, so that a slow client holds up neither the
 * pipeline nor, for long, another client.
 */
public final class HttpEndpoint implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(HttpEndpoint.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int THREADS = 16;
    private static final int WAITING = 64;
    private static final String MAX_REQUEST_SECONDS = "3";
    private static final String MAX_RESPONSE_SECONDS = "30";

    private final HttpServer server;
    private final ThreadPoolExecutor threads;
    private final Map<String, Page> pages;

    /** An answer of one path. */
    private record Answer(int status, String type, byte[] body) {
        static Answer json(int status, Object value) throws IOException {
            return new Answer(status, "application/json", JSON.writeValueAsBytes(value));
        }
    }

    @FunctionalInterface
    private interface Page {
        Answer answer() throws IOException;
    }

    private HttpEndpoint(HttpServer server, Map<String, Page> pages) {
        this.server = server;
        this.pages = pages;
        this.threads = new ThreadPoolExecutor(
                THREADS, THREADS, 1, TimeUnit.MINUTES, new ArrayBlockingQueue<>(WAITING), task -> {
                    Thread thread = new Thread(task, "http");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
    }

    /**
     * Listens from now on.
     *
     * @param live whether the pipeline's threads make progress
     * @param page what {@code /} shows
     * @throws IOException with a sentence for the operator where the address cannot be listened on
     */
    public static HttpEndpoint start(
            Config.Http http,
            PrometheusMeterRegistry registry,
            Health health,
            BooleanSupplier live,
            Supplier<PipelineStatus> status,
            StatusPage page)
            throws IOException {
        // Read once by the JDK's server: a client that sends or reads nothing is cut off.
        System.setProperty("sun.net.httpserver.maxReqTime", MAX_REQUEST_SECONDS);
        System.setProperty("sun.net.httpserver.maxRspTime", MAX_RESPONSE_SECONDS);
        // Else every answer on a reused connection waits some 40 ms for an acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        HttpServer server;
        try {
            server = HttpServer.create(new InetSocketAddress(http.address(), http.port()), 0);
        } catch (SocketException | IllegalArgumentException e) {
            throw new IOException(
                    "cannot listen on " + http.address() + ":" + http.port() + " (" + e.getMessage()
                            + "): another program may have the port; set http.address and http.port",
                    e);
        }
        Map<String, Page> pages = new LinkedHashMap<>();
        pages.put(
                "/metrics", () -> new Answer(200, "text/plain; version=0.0.4; charset=utf-8", utf8(registry.scrape())));
        pages.put("/health/live", () -> live(live.getAsBoolean()));
        pages.put("/health/ready", () -> ready(health.conditions()));
        pages.put("/api/status", () -> Answer.json(200, status.get()));
        pages.put("/api/history", () -> Answer.json(200, page.history()));
        page.files().forEach((path, file) -> pages.put(path, () -> new Answer(200, file.type(), file.bytes())));
        HttpEndpoint endpoint = new HttpEndpoint(server, pages);
        server.start();
        return endpoint;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    private static Answer live(boolean live) throws IOException {
        return Answer.json(live ? 200 : 503, Map.of("status", live ? "UP" : "DOWN"));
    }

    private static Answer ready(Map<Health.Part, Health.Condition> conditions) throws IOException {
        List<Map<String, String>> reasons = new ArrayList<>();
        conditions.forEach((part, condition) -> {
            Map<String, String> reason = new LinkedHashMap<>();
            reason.put("part", part.name().toLowerCase(Locale.ROOT));
            reason.put("message", condition.message());
            reason.put("hint", condition.hint());
            reasons.add(reason);
        });
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("status", reasons.isEmpty() ? "UP" : "DOWN");
        answer.put("reasons", reasons);
        return Answer.json(reasons.isEmpty() ? 200 : 503, answer);
    }

    private void handle(HttpExchange exchange) {
        try (exchange) {
            String method = exchange.getRequestMethod();
            Answer answer;
            if (!method.equals("GET") && !method.equals("HEAD")) {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                answer = error(405, "only GET and HEAD are answered here");
            } else {
                answer = answer(exchange.getRequestURI().getPath());
            }
            exchange.getResponseHeaders().set("Content-Type", answer.type);
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
            exchange.getResponseHeaders().set("Content-Security-Policy", StatusPage.POLICY);
            boolean head = method.equals("HEAD");
            exchange.sendResponseHeaders(answer.status, head || answer.body.length == 0 ? -1 : answer.body.length);
            if (!head) {
                exchange.getResponseBody().write(answer.body);
            }
        } catch (IOException e) {
            log.debug("a client went away: {}", e.getMessage());
        }
    }

    private Answer answer(String path) throws IOException {
        Page page = pages.get(path);
        if (page == null) {
            return error(404, "there is nothing here; see /");
        }
        try {
            return page.answer();
        } catch (RuntimeException e) {
            log.error("{} could not be answered", path, e);
            return error(500, "see the log");
        }
    }

    private static Answer error(int status, String message) throws IOException {
        return Answer.json(status, Map.of("error", message));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
