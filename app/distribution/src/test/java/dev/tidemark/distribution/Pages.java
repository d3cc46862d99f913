package dev.tidemark.distribution;

import dev.tidemark.testkit.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** GET over HTTP on this machine. */
final class Pages {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private Pages() {}

    static HttpResponse<String> get(String url) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(30))
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** Not from the range of outgoing connections: it is taken only seconds later. */
    static int freePort() {
        return FreePorts.next();
    }
}
