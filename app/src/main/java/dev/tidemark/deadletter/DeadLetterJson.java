package dev.tidemark.deadletter;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The lines of a dead-letter file: one JSON object each, without a newline inside. */
public final class DeadLetterJson {

    /** Jackson rejects strings above 20 MB by default; a document that was written must be readable, regardless of its size. */
    static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private DeadLetterJson() {}

    /** Content of a line. */
    sealed interface Line {
        /** A document was rejected. */
        record Rejected(DeadLetter deadLetter) implements Line {}

        /** The entries of these ids in earlier lines are resolved. */
        record Resolved(List<String> ids) implements Line {}
    }

    @FunctionalInterface
    private interface Body {
        void writeTo(JsonGenerator json) throws IOException;
    }

    /** Returns the line of a rejected document, without its newline. */
    public static String text(DeadLetter deadLetter) {
        return object(json -> {
            json.writeStringField("id", deadLetter.id());
            json.writeStringField("collection", deadLetter.collection());
            json.writeStringField("table", deadLetter.table());
            json.writeStringField("key", deadLetter.key());
            json.writeStringField("operation", deadLetter.operation());
            // As text, not as JSON in JSON: it comes back exactly as it was sent, even if it is not JSON at all.
            json.writeStringField("document", deadLetter.document());
            json.writeStringField("error", deadLetter.error());
            json.writeNumberField("attempts", deadLetter.attempts());
            json.writeNumberField("position", deadLetter.position());
            json.writeStringField("committed", deadLetter.committed().toString());
            json.writeStringField("time", deadLetter.time().toString());
        });
    }

    /** Returns the line of a rejected document, with its newline. */
    static byte[] line(DeadLetter deadLetter) {
        return ended(text(deadLetter));
    }

    /** Returns the line that resolves ids, with its newline. */
    static byte[] resolvedLine(Collection<String> ids) {
        return ended(object(json -> {
            json.writeArrayFieldStart("settled");
            for (String id : ids) {
                json.writeString(id);
            }
            json.writeEndArray();
        }));
    }

    /**
     * Returns the bytes of the text with a newline. Through a String, a cut surrogate pair in a message becomes "?"; the UTF-8
     * generator would fail.
     */
    private static byte[] ended(String text) {
        return (text + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static String object(Body body) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            body.writeTo(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory does not fail", e);
        }
        return text.toString();
    }

    /**
     * Reads a line.
     *
     * @throws IOException if it is not a complete line of ours
     */
    static Line parse(byte[] line) throws IOException {
        Map<String, String> values = new HashMap<>();
        List<String> resolved = null;
        try (JsonParser json = JSON.createParser(line)) {
            expect(json.nextToken() == JsonToken.START_OBJECT, "not a JSON object");
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                JsonToken value = json.nextToken();
                if (name.equals("settled") && value == JsonToken.START_ARRAY) {
                    resolved = strings(json);
                } else if (value.isScalarValue()) {
                    values.put(name, json.getText());
                } else {
                    json.skipChildren();
                }
            }
            expect(json.currentToken() == JsonToken.END_OBJECT, "not a complete JSON object");
            expect(json.nextToken() == null, "more than one JSON object");
        }
        return resolved != null ? new Line.Resolved(resolved) : new Line.Rejected(deadLetter(values));
    }

    private static List<String> strings(JsonParser json) throws IOException {
        List<String> strings = new ArrayList<>();
        while (json.nextToken() == JsonToken.VALUE_STRING) {
            strings.add(json.getText());
        }
        expect(json.currentToken() == JsonToken.END_ARRAY, "\"settled\" holds more than ids");
        return strings;
    }

    private static DeadLetter deadLetter(Map<String, String> values) throws IOException {
        try {
            return new DeadLetter(
                    value(values, "collection"),
                    value(values, "id"),
                    value(values, "table"),
                    value(values, "key"),
                    value(values, "operation"),
                    value(values, "document"),
                    value(values, "error"),
                    Integer.parseInt(value(values, "attempts")),
                    Long.parseLong(value(values, "position")),
                    Instant.parse(value(values, "committed")),
                    Instant.parse(value(values, "time")));
        } catch (NumberFormatException | DateTimeException e) {
            throw new IOException("a number or a time cannot be read: " + e.getMessage(), e);
        }
    }

    private static String value(Map<String, String> values, String name) throws IOException {
        String value = values.get(name);
        if (value == null) {
            throw new IOException("\"" + name + "\" is missing");
        }
        return value;
    }

    private static void expect(boolean holds, String otherwise) throws IOException {
        if (!holds) {
            throw new IOException(otherwise);
        }
    }
}
