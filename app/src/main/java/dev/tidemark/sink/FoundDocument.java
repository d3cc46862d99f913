package dev.tidemark.sink;

import java.util.List;
import java.util.Map;

/**
 * Some fields of a document as the sink has it.
 *
 * @param id its id
 * @param values by field, as text: one of a single value, all of a list; none if the document does not have the field
 */
public record FoundDocument(String id, Map<String, List<String>> values) {

    /** Returns the values of the field. */
    public List<String> of(String field) {
        return values.getOrDefault(field, List.of());
    }
}
