package dev.tidemark.sink;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A field of a collection's schema.
 *
 * @param type a Typesense type, such as {@code int32} or {@code string[]}
 * @param sort null: the server's default for the type
 * @param options what else the server shows of the field and is not the default, such as {@code infix} or {@code locale}, by
 *     its name
 */
public record SinkField(
        String name,
        String type,
        boolean facet,
        boolean optional,
        boolean index,
        @Nullable Boolean sort,
        Map<String, Object> options) {
    public SinkField {
        options = Map.copyOf(options);
    }

    /** Describes a field without further options. */
    public SinkField(String name, String type, boolean facet, boolean optional, boolean index, @Nullable Boolean sort) {
        this(name, type, facet, optional, index, sort, Map.of());
    }

    /** Returns the same field, which documents may lack. */
    public SinkField asOptional() {
        return new SinkField(name, type, facet, true, index, sort, options);
    }

    /**
     * Returns an optional field of another type, with the options of this one.
     *
     * @param sorted what the configuration says of {@code sort}; if null, a choice that is not the default of this type is kept
     */
    public SinkField retyped(String other, @Nullable Boolean sorted) {
        boolean byDefault = sort == null || sort == sortsByDefault(type);
        return new SinkField(name, other, facet, true, index, sorted == null && !byDefault ? sort : sorted, options);
    }

    /**
     * Returns whether a field can be sorted by unless the schema says otherwise: single numbers, flags and places can; texts,
     * lists and objects cannot.
     */
    private static boolean sortsByDefault(String type) {
        return switch (type) {
            case "int32", "int64", "float", "bool", "geopoint" -> true;
            default -> false;
        };
    }
}
