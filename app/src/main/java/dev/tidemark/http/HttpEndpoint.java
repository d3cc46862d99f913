package dev.tidemark.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.tidemark.config.Config;
import dev.tidemark.connector.tls.Identity;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves routes over HTTP or HTTPS. It has a few threads of its own, so that a slow client delays neither the pipeline nor, for
 * long, another client.
 */
public final class HttpEndpoint implements AutoCloseable {

    /**
     * Content policy for browsers: nothing from other hosts, no inline scripts, no text turned into HTML (trusted
     * types), no frame around it. Rows hold users' data, and the status page shows their errors.
     */
    public static final String CONTENT_POLICY = "default-src 'self'; base-uri 'none'; form-action 'none'; "
            + "frame-ancestors 'none'; object-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    private static final Logger log = LoggerFactory.getLogger(HttpEndpoint.class);
    private static final int THREADS = 16;
    private static final int WAITING = 64;
    private static final int MOST_BYTES = 64 * 1024;
    private static final String MAX_REQUEST_SECONDS = "3";
    private static final String MAX_RESPONSE_SECONDS = "30";
    private static final String OPEN = "{}";

    private final HttpServer server;
    private final ThreadPoolExecutor threads;
    private final Guard guard;
    /** By path, without the name of an open segment, then by method. */
    private volatile Map<String, Map<String, Route>> routes;

