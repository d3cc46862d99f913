package dev.tidemark.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.config.Config;
import dev.tidemark.health.Health;
import dev.tidemark.health.PipelineStatus;
import dev.tidemark.metrics.PipelineMetrics;
import dev.tidemark.metrics.Statuses;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpEndpointTest {

    private static final int CLIENTS = 8;

    private static final List<String> MALFORMED = List.of(
            "GET / HTTP/9\r\n: :\r\n\r\n",
            "GET %%% HTTP/1.1\r\n\r\n",
            "POST /api/pause HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
            "POST /api/pause HTTP/1.1\r\nContent-Length: 99999999999999\r\n\r\n{",
            "POST /api/pause HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            "GET mailto:x HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /" + "a".repeat(20_000) + " HTTP/1.1\r\n\r\n");

    private final Health health = new Health();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final HttpClient client = HttpClient.newHttpClient();
    private boolean live = true;
    private HttpEndpoint endpoint;

    @BeforeEach
    void start() throws IOException {
        new PipelineMetrics(registry, "shop");
        endpoint = HttpEndpoint.start(new Config.Http("127.0.0.1", 0, null), routes());
    }

    private List<Route> routes() {
        return Pages.of(registry, () -> health, () -> live, HttpEndpointTest::status);
    }

    @AfterEach
    void stop() {
        endpoint.close();
    }

    private static PipelineStatus status() {
        return Statuses.status()
                .collections(List.of(new PipelineStatus.Collection("public.products", "products", 1, 5, 2, 3, 4, 9)))
                .tables(List.of(new PipelineStatus.Table("public.products", 12, null, 0, -1, false)))
                .build();
    }

    private HttpResponse<String> send(String method, String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + endpoint.port() + path);
        return client.send(
                HttpRequest.newBuilder(uri)
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void ready_answers503WithReasonAndHint_untilAllPartsAreWell() throws Exception {
        health.set(Health.Part.SOURCE, null);
        health.set(Health.Part.SINK, new Health.Condition("Typesense is away", "start it"));
        HttpResponse<String> down = send("GET", "/health/ready");
        assertThat(down.statusCode()).isEqualTo(503);
        assertThat(down.body())
                .startsWith("{\"status\":\"DOWN\",\"reasons\":[{\"part\":\"sink\",\"message\":\"Typesense is away\","
                        + "\"hint\":\"start it\",\"since\":\"2")
                .endsWith("Z\"}]}");
        health.set(Health.Part.SINK, null);
        assertThat(send("GET", "/health/ready").statusCode()).isEqualTo(200);
    }

    @Test
    void live_followsTheThreads() throws Exception {
        assertThat(send("GET", "/health/live").statusCode()).isEqualTo(200);
        live = false;
        assertThat(send("GET", "/health/live").statusCode()).isEqualTo(503);
    }

    @Test
    void metricsAndStatus_areServed() throws Exception {
        assertThat(send("GET", "/metrics").body()).contains("tidemark_flush_seconds_count{pipeline=\"shop\"}");
        HttpResponse<String> status = send("GET", "/api/status");
        assertThat(status.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(status.body())
                .contains("\"pipeline\":\"shop\"", "\"capacityChanges\":2", "\"updated\":5", "\"deadLetters\":4");
    }

    @Test
    void oddRequests_getAnAnswerOfTheirOwn() throws Exception {
        assertThat(send("GET", "/nothing").statusCode()).isEqualTo(404);
        HttpResponse<String> post = send("POST", "/metrics");
        assertThat(post.statusCode()).isEqualTo(405);
        assertThat(post.headers().firstValue("allow")).hasValue("GET, HEAD");
        assertThat(send("HEAD", "/metrics").statusCode()).isEqualTo(200);
    }

    @Test
    void malformedRequests_leaveItAnswering() throws Exception {
        // Most of the time is spent waiting for a connection, so several clients send at the same time.
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<?>> sending = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                Random random = new Random(client);
                sending.add(clients.submit(() -> sendMalformed(random, 10_000 / CLIENTS)));
            }
            for (Future<?> each : sending) {
                each.get();
            }
        } finally {
            clients.shutdownNow();
        }
        assertThat(send("GET", "/health/live").statusCode()).isEqualTo(200);
    }

    private void sendMalformed(Random random, int requests) {
        for (int i = 0; i < requests; i++) {
            byte[] junk = new byte[1 + random.nextInt(200)];
            random.nextBytes(junk);
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), endpoint.port());
                    OutputStream out = socket.getOutputStream()) {
                out.write(
                        i % 2 == 0 ? junk : MALFORMED.get(i % MALFORMED.size()).getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                assertThat(e).as("cut off by the server, which is fine").isInstanceOf(SocketException.class);
            }
        }
    }

    @Test
    void start_namesTheAddress_whenThePortIsTaken() {
        Config.Http taken = new Config.Http("127.0.0.1", endpoint.port(), null);
        assertThatThrownBy(() -> HttpEndpoint.start(taken, routes()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("127.0.0.1:" + endpoint.port())
                .hasMessageContaining("http.port");
    }
}
