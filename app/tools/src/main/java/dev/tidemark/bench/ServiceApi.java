package dev.tidemark.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Client of a measured service on this machine. */
final class ServiceApi {

    private static final Duration TIMEOUT = Duration.ofSeconds(40);

    private final ObjectMapper mapper = new ObjectMapper();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final int port;

    ServiceApi(int port) {
        this.port = port;
    }

    /** Returns the status; a missing node as long as the service does not listen. */
    JsonNode status() throws InterruptedException {
        try {
            return mapper.readTree(send(request("/api/status").GET()));
        } catch (IOException notYet) {
            return MissingNode.getInstance();
        }
    }

    /** Returns what the status shows of the loads of this table that were requested, ended ones among them. */
    List<JsonNode> loads(String table) throws InterruptedException {
        JsonNode status = status();
        List<JsonNode> found = new ArrayList<>();
        // An earlier version that is measured has the second one only.
        for (JsonNode load : status.has("loads") ? status.path("loads") : status.path("tableSnapshots")) {
            if (load.path("table").asText().equals(table)) {
                found.add(load);
            }
        }
        return found;
    }

    /** Requests a load of the table, by the name that earlier versions have, too; it is accepted when this returns. */
    void load(String table) throws IOException, InterruptedException {
        post("/api/snapshot", Map.of("table", table));
    }

    /** Lets everything become durable that was received. */
    void flush() throws IOException, InterruptedException {
        post("/api/flush", Map.of());
    }

    private void post(String path, Map<String, String> body) throws IOException, InterruptedException {
        send(request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(mapper.writeValueAsString(body))));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(TIMEOUT);
    }

    private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
        if (response.statusCode() >= 400) {
            throw new IOException("the service answered " + response.statusCode() + " to "
                    + response.request().uri() + ": " + response.body());
        }
        return response.body();
    }
}
