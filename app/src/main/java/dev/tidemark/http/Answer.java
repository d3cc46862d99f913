package dev.tidemark.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Answer to a request.
 *
 * @param type the media type
 * @param body its bytes; handed over, not copied
 */
public record Answer(int status, String type, byte[] body) {

    private static final ObjectMapper JSON = new ObjectMapper();

    public static Answer json(int status, Object value) {
        try {
            return new Answer(status, "application/json", JSON.writeValueAsBytes(value));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an answer cannot be written as JSON", e);
        }
    }

    public static Answer text(String type, String text) {
        return new Answer(200, type, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns an error; all errors have this form: what is wrong, and what to do. */
    static Answer error(int status, String message, String hint) {
        Map<String, String> error = new LinkedHashMap<>();
        error.put("error", message);
        error.put("hint", hint);
        return json(status, error);
    }
}
