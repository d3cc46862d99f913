package dev.tidemark.expression;

import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;

/**
 * Type of an expression's values, as far as it is known before the expression runs.
 *
 * @param kind the kind of its values, or of the elements of its lists
 * @param list whether it yields lists
 */
public record ResultType(Kind kind, boolean list) {

    /** Kinds of values, by their type in Java. Every expression may yield null besides. */
    public enum Kind {
        /** {@link Boolean}. */
        BOOL,
        /** {@link Long}. */
        INT,
        /** {@link Double}. */
        FLOAT,
        /** {@link String}. */
        TEXT,
        /** {@link java.time.Instant}. */
        TIME,
        /** {@code byte[]}. */
        BYTES,
        /** {@link Geopoint}. */
        POINT,
        /** {@link java.util.Map} from texts to any of these, and lists of them. */
        OBJECT,
        /** Any of the others: only the row determines which. */
        ANY,
        /** A value that no document can hold: a duration, a type. */
        NONE
    }

    static ResultType of(CelType type) {
        if (type.kind() == CelKind.LIST) {
            CelType element = type instanceof ListType list && list.hasElemType() ? list.elemType() : null;
            return new ResultType(element == null ? Kind.ANY : kind(element), true);
        }
        return new ResultType(kind(type), false);
    }

    private static Kind kind(CelType type) {
        return switch (type.kind()) {
            case BOOL -> Kind.BOOL;
            case INT -> Kind.INT;
            case DOUBLE -> Kind.FLOAT;
            case STRING -> Kind.TEXT;
            case TIMESTAMP -> Kind.TIME;
            case BYTES -> Kind.BYTES;
            case MAP -> Kind.OBJECT;
            case OPAQUE -> type.name().equals(Types.POINT.name()) ? Kind.POINT : Kind.NONE;
            case DYN, ANY, LIST -> Kind.ANY;
            default -> Kind.NONE;
        };
    }

    /** Returns the name of the type in CEL. */
    @Override
    public String toString() {
        String name = switch (kind) {
            case BOOL -> "bool";
            case INT -> "int";
            case FLOAT -> "double";
            case TEXT -> "string";
            case TIME -> "timestamp";
            case BYTES -> "bytes";
            case POINT -> "geopoint";
            case OBJECT -> "map";
            case ANY -> "dyn";
            case NONE -> "a value that no field can hold";
        };
        return list ? "list(" + name + ")" : name;
    }
}
