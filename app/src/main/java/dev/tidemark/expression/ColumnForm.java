package dev.tidemark.expression;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.cel.common.values.CelByteString;
import dev.cel.common.values.NullValue;
import dev.tidemark.connector.data.ColumnType;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Form of a column's values in CEL; docs/guides/expressions.md in code. Chosen once per column, run for those that are read. */
@FunctionalInterface
interface ColumnForm {

    /**
     * Returns the value in CEL.
     *
     * @param value in the form of its column type; never null
     * @throws IllegalArgumentException if CEL has no such value, with why
     */
    Object of(Object value);

    /** Returns the form of a column. */
    static ColumnForm of(ColumnType type) {
        return switch (type.kind()) {
            case BOOL -> ColumnForm::bool;
            case INT32, INT64 -> ColumnForm::integer;
            case DECIMAL -> Types.isExact(type) ? value -> Double.valueOf((String) value) : value -> value;
            // By its text: 0.1 as a float is not the double nearest to 0.1.
            case FLOAT32 -> value -> Double.valueOf(value.toString());
            case FLOAT64, TEXT -> value -> value;
            case BYTES -> value -> CelByteString.of((byte[]) value);
            case DATE -> ColumnForm::day;
            case TIMESTAMP -> ColumnForm::micros;
            case JSON -> ColumnForm::json;
            case POINT -> value -> new Geopoint(((double[]) value)[1], ((double[]) value)[0]);
            case ARRAY -> {
                ColumnType element = type.element();
                ColumnForm form = element == null ? value -> value : of(element);
                yield value -> elements((List<?>) value, form);
            }
        };
    }

    private static Object bool(Object value) {
        if (value instanceof Boolean) {
            return value;
        }
        throw new IllegalArgumentException(value + " is neither 0 nor 1");
    }

    private static Object integer(Object value) {
        if (value instanceof BigInteger big && big.bitLength() > 63) {
            throw new IllegalArgumentException(value + " does not fit 64 bits");
        }
        return ((Number) value).longValue();
    }

    private static Object day(Object value) {
        int days = (Integer) value;
        if (days == Integer.MAX_VALUE || days == Integer.MIN_VALUE) {
            throw new IllegalArgumentException("an infinite date is not a timestamp");
        }
        return Instant.ofEpochSecond(days * 86_400L);
    }

    private static Object micros(Object value) {
        long micros = (Long) value;
        if (micros == Long.MAX_VALUE || micros == Long.MIN_VALUE) {
            throw new IllegalArgumentException("an infinite timestamp is not a timestamp of an expression");
        }
        return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1000);
    }

    private static Object json(Object value) {
        try {
            return Json.parse((String) value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("it is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static Object elements(List<?> list, ColumnForm form) {
        List<Object> elements = new ArrayList<>(list.size());
        for (Object element : list) {
            elements.add(element(element, form));
        }
        return elements;
    }

    private static Object element(@Nullable Object element, ColumnForm form) {
        if (element == null) {
            return NullValue.NULL_VALUE;
        }
        return element instanceof List<?> inner ? elements(inner, form) : form.of(element);
    }
}
