package dev.tidemark.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.config.Config;
import dev.tidemark.connector.tls.Identity;
import dev.tidemark.http.Access;
import dev.tidemark.http.Answer;
import dev.tidemark.http.HttpEndpoint;
import dev.tidemark.http.Route;
import dev.tidemark.testkit.Certificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The image's health check, run by a shell as Docker runs it: it has no other configuration than the Dockerfile's. */
class HealthCheckIT {

    @BeforeAll
    static void needsOpenssl() throws Exception {
        Program.require("openssl", "openssl");
    }

    @ParameterizedTest
    @CsvSource({"200, 0", "503, 1"})
    void overHttp_isWhatTheServiceSays(int status, int code) throws Exception {
        assertThat(checked(null, status)).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource({"200, 0", "503, 1"})
    void overHttps_isWhatTheServiceSays_whateverTheCertificateIsFor(int status, int code) throws Exception {
        try (Certificates certificates = new Certificates()) {
            Certificates.Issued issued = certificates.issue("service", "dns:tidemark.internal");
            assertThat(checked(new Identity(issued.certificate(), issued.key()), status))
                    .isEqualTo(code);
        }
    }

    @Test
    void nobodyThere_isUnhealthy() throws Exception {
        int port;
        try (HttpEndpoint closed = endpoint(null, 200)) {
            port = closed.port();
        }
        assertThat(run(port)).isEqualTo(1);
    }

    private static int checked(@Nullable Identity tls, int status) throws Exception {
        try (HttpEndpoint endpoint = endpoint(tls, status)) {
            return run(endpoint.port());
        }
    }

    private static HttpEndpoint endpoint(@Nullable Identity tls, int status) throws IOException {
        Route live = Route.get("/health/live", Access.OPEN, request -> Answer.json(status, Map.of()));
        return HttpEndpoint.start(new Config.Http("127.0.0.1", 0, null, tls), List.of(live));
    }

    private static int run(int port) throws Exception {
        String dockerfile = Files.readString(Path.of("Dockerfile"));
        int check = dockerfile.indexOf(" CMD ", dockerfile.indexOf("HEALTHCHECK ")) + " CMD ".length();
        String command = dockerfile
                .substring(check, dockerfile.indexOf("\nENTRYPOINT"))
                .replace("\\\n", "")
                .replace("8085", "" + port);
        return Program.run(Path.of("."), List.of("/bin/sh", "-c", command)).code();
    }
}
