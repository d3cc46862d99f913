package dev.tidemark.document.value;

import dev.tidemark.connector.data.ColumnType;

/** Typesense types that columns get unless the configuration names one; docs/reference/types.md in code. */
final class TypeTable {

    /** Decimals of up to this number of digits survive a double; longer ones are strings. */
    private static final int EXACT_DIGITS = 15;

    private TypeTable() {}

    static String fieldType(ColumnType type) {
        return switch (type.kind()) {
            case BOOL -> "bool";
            case INT32 -> "int32";
            case INT64, DATE, TIMESTAMP -> "int64";
            case DECIMAL -> type.precision() > 0 && type.precision() <= EXACT_DIGITS ? "float" : "string";
            case FLOAT32, FLOAT64 -> "float";
            case TEXT, BYTES -> "string";
            case JSON -> "object";
            case POINT -> "geopoint";
            case ARRAY -> {
                ColumnType element = type.element();
                yield (element == null ? "string" : fieldType(element)) + "[]";
            }
        };
    }
}
