package dev.tidemark.connector.postgres.value;

import java.util.Map;
import java.util.TreeMap;
import org.postgresql.util.HStoreConverter;

/** Values of {@code hstore}, as a JSON object with its keys in order. */
final class HstoreText {

    private HstoreText() {}

    static String json(String text) {
        return json(HStoreConverter.fromString(text));
    }

    static String json(Map<?, ?> map) {
        Map<String, Object> sorted = new TreeMap<>();
        map.forEach((key, value) -> sorted.put(String.valueOf(key), value == null ? JSON_NULL : value));
        StringBuilder json = new StringBuilder("{");
        sorted.forEach((key, value) -> {
            if (json.length() > 1) {
                json.append(',');
            }
            quote(json, key);
            json.append(':');
            if (value == JSON_NULL) {
                json.append("null");
            } else {
                quote(json, value.toString());
            }
        });
        return json.append('}').toString();
    }

    private static final Object JSON_NULL = new Object();

    private static void quote(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }
}
