package dev.tidemark.plan;

import org.jspecify.annotations.Nullable;

/**
 * One way in which a collection is not what would be made from the table now.
 *
 * @param field the field, or null if the collection as a whole is meant
 * @param message what is there and what would be made, for people
 */
public record Difference(Kind kind, @Nullable String field, String message) {

    /** What differs. */
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
