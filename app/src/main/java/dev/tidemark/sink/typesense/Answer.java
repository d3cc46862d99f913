package dev.tidemark.sink.typesense;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * What a server said, whatever it was.
 *
 * @param node who said it
 */
record Answer(URI node, Call call, int status, byte[] body) {

    private static final int SHOWN = 300;

    boolean ok() {
        return status >= 200 && status < 300;
    }

    /** The body as JSON; a missing node where it is none. */
    JsonNode json() {
        return Json.parse(body, 0, body.length);
    }

    /** The server's own words, where they are Typesense's; else empty. */
    String message() {
        return json().path("message").asText("");
    }

    /** The body for a message: one short line. */
    String excerpt() {
        String text = new String(body, 0, Math.min(body.length, SHOWN), StandardCharsets.UTF_8);
        return text.replaceAll("\\s+", " ").strip();
    }
}
