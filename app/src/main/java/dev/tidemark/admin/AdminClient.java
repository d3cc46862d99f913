package dev.tidemark.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidemark.config.Config;
import dev.tidemark.connector.Secret;
import dev.tidemark.connector.tls.Identity;
import dev.tidemark.connector.tls.Pinned;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Client of the API of a configuration's running service. */
public final class AdminClient {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final Duration ANSWER = Duration.ofSeconds(40);

    /** The service has rejected a request; its message is for the operator. */
    public static final class Rejected extends IOException {

        private static final long serialVersionUID = 1;

        private final int status;

        Rejected(int status, String message) {
            super(message);
            this.status = status;
        }

        /** Returns the HTTP status. */
        public int status() {
            return status;
        }
    }

    private final Config config;
    private final String base;
    private final HttpClient http;

    private AdminClient(Config config) {
        this.config = config;
        HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(CONNECT);
        Identity shown = config.http().tls();
        this.http = (shown == null ? builder : builder.sslContext(Pinned.to(shown))).build();
        this.base = config.http().scheme() + "://" + reachable(config.http().address()) + ":"
                + config.http().port();
    }

    /**
     * Finds the service, and verifies that it is this pipeline's before anything else is sent, in particular the token.
     *
     * @throws IOException with a sentence for the operator if it is not running or does not answer
     */
    public static AdminClient connect(Config config) throws IOException, InterruptedException {
        if (config.http().port() == 0) {
            throw new IOException("http.port is 0, so the port of the running service is not known: set one");
        }
        AdminClient client = new AdminClient(config);
        String pipeline =
                client.send("GET", "/api/status", null, false).path("pipeline").asText();
        if (!pipeline.equals(config.name())) {
            throw new IOException("the service at " + client.base + " is pipeline '" + pipeline + "', not '"
                    + config.name() + "': correct http.address and http.port");
        }
        return client;
    }

    /** Returns the address to connect to: loopback if the service listens on every address; IPv6 addresses in brackets. */
    private static String reachable(String address) {
        if (address.equals("0.0.0.0")) {
            return "127.0.0.1";
        }
        if (address.equals("::") || address.equals("[::]")) {
            return "[::1]";
        }
        return address.indexOf(':') >= 0 && !address.startsWith("[") ? "[" + address + "]" : address;
    }

    /**
     * Sends a GET request.
     *
     * @throws IOException with a sentence for the operator if the service does not answer, or rejects the request
     */
    public JsonNode get(String pathAndQuery) throws IOException, InterruptedException {
        return send("GET", pathAndQuery, null, true);
    }

    /**
     * Asks it to do something.
     *
     * @throws IOException as {@link #get}
     */
    public JsonNode post(String path, ObjectNode body) throws IOException, InterruptedException {
        return send("POST", path, body, true);
    }

    /**
     * Sets something.
     *
     * @throws IOException as {@link #get}
     */
    public JsonNode put(String path, ObjectNode body) throws IOException, InterruptedException {
        return send("PUT", path, body, true);
    }

    /**
     * Ends or removes something.
     *
     * @throws IOException as {@link #get}
     */
    public JsonNode delete(String path) throws IOException, InterruptedException {
        return send("DELETE", path, null, true);
    }

    private JsonNode send(
            String method, String pathAndQuery, @org.jspecify.annotations.Nullable ObjectNode body, boolean withToken)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + pathAndQuery))
                .timeout(ANSWER)
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body.toString(), StandardCharsets.UTF_8));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        Secret token = config.http().token();
        if (withToken && token != null) {
            request.header("Authorization", "Bearer " + token.reveal());
        }
        HttpResponse<String> response;
        try {
            response = http.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IOException(
                    config.name() + " does not answer at " + base + " ("
                            + e.getClass().getSimpleName()
                            + "): is the service running, with this http.address and http.port?",
                    e);
        }
        return answer(response);
    }

    private JsonNode answer(HttpResponse<String> response) throws IOException {
        JsonNode answer;
        try {
            answer = JSON.readTree(response.body());
        } catch (JsonProcessingException e) {
            throw new IOException("what answers at " + base + " is not a tidemark service (HTTP "
                    + response.statusCode() + "): correct http.address and http.port");
        }
        if (response.statusCode() >= 400) {
            throw new Rejected(
                    response.statusCode(),
                    answer.path("error").asText("HTTP " + response.statusCode()) + "; "
                            + answer.path("hint").asText());
        }
        return answer;
    }
}
