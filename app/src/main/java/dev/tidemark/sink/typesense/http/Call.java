package dev.tidemark.sink.typesense.http;

import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * One request, before it is known which node it goes to.
 *
 * @param path path and query, already percent-encoded; sent as it is
 * @param deadline how long headers and body of the answer together may take
 */
public record Call(String method, String path, BodyPublisher body, Duration deadline) {

    public static Call get(String path, Duration deadline) {
        return new Call("GET", path, BodyPublishers.noBody(), deadline);
    }

    public static Call delete(String path, Duration deadline) {
        return new Call("DELETE", path, BodyPublishers.noBody(), deadline);
    }

    public static Call json(String method, String path, String body, Duration deadline) {
        return new Call(method, path, BodyPublishers.ofString(body, StandardCharsets.UTF_8), deadline);
    }

    /** Returns a text for messages: without the query, which may be kilobytes of ids. */
    @Override
    public String toString() {
        int query = path.indexOf('?');
        String shown = query < 0 ? path : path.substring(0, query);
        return method + " " + (shown.length() > 200 ? shown.substring(0, 200) + "..." : shown);
    }
}