    private HttpEndpoint(HttpServer server, Guard guard, List<Route> all) {
        this.server = server;
        this.guard = guard;
        this.routes = byPath(all);
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
     * Starts to listen.
     *
     * @throws IOException with a sentence for the operator if the address cannot be listened on
     */
    public static HttpEndpoint start(Config.Http http, List<Route> routes) throws IOException {
        // Read once by the JDK's server: a client that sends or reads nothing is cut off.
        System.setProperty("sun.net.httpserver.maxReqTime", MAX_REQUEST_SECONDS);
        System.setProperty("sun.net.httpserver.maxRspTime", MAX_RESPONSE_SECONDS);
        // Else every answer on a reused connection waits some 40 ms for an acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        HttpServer server;
        try {
            server = server(http.tls(), new InetSocketAddress(http.address(), http.port()));
        } catch (SocketException | IllegalArgumentException e) {
            throw new IOException(
                    "cannot listen on " + http.address() + ":" + http.port() + " (" + e.getMessage()
                            + "): another program may have the port; set http.address and http.port",
                    e);
        }
        Guard guard = new Guard(http, server.getAddress().getAddress());
        HttpEndpoint endpoint = new HttpEndpoint(server, guard, routes);
        if (guard.needsToken()) {
            log.warn(
                    "http.address {} is not loopback and http.token is not set: metrics and health are served, rows, the"
                            + " configuration and changes are forbidden; set http.token (openssl rand -hex 24)",
                    http.address());
        }
        server.start();
        return endpoint;
    }

    /** Replaces the routes: from now on these are answered, and no others. */
    public void serve(List<Route> all) {
        routes = byPath(all);
    }

    private static Map<String, Map<String, Route>> byPath(List<Route> all) {
        Map<String, Map<String, Route>> byPath = new LinkedHashMap<>();
        for (Route route : all) {
            String prefix = route.prefix();
            String key = prefix == null ? route.path() : prefix + OPEN;
            byPath.computeIfAbsent(key, path -> new LinkedHashMap<>()).put(route.method(), route);
        }
        if (!byPath.containsKey("/")) {
            String index = all.stream().map(Route::path).distinct().collect(Collectors.joining("\n")) + "\n/\n";
            Route listing = Route.get("/", Access.OPEN, request -> Answer.text("text/plain; charset=utf-8", index));
            byPath.put("/", Map.of(listing.method(), listing));
        }
        return byPath;
    }

    /** @param tls read now, and not again */
    private static HttpServer server(@Nullable Identity tls, InetSocketAddress address) throws IOException {
        if (tls == null) {
            return HttpServer.create(address, 0);
        }
        SSLContext context = tls.serverContext();
        HttpsServer server = HttpsServer.create(address, 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        return server;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) {
        try (exchange) {
            Answer answer = answer(exchange);
            Headers headers = exchange.getResponseHeaders();
            headers.set("Content-Type", answer.type());
            headers.set("Cache-Control", "no-store");
            headers.set("X-Content-Type-Options", "nosniff");
            headers.set("Content-Security-Policy", CONTENT_POLICY);
            boolean head = exchange.getRequestMethod().equals("HEAD");
            int length = answer.body().length;
            exchange.sendResponseHeaders(answer.status(), head || length == 0 ? -1 : length);
            if (!head) {
                exchange.getResponseBody().write(answer.body());
            }
        } catch (IOException e) {
            log.debug("a client went away: {}", e.getMessage());
        }
    }

    private Answer answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        try {
            return answer(route(exchange), exchange);
        } catch (HttpProblem e) {
            if (e.status() == 401) {
                exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
            }
            return Answer.error(e.status(), String.valueOf(e.getMessage()), e.hint());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Answer.error(503, "the service is stopping", "try again when it runs");
        } catch (RuntimeException e) {
            log.error("{} could not be answered", path, e);
            return Answer.error(500, "this is a fault of Tidemark", "see the log, and please report it");
        }
    }

    private Route route(HttpExchange exchange) throws HttpProblem {
        Map<String, Route> byMethod = routes.get(exchange.getRequestURI().getPath());
        if (byMethod == null) {
            String encoded = exchange.getRequestURI().getRawPath(); // a slash of a name is not one of the path
            byMethod = routes.get(encoded.substring(0, encoded.lastIndexOf('/') + 1) + OPEN);
        }
        if (byMethod == null) {
            throw new HttpProblem(404, "there is nothing here", "see / for what there is");
        }
        String method = exchange.getRequestMethod();
        Route route = byMethod.get(method.equals("HEAD") ? "GET" : method);
        if (route == null) {
            String allowed = String.join(", ", byMethod.keySet()).replace("GET", "GET, HEAD");
            exchange.getResponseHeaders().set("Allow", allowed);
            throw new HttpProblem(405, method + " is not answered here", "use one of " + allowed);
        }
        return route;
    }

    private Answer answer(Route route, HttpExchange exchange) throws HttpProblem, IOException, InterruptedException {
        Headers headers = exchange.getRequestHeaders();
        boolean seesRows =
                guard.admit(route.access(), exchange.getRemoteAddress().getAddress(), headers);
        byte[] body = route.access() == Access.CHANGE ? body(exchange) : new byte[0];
        Request request = Request.of(exchange.getRequestURI().getRawQuery(), body, last(route, exchange), seesRows);
        if (route.access() == Access.CHANGE) {
            log.info("{} {} from {}", route.method(), route.path(), exchange.getRemoteAddress());
        }
        return route.handler().answer(request);
    }

    private static String last(Route route, HttpExchange exchange) {
        String prefix = route.prefix();
        return prefix == null
                ? ""
                : URI.create(exchange.getRequestURI().getRawPath().substring(prefix.length() - 1))
                        .getPath()
                        .substring(1);
    }

    private static byte[] body(HttpExchange exchange) throws HttpProblem, IOException {
        byte[] body = exchange.getRequestBody().readNBytes(MOST_BYTES + 1);
        if (body.length > MOST_BYTES) {
            throw new HttpProblem(413, "the body is larger than " + MOST_BYTES + " bytes", "send less at a time");
        }
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        // A form of another site's page can send no JSON.
        if ((type != null || body.length > 0) && !isJson(type == null ? "" : type)) {
            throw new HttpProblem(415, "the body is not sent as JSON", "send 'Content-Type: application/json'");
        }
        return body;
    }

    private static boolean isJson(String type) {
        return type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals("application/json");
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
