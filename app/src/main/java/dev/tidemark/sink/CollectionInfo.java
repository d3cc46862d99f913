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
 * @param createdAt when the server says that it was created, in seconds since 1970; see {@link Seen}. 0 if that is not known
 */
public record CollectionInfo(
        String name,
        List<SinkField> fields,
        boolean nested,
        @Nullable String defaultSortingField,
        long documents,
        long createdAt) {
    public CollectionInfo {
        fields = List.copyOf(fields);
    }

    /** Describes a collection of which it is not known when it was created. */
    public CollectionInfo(
            String name, List<SinkField> fields, boolean nested, @Nullable String defaultSortingField, long documents) {
        this(name, fields, nested, defaultSortingField, documents, 0);
    }
}
