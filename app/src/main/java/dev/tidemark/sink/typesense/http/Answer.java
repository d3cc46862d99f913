package dev.tidemark.sink.typesense.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * Response of a server, with any status and any content.
 *
 * @param node the server that sent it
 */
public record Answer(URI node, Call call, int status, byte[] body) {

    private static final int SHOWN = 300;
    private static final String UNESCAPED = "{\"message\": \"";

    public boolean ok() {
        return status >= 200 && status < 300;
    }

    /** Returns the body as JSON; a missing node if it is not JSON. */
    public JsonNode json() {
        return Json.parse(body, 0, body.length);
    }

    /**
     * Returns the server's own message if it is Typesense's; else empty. 0.24.1 puts ids into its messages as they are, so one
     * with a quote or a line end in it results in an answer that is not JSON but is Typesense's all the same.
     */
    public String message() {
        String words = json().path("message").asText("");
        if (words.isEmpty()) {
            String text = new String(body, StandardCharsets.UTF_8);
            if (text.startsWith(UNESCAPED) && text.endsWith("\"}")) {
                return text.substring(UNESCAPED.length(), text.length() - 2);
            }
        }
        return words;
    }

    /** Returns the body for a message: one short line. */
    public String excerpt() {
        String text = new String(body, 0, Math.min(body.length, SHOWN), StandardCharsets.UTF_8);
        return text.replaceAll("\\s+", " ").strip();
    }
}
