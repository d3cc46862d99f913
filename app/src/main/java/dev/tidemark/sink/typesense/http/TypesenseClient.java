package dev.tidemark.sink.typesense.http;

import dev.tidemark.config.Config;
import dev.tidemark.connector.Secret;
import dev.tidemark.connector.tls.Tls;
import dev.tidemark.connector.tls.TlsFailure;
import dev.tidemark.sink.typesense.http.TransportException.Stage;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sends one request to one node and returns the answer, or reports how far it came. It judges no status and retries nothing.
 * Pinned to HTTP/1.1: Typesense supports it best, and one broken connection then costs one request. Redirects are not followed: a
 * write must not end up on a server that is not configured. Thread-safe.
 */
public final class TypesenseClient {

    private static final Duration CONNECT = Duration.ofSeconds(5);

    private final Secret apiKey;
    private final @Nullable Tls tls;
    private final HttpClient http;

    /** @throws dev.tidemark.connector.tls.PemException if the configured authorities cannot be read */
    public TypesenseClient(Config.Typesense config) {
        this.apiKey = config.apiKey();
        this.tls = config.tls();
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT);
        http = (tls == null ? builder : builder.sslContext(tls.context())).build();
    }

    /** Waits for the full answer, headers and body, no longer than the call's deadline; an interrupt cancels it. */
    public Answer send(URI node, Call call) throws TransportException, InterruptedException {
        HttpResponse<byte[]> response = exchange(node, call, BodyHandlers.ofByteArray());
        return new Answer(node, call, response.statusCode(), response.body());
    }

    /**
     * Sends a request as {@link #send} does, with the body handled by {@code handler}; the deadline ends when the handler's body
     * begins.
     */
    <T> HttpResponse<T> exchange(URI node, Call call, BodyHandler<T> handler)
            throws TransportException, InterruptedException {
        Exchange<T> exchange = start(node, call, handler);
        try {
            // HttpRequest.timeout covers the headers only, so a server that stalls in the body would hold us
            // indefinitely.
            return exchange.await(call.deadline());
        } finally {
            exchange.cancel(); // Closes the connection if the answer is not complete; else does nothing.
        }
    }

    /** Sends a request and returns at once. It has no deadline of its own: the caller waits for it and cancels it. */
    <T> Exchange<T> start(URI node, Call call, BodyHandler<T> handler) {
        HttpRequest request = HttpRequest.newBuilder(address(node, call))
                .method(call.method(), call.body())
                .header("X-TYPESENSE-API-KEY", apiKey.reveal())
                .header("Content-Type", "application/json")
                .build();
        return new Exchange<>(node, call, http.sendAsync(request, handler), cause -> failure(node, call, cause));
    }

    private TransportException failure(URI node, Call call, Throwable cause) {
        Optional<TlsFailure> distrust = TlsFailure.of(cause, "Typesense on " + node, tls, "sink.typesense.tls");
        return distrust.isPresent()
                ? new TransportException(distrust.get(), node, call, cause)
                : new TransportException(stage(node, cause), node, call, cause);
    }

    /** Returns the address of a call. The text is joined, not resolved: URI.resolve would normalise dots away. */
    private static URI address(URI node, Call call) {
        String base = node.toString();
        return URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + call.path());
    }

    private static Stage stage(URI node, Throwable failure) {
        if (failure instanceof HttpConnectTimeoutException) {
            return Stage.NOT_CONNECTED;
        }
        if (failure instanceof ConnectException) {
            return refused(node) ? Stage.REFUSED : Stage.NOT_CONNECTED;
        }
        return Stage.BROKEN;
    }

    /**
     * Returns whether the node refuses connections. The JDK's client throws ClosedChannelException for "refused" and for "no
     * route" alike (seen on 17), so a socket connects again: only a refused connection proves that no process is left which could
     * still run an earlier request.
     */
    private static boolean refused(URI node) {
        int port = node.getPort() >= 0 ? node.getPort() : "https".equals(node.getScheme()) ? 443 : 80;
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(node.getHost(), port), 1_000);
            return false;
        } catch (IOException e) {
            String message = e.getMessage();
            return message != null && message.contains("refused");
        }
    }
}
