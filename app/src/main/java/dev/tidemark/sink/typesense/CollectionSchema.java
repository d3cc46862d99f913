package dev.tidemark.sink.typesense;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidemark.sink.SinkField;
import dev.tidemark.sink.typesense.http.Json;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A collection's schema as Typesense reads it. */
public final class CollectionSchema {

    /** Typesense takes no empty list of fields; it takes one of the id alone, and leaves that out: every document has it. */
    private static final SinkField ID = new SinkField("id", "string", false, false, true, null);

    /** Properties that {@link SinkField} itself holds, or that the server derives from the type. */
    private static final Set<String> OWN =
            Set.of("name", "type", "facet", "optional", "index", "sort", "nested", "nested_array");

    private static final Map<String, Object> DEFAULTS = Map.ofEntries(
            Map.entry("infix", false),
            Map.entry("locale", ""),
            Map.entry("stem", false),
            Map.entry("stem_dictionary", ""),
            Map.entry("store", true),
            Map.entry("range_index", false),
            Map.entry("reference", ""),
            Map.entry("num_dim", 0));

    private CollectionSchema() {}

    /** Returns the body of the request that creates the collection. */
    public static ObjectNode json(String name, List<SinkField> fields, boolean nested) {
        ObjectNode schema = Json.MAPPER.createObjectNode().put("name", name);
        schema.put("enable_nested_fields", nested);
        ArrayNode array = schema.putArray("fields");
        (fields.isEmpty() ? List.of(ID) : fields).forEach(field -> array.add(json(field)));
        return schema;
    }

    static ObjectNode json(SinkField field) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.setAll(Json.MAPPER.<ObjectNode>valueToTree(field.options()));
        json.put("name", field.name());
        json.put("type", field.type());
        json.put("facet", field.facet());
        json.put("optional", field.optional());
        json.put("index", field.index());
        if (field.sort() != null) {
            json.put("sort", field.sort().booleanValue());
        }
        return json;
    }

    /** Reads a field as the server shows it; an option that has the server's default is left out. */
    static SinkField field(JsonNode json) {
        Map<String, Object> options = new TreeMap<>();
        json.properties().forEach(each -> {
            Object value = Json.MAPPER.convertValue(each.getValue(), Object.class);
            if (value != null && !OWN.contains(each.getKey()) && !value.equals(DEFAULTS.get(each.getKey()))) {
                options.put(each.getKey(), value);
            }
        });
        return new SinkField(
                json.path("name").asText(),
                json.path("type").asText(),
                json.path("facet").asBoolean(false),
                json.path("optional").asBoolean(false),
                json.path("index").asBoolean(true),
                json.has("sort") ? (Boolean) json.path("sort").asBoolean() : null,
                options);
    }
}
