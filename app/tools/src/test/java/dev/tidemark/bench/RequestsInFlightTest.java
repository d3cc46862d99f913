package dev.tidemark.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RequestsInFlightTest {

    private final ExecutorService threads = Executors.newCachedThreadPool();
    /** Lets a request be answered only when another one is being handled. */
    private final CyclicBarrier pair = new CyclicBarrier(2);

    private final AtomicInteger now = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/pairs", exchange -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            try {
                pair.await(30, TimeUnit.SECONDS);
            } catch (Exception e) {
                throw new IOException(e);
            } finally {
                now.decrementAndGet();
            }
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.createContext("/rejected", exchange -> {
            byte[] body =
                    "{\"success\":true}\n{\"success\":false,\"error\":\"bad price\"}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.createContext("/failing", exchange -> {
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path))
                .build();
    }

    @Test
    void two_areInFlight_andNeverMore() throws Exception {
        RequestsInFlight requests = new RequestsInFlight(2);
        for (int i = 0; i < 10; i++) {
            requests.send(request("/pairs"));
        }
        requests.join();
        assertThat(most).hasValue(2);
    }

    @Test
    void rejectedLine_isAnError() throws Exception {
        RequestsInFlight requests = new RequestsInFlight(2);
        requests.send(request("/rejected"));
        assertThatThrownBy(requests::join).isInstanceOf(IOException.class).hasMessageContaining("bad price");
    }

    @Test
    void otherStatus_isAnError() throws Exception {
        RequestsInFlight requests = new RequestsInFlight(2);
        requests.send(request("/failing"));
        assertThatThrownBy(requests::join).isInstanceOf(IOException.class).hasMessageContaining("503");
    }
}
