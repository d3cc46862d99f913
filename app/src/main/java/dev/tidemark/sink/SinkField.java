package dev.tidemark.sink;

import org.jspecify.annotations.Nullable;

/**
 * A field of a collection's schema.
 *
 * @param type a Typesense type, such as {@code int32} or {@code string[]}
 * @param sort null: the server's default for the type
 */
public record SinkField(
        String name,
        String type,
        boolean facet,
        boolean optional,
        boolean index,
        @Nullable Boolean sort) {}
