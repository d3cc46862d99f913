package dev.tidemark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.config.Config;
import dev.tidemark.config.read.ConfigLoader;
import dev.tidemark.connector.postgres.PostgresConnectorFactory;
import dev.tidemark.health.Health;
import dev.tidemark.http.Access;
import dev.tidemark.http.Answer;
import dev.tidemark.http.Request;
import dev.tidemark.http.Route;
import dev.tidemark.pipeline.Service;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All routes of a service, and who may use them. Whoever adds one that is open adds it here, and thereby says that it shows no row. */
class ServiceRoutesTest {

    private static final String TOKEN = "geheim-geheim-geheim";

    private static final Set<String> OPEN = Set.of(
            "GET /metrics",
            "GET /health/live",
            "GET /health/ready",
            "GET /api/status",
            "GET /api/history",
            "GET /api/openapi.json",
            "GET /");

    private final Path directory;

    ServiceRoutesTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private Service service(String http) throws IOException {
        Config config = ConfigLoader.load(
                Files.writeString(directory.resolve("tidemark.yml"), """
                        name: shop
                        state: "%s/state"
                        source:
                          postgres: { host: 127.0.0.1, database: shop, user: tidemark, password: geheim }
                        sink:
                          typesense: { nodes: ["http://127.0.0.1:1"], apiKey: geheim }
                        http: %s
                        documents:
                          - table: public.products
                        """.formatted(directory, http)),
                List.of(new PostgresConnectorFactory()),
                Map.of());
        return new Service(config);
    }

    /** The status and the rest of an answer, to a request with just these headers. */
    private static String ask(Service service, Route route, String... headers) throws IOException {
        int port = URI.create(service.address()).getPort();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                OutputStream out = socket.getOutputStream();
                InputStream in = socket.getInputStream()) {
            String request = route.method() + " " + route.path().replaceAll("\\{\\w+}", "x-1")
                    + " HTTP/1.1\r\nConnection: close\r\nContent-Length: 0\r\n" + String.join("\r\n", headers)
                    + "\r\n\r\n";
            out.write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).substring("HTTP/1.1 ".length());
        }
    }

    private static Answer none(Request request) {
        return Answer.text("text/plain", "");
    }

    private static String name(Route route) {
        return route.method() + " " + route.path();
    }

    @Test
    void open_areTheseAndNoOthers() throws Exception {
        try (Service service = service("{ port: 0 }")) {
            Set<String> open = new TreeSet<>();
            for (Route route : service.routes()) {
                if (route.access() == Access.OPEN && !route.path().startsWith("/page/")) {
                    open.add(name(route));
                }
                assertThat(route.method().equals("GET") || route.access() == Access.CHANGE)
                        .as(name(route))
                        .isTrue();
            }
            assertThat(open).isEqualTo(new TreeSet<>(OPEN));
            assertThat(service.routes()).hasSizeGreaterThan(OPEN.size() + 12);
        }
        assertThat(Route.get("/api/new", ServiceRoutesTest::none).access()).isEqualTo(Access.PRIVATE);
    }

    @Test
    void withoutAToken_aServiceThatOthersReach_answersOpenRoutesOnly() throws Exception {
        try (Service service = service("{ address: 0.0.0.0, port: 0 }")) {
            for (Route route : service.routes()) {
                String answer = ask(service, route, "Host: 127.0.0.1");
                if (route.access() == Access.OPEN) {
                    assertThat(answer).as(name(route)).matches("(?s)(200|503) .*");
                } else {
                    assertThat(answer).as(name(route)).startsWith("403").contains("http.token", "openssl rand -hex 24");
                }
            }
        }
    }

    @Test
    void withAToken_itIsNeeded_onEachRouteThatIsNotOpen() throws Exception {
        try (Service service = service("{ address: 0.0.0.0, port: 0, token: " + TOKEN + " }")) {
            for (Route route : service.routes()) {
                String answer = ask(service, route, "Host: tidemark:8085");
                assertThat(answer.startsWith("401")).as(name(route)).isEqualTo(route.access() != Access.OPEN);
                if (route.access() == Access.PRIVATE) {
                    // 503 and 400: admitted, and then there is no pipeline, or no parameter
                    assertThat(ask(service, route, "Host: tidemark:8085", "Authorization: Bearer " + TOKEN))
                            .as(name(route))
                            .matches("(?s)(200|400|503) .*");
                }
            }
        }
    }

    @Test
    void anotherHostsName_isForbidden_onEachRoute() throws Exception {
        for (String http : List.of("{ port: 0 }", "{ address: 0.0.0.0, port: 0, token: " + TOKEN + " }")) {
            try (Service service = service(http)) {
                for (Route route : service.routes()) {
                    assertThat(ask(service, route, "Host: rebound.example", "Authorization: Bearer " + TOKEN))
                            .as(name(route))
                            .startsWith("403")
                            .contains("http.hosts");
                }
            }
        }
    }

    @Test
    void reasons_thatQuoteRows_areShownToThoseWhoMayReadRows() throws Exception {
        Health.Condition quotes = new Health.Condition("document 4711 of products: title 'Ada'", "fix row 4711");
        Route ready = Route.get("/health/ready", ServiceRoutesTest::none);
        Route status = Route.get("/api/status", ServiceRoutesTest::none);
        String withToken = "Authorization: Bearer " + TOKEN;
        try (Service reached = service("{ address: 0.0.0.0, port: 0, token: " + TOKEN + " }");
                Service local = service("{ port: 0 }")) {
            for (Service each : List.of(reached, local)) {
                each.pipeline().health().set(Health.Part.FLUSH, quotes);
                each.pipeline().health().notices(() -> List.of(quotes));
            }
            for (Route route : List.of(ready, status)) {
                assertThat(ask(reached, route, "Host: tidemark"))
                        .contains("needs the token")
                        .doesNotContain("4711")
                        .doesNotContain("Ada");
                assertThat(ask(reached, route, "Host: tidemark", withToken)).contains("4711");
                assertThat(ask(local, route, "Host: localhost")).contains("4711");
                assertThat(ask(local, route, "Host: localhost", "X-Forwarded-For: 192.0.2.7"))
                        .doesNotContain("4711");
            }
            assertThat(ask(reached, ready, "Host: tidemark")).startsWith("503").contains("\"part\":\"flush\"");
        }
    }
}
