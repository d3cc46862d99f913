package dev.tidemark.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Content of a request: the parameters of its address, and its body, which is a JSON object, empty if there is none.
 *
 * @param last the last segment of its path if the route leaves that open, else empty
 * @param seesRows whether the answer may show contents of rows, such as ids and values in error texts: always on routes that are
 *     not {@link Access#OPEN}
 */
public record Request(Map<String, String> query, ObjectNode body, String last, boolean seesRows) {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    static Request of(@Nullable String rawQuery, byte[] body, String last, boolean seesRows) throws HttpProblem {
        return new Request(parameters(rawQuery), object(body), last, seesRows);
    }

    private static Map<String, String> parameters(@Nullable String rawQuery) throws HttpProblem {
        Map<String, String> parameters = new LinkedHashMap<>();
        if (rawQuery == null || rawQuery.isEmpty()) {
            return parameters;
        }
        for (String each : rawQuery.split("&", -1)) {
            int at = each.indexOf('=');
            String name = decode(at < 0 ? each : each.substring(0, at));
            if (parameters.put(name, at < 0 ? "" : decode(each.substring(at + 1))) != null) {
                throw new HttpProblem(400, "parameter '" + name + "' is given twice", "give it once");
            }
        }
        return parameters;
    }

    private static String decode(String text) throws HttpProblem {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new HttpProblem(400, "a parameter is not percent-encoded", "encode '%' as %25");
        }
    }

    private static ObjectNode object(byte[] body) throws HttpProblem {
        if (body.length == 0) {
            return JSON.createObjectNode();
        }
        try {
            if (JSON.readTree(body) instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException e) {
            throw new HttpProblem(400, "the body is not JSON: " + e.getOriginalMessage(), "see /api/openapi.json");
        } catch (java.io.IOException e) {
            throw new HttpProblem(400, "the body is not JSON", "see /api/openapi.json");
        }
        throw new HttpProblem(400, "the body is not a JSON object", "see /api/openapi.json");
    }

    /** Rejects parameters and fields that the route does not know: a misspelled filter must not select everything. */
    public void allow(Set<String> parameters, Set<String> fields) throws HttpProblem {
        for (String name : query.keySet()) {
            if (!parameters.contains(name)) {
                throw new HttpProblem(400, "there is no parameter '" + name + "'", "there are " + parameters);
            }
        }
        for (Iterator<String> names = body.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!fields.contains(name)) {
                throw new HttpProblem(400, "there is no field '" + name + "'", "there are " + fields);
            }
        }
    }

    /** Returns a boolean of the body; false if it is not given. */
    public boolean flag(String field) throws HttpProblem {
        JsonNode value = body.get(field);
        if (value != null && !value.isNull() && !value.isBoolean()) {
            throw new HttpProblem(400, "'" + field + "' is not a boolean", "write true or false");
        }
        return value != null && value.asBoolean();
    }

    /** Returns an integer of the body that is not negative; 0 if it is not given. */
    public long number(String field) throws HttpProblem {
        JsonNode value = body.get(field);
        if (value == null || value.isNull()) {
            return 0;
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
            throw new HttpProblem(400, "'" + field + "' is not a number of documents", "write an integer, 0 or more");
        }
        return value.longValue();
    }

    /** Returns a text of the body, null if it is not given. */
    public @Nullable String text(String field) throws HttpProblem {
        JsonNode value = body.get(field);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            throw new HttpProblem(400, "'" + field + "' is not a text", "write it in quotes");
        }
        return value.textValue();
    }
}
