package dev.tidemark.connector.data;

import org.jspecify.annotations.Nullable;

/**
 * The neutral type of a column: the form of its values in a {@link Row}, regardless of the database and of how they were read
 * (streamed, loaded, by key).
 *
 * @param kind the form of the values
 * @param precision declared decimal digits of a {@link Kind#DECIMAL}, 0 if none are declared or it does not apply
 * @param element the type of the elements of an {@link Kind#ARRAY}, null for every other kind
 */
public record ColumnType(Kind kind, int precision, @Nullable ColumnType element) {

    /** The form of a column's values. NULL is null in every kind. */
    public enum Kind {
        /** {@link Boolean}, or an {@link Integer} other than 0 and 1 (MySQL's tinyint(1) holds such; no bool field does). */
        BOOL,
        /** {@link Number} within 32 bits. */
        INT32,
        /** {@link Number} within 64 bits, or a {@link java.math.BigInteger} beyond 2^63 (MySQL's bigint unsigned). */
        INT64,
        /** {@link String} in plain notation, or {@code NaN}, {@code Infinity}, {@code -Infinity}. */
        DECIMAL,
        /** {@link Float}, NaN and infinities included. */
        FLOAT32,
        /** {@link Double}, NaN and infinities included. */
        FLOAT64,
        /** {@link String}. */
        TEXT,
        /** {@code byte[]}. */
        BYTES,
        /** {@link Integer}, days since 1970-01-01; {@link Integer#MAX_VALUE} and MIN_VALUE are the infinities. */
        DATE,
        /** {@link Long}, microseconds since 1970-01-01T00:00Z; {@link Long#MAX_VALUE} and MIN_VALUE are the infinities. */
        TIMESTAMP,
        /** {@link String} that holds one JSON value. */
        JSON,
        /** {@code double[]{longitude, latitude}} (x, y). */
        POINT,
        /** {@link java.util.List} of the element's values, nulls included; a dimension more is an array of arrays. */
        ARRAY
    }

    /** Returns a type without digits or elements. */
    public static ColumnType of(Kind kind) {
        return new ColumnType(kind, 0, null);
    }

    /** Returns a decimal type of that number of declared digits, 0 if the column declares none. */
    public static ColumnType decimal(int precision) {
        return new ColumnType(Kind.DECIMAL, precision, null);
    }

    /** Returns an array type of the given elements. */
    public static ColumnType arrayOf(ColumnType element) {
        return new ColumnType(Kind.ARRAY, 0, element);
    }
}
