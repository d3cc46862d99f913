package dev.tidemark.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tidemark.http.Answer;
import dev.tidemark.http.HttpEndpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The page with answers of the API that a test sets: states that a real service is seldom in, and answers it never gives. */
final class CannedService implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, Answer> files = PageFiles.load();
    private final Map<String, Object> answers = new ConcurrentHashMap<>();
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final List<String> secret = new CopyOnWriteArrayList<>();
    private volatile String token = "";

    /** A call that changes something. */
    record Call(String path, String authorization, JsonNode body) {}

    CannedService() throws IOException {
        this(0);
    }

    CannedService(int port) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    String address() {
        return "http://127.0.0.1:" + port() + "/";
    }

    /** What a path answers from now on; 404 without. */
    CannedService answer(String path, Object json) {
        answers.put(path, json);
        return this;
    }

    /** Changing calls need this token from now on. */
    void requireToken(String needed) {
        token = needed;
    }

    /** Reading this needs the token, too. */
    void requireTokenFor(String path) {
        secret.add(path);
    }

    List<Call> calls() {
        return calls;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            Answer file = files.get(path);
            exchange.getResponseHeaders().set("Content-Security-Policy", HttpEndpoint.CONTENT_POLICY);
            if (file != null) {
                exchange.getResponseHeaders().set("Content-Type", file.type());
                send(exchange, 200, file.body());
                return;
            }
            boolean change = exchange.getRequestMethod().equals("POST") || path.equals("/api/log-level");
            String given =
                    Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst("Authorization"), "");
            if (change) {
                calls.add(new Call(path, given, JSON.readTree(exchange.getRequestBody())));
            }
            boolean guarded = change || secret.contains(path);
            if (guarded && !token.isEmpty() && !given.equals("Bearer " + token)) {
                sendJson(exchange, 401, Map.of("error", "this needs the token", "hint", "send it"));
            } else if (answers.containsKey(path)) {
                sendJson(exchange, 200, answers.get(path));
            } else {
                sendJson(exchange, 404, Map.of("error", "there is nothing here", "hint", "see /"));
            }
        }
    }

    private static void sendJson(HttpExchange exchange, int status, Object value) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        byte[] body =
                value instanceof String text ? text.getBytes(StandardCharsets.UTF_8) : JSON.writeValueAsBytes(value);
        send(exchange, status, body);
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
