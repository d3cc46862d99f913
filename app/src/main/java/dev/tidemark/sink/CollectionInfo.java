package dev.tidemark.sink;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A collection that exists.
 *
 * @param name its concrete name, never an alias (invariant 5)
 * @param fields its declared fields, {@code id} not among them
 * @param nested whether nested fields are enabled
 * @param defaultSortingField the field every document must have, or null
 * @param documents how many documents it holds
 */
public record CollectionInfo(
        String name,
        List<SinkField> fields,
        boolean nested,
        @Nullable String defaultSortingField,
        long documents) {
    public CollectionInfo {
        fields = List.copyOf(fields);
    }
}
