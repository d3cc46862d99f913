package dev.tidemark.testkit.typesense;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Plain requests to a Typesense server, apart from the client under test. Paths start with a slash and are sent as they
 * are, already percent-encoded; answers are the raw JSON. A status of 400 or more is an {@link IllegalStateException}
 * with status and answer, an unreachable server an {@link UncheckedIOException}.
 */
public final class TypesenseAdmin {

    private final HttpClient http;
    private final URI uri;
    private final String apiKey;
    private final Duration timeout;

    /** Talks to the server at {@code uri}, with a deadline of 60 s per request. */
    public TypesenseAdmin(URI uri, String apiKey) {
        this(uri, apiKey, Duration.ofSeconds(60));
    }

    /** Talks to the server at {@code uri}, with this deadline per request. */
    TypesenseAdmin(URI uri, String apiKey, Duration timeout) {
        this(uri, apiKey, timeout, null);
    }

    TypesenseAdmin(URI uri, String apiKey, Duration timeout, @Nullable SSLContext trust) {
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(30));
        this.http = (trust == null ? builder : builder.sslContext(trust)).build();
        this.uri = uri;
        this.apiKey = apiKey;
        this.timeout = timeout;
    }

    public String get(String path) {
        return send("GET", path, "");
    }

    public String post(String path, String body) {
        return send("POST", path, body);
    }

    public String put(String path, String body) {
        return send("PUT", path, body);
    }

    public String patch(String path, String body) {
        return send("PATCH", path, body);
    }

    public String delete(String path) {
        return send("DELETE", path, "");
    }

    /** Upserts documents, each one JSON object; every one must be accepted. */
    public void upsert(String collection, List<String> documents) {
        String answer =
                post("/collections/" + collection + "/documents/import?action=upsert", String.join("\n", documents));
        answer.lines()
                .filter(line -> !line.contains("\"success\":true"))
                .findFirst()
                .ifPresent(line -> {
                    throw new IllegalStateException("Typesense rejected a document: " + line);
                });
    }

    /** Returns every document of the collection, one JSON object each. */
    public List<String> export(String collection) {
        return get("/collections/" + collection + "/documents/export")
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
    }

    /** Returns the answer's status, also that of an error. */
    public int status(String method, String path) {
        return exchange(method, path, "").statusCode();
    }

    private String send(String method, String path, String body) {
        HttpResponse<String> response = exchange(method, path, body);
        if (response.statusCode() >= 400) {
            throw new IllegalStateException(
                    method + " " + path + " was answered " + response.statusCode() + ": " + response.body());
        }
        return response.body();
    }

    private HttpResponse<String> exchange(String method, String path, String body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(uri + path))
                .timeout(timeout)
                .header("X-TYPESENSE-API-KEY", apiKey)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        try {
            return http.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path + " failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted during " + method + " " + path, e);
        }
    }
}
