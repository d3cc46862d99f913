package dev.tidemark.plan;

import org.jspecify.annotations.Nullable;

/**
 * One difference between a collection and the one that would be created from the table now.
 *
 * @param field the field, or null if it concerns the entire collection
 * @param message what exists and what would be created, human-readable
 */
public record Difference(Kind kind, @Nullable String field, String message) {

    /** Kinds of differences. */
    public enum Kind {
        /** A field of the table is not in the collection. */
        MISSING,
        /** The field has another type there. */
        TYPE,
        /** The field is declared otherwise there: facet, optional, index or sort. */
        SETTING,
        /** The collection has a field that nothing is mapped to. */
        EXTRA,
        /** Nested fields are enabled on one side only. */
        NESTED
    }
}
