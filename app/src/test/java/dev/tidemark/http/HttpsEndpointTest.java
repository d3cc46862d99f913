package dev.tidemark.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tidemark.config.Config;
import dev.tidemark.connector.tls.Identity;
import dev.tidemark.connector.tls.Pinned;
import dev.tidemark.connector.tls.Tls;
import dev.tidemark.testkit.Certificates;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpsEndpointTest {

    private final Certificates certificates = new Certificates();
    private final Identity shown = identity("service", "dns:tidemark.internal");
    private HttpEndpoint endpoint;

    @BeforeEach
    void start() throws IOException {
        Route route = Route.get("/here", Access.OPEN, request -> Answer.text("text/plain", "yes"));
        endpoint = HttpEndpoint.start(new Config.Http("127.0.0.1", 0, null, shown), List.of(route));
    }

    @AfterEach
    void stop() {
        endpoint.close();
        certificates.close();
    }

    private Identity identity(String name, String host) {
        Certificates.Issued issued = certificates.issue(name, host);
        return new Identity(issued.certificate(), issued.key());
    }

    private String ask(SSLContext trust, String scheme) throws Exception {
        HttpClient client = HttpClient.newBuilder().sslContext(trust).build();
        URI uri = URI.create(scheme + "://127.0.0.1:" + endpoint.port() + "/here");
        HttpRequest request =
                HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(60)).build();
        return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    @Test
    void itIsAskedOverTlsOnly() throws Exception {
        assertThat(ask(Pinned.to(shown), "https")).isEqualTo("yes");
        assertThatThrownBy(() -> ask(Pinned.to(shown), "http")).isInstanceOf(IOException.class);
    }

    @Test
    void commandsTrustTheConfiguredCertificate_andNoOther() {
        Identity another = identity("another", "ip:127.0.0.1"); // of the same authority, and for the right host
        assertThatThrownBy(() -> ask(Pinned.to(another), "https"))
                .hasMessageContaining("another certificate than http.tls.certificate");
    }

    @Test
    void othersVerifyTheHost() {
        SSLContext byAuthority = new Tls(certificates.authority(), null).context();
        assertThatThrownBy(() -> ask(byAuthority, "https")).hasMessageContaining("No subject alternative names");
    }

    /** There are 16 threads, and a handshake holds one, but not for long. */
    @Test
    void stalledHandshakesAndJunk_leaveItAnswering() throws Exception {
        List<Socket> stalled = new ArrayList<>();
        byte[] halfAHello = {0x16, 3, 1, 1, 0, 1, 0, 0, (byte) 0xfc, 3, 3};
        Random random = new Random(7);
        try {
            for (int i = 0; i < 100; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), endpoint.port());
                stalled.add(socket);
                socket.getOutputStream().write(halfAHello);
            }
            for (int i = 0; i < 500; i++) {
                byte[] junk = new byte[1 + random.nextInt(200)];
                random.nextBytes(junk);
                try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), endpoint.port());
                        OutputStream out = socket.getOutputStream()) {
                    out.write(junk);
                }
            }
            await().ignoreExceptions()
                    .atMost(Duration.ofMinutes(2))
                    .untilAsserted(
                            () -> assertThat(ask(Pinned.to(shown), "https")).isEqualTo("yes"));
        } finally {
            for (Socket socket : stalled) {
                socket.close();
            }
        }
    }
}
