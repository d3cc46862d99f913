package dev.tidemark.sink.typesense;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidemark.sink.SinkField;
import java.util.List;

/** A collection's schema as Typesense reads it. */
public final class CollectionSchema {

    /** Typesense takes no empty list of fields; it takes one of the id alone, and leaves that out: every document has it. */
    private static final SinkField ID = new SinkField("id", "string", false, false, true, null);

    private CollectionSchema() {}

    /** The body of the request that makes the collection. */
    public static ObjectNode json(String name, List<SinkField> fields, boolean nested) {
        ObjectNode schema = Json.MAPPER.createObjectNode().put("name", name);
        schema.put("enable_nested_fields", nested);
        ArrayNode array = schema.putArray("fields");
        (fields.isEmpty() ? List.of(ID) : fields).forEach(field -> array.add(json(field)));
        return schema;
    }

    static ObjectNode json(SinkField field) {
        ObjectNode json = Json.MAPPER.createObjectNode();
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
}
