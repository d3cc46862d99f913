package dev.tidemark.document.value;

import dev.tidemark.connector.data.ColumnType;
import dev.tidemark.connector.data.ColumnType.Kind;
import dev.tidemark.connector.data.KeyText;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writers of a column's values into a field of a Typesense type; docs/reference/types.md in code.
 *
 * <p>Nothing is changed silently (typesense-facts, "Silent changes"): the server wraps numbers that are too large, so every range
 * is checked here, and what does not fit is rejected.
 */
final class ValueWriters {

    private static final long MICROS_PER_SECOND = 1_000_000L;
    private static final long SECONDS_PER_DAY = 86_400L;

    private ValueWriters() {}

    /** Returns the writer, or null if values of the column cannot be written to a field of the type. */
    static @Nullable ValueWriter of(ColumnType column, String fieldType) {
        if (fieldType.endsWith("[]")) {
            return array(column, fieldType.substring(0, fieldType.length() - 2));
        }
        return switch (fieldType) {
            case "string" -> text(column.kind());
            case "int32" -> integer(column.kind(), Integer.MIN_VALUE, Integer.MAX_VALUE, "int32", 1);
            case "int64" -> integer(column.kind(), Long.MIN_VALUE, Long.MAX_VALUE, "int64", 1);
            case "int64ms" -> integer(column.kind(), Long.MIN_VALUE, Long.MAX_VALUE, "int64", 1000);
            case "float" -> floating(column.kind());
            case "bool" -> column.kind() == Kind.BOOL ? ValueWriters::bool : null;
            case "object" -> column.kind() == Kind.JSON ? ValueWriters::object : null;
            case FieldPlan.UNCHECKED -> column.kind() == Kind.JSON ? ValueWriters::json : null;
            case "geopoint" -> column.kind() == Kind.POINT ? ValueWriters::point : null;
            default -> null;
        };
    }

    private static @Nullable ValueWriter array(ColumnType column, String elementType) {
        if (column.kind() == Kind.JSON) {
            // The server checks the elements: a json column may hold an array of anything.
            return elementType.equals("object") ? ValueWriters::objects : ValueWriters::json;
        }
        ColumnType element = column.element();
        if (column.kind() != Kind.ARRAY || element == null) {
            return null;
        }
        boolean objects = element.kind() == Kind.JSON && elementType.equals("object");
        ValueWriter writer = objects ? (out, value) -> object(out, value, true) : of(element, elementType);
        return writer == null ? null : (out, value) -> elements(out, value, writer);
    }

    private static boolean elements(JsonBuffer out, Object value, ValueWriter writer) throws ValueRejectedException {
        List<?> list = (List<?>) value;
        out.raw((byte) '[');
        for (int i = 0; i < list.size(); i++) {
            Object element = list.get(i);
            if (i > 0) {
                out.raw((byte) ',');
            }
            if (element == null) {
                throw new ValueRejectedException("element " + (i + 1) + " is NULL, which no array field can hold");
            }
            if (element instanceof List) {
                throw new ValueRejectedException("it has more than one dimension, which no array field can hold");
            }
            if (!writer.write(out, element)) {
                throw new ValueRejectedException("element " + (i + 1) + " is a JSON null");
            }
        }
        out.raw((byte) ']');
        return true;
    }

    private static @Nullable ValueWriter text(Kind kind) {
        return switch (kind) {
            case TEXT, DECIMAL, JSON ->
                (out, value) -> {
                    out.string((String) value);
                    return true;
                };
            case BYTES ->
                (out, value) -> {
                    out.raw((byte) '"');
                    out.raw(Base64.getEncoder().encode((byte[]) value));
                    out.raw((byte) '"');
                    return true;
                };
            case POINT, ARRAY -> null;
            default ->
                (out, value) -> {
                    out.string(KeyText.of(kind, value));
                    return true;
                };
        };
    }

    private static @Nullable ValueWriter integer(Kind kind, long min, long max, String type, long perSecond) {
        boolean time = kind == Kind.DATE || kind == Kind.TIMESTAMP;
        if (perSecond != 1 && !time) {
            return null;
        }
        return switch (kind) {
            case BOOL -> (out, value) -> integer(out, zeroOrOne(value), value, min, max, type);
            case INT32, INT64 -> (out, value) -> integer(out, ((Number) value).longValue(), value, min, max, type);
            case DECIMAL -> (out, value) -> integer(out, exactLong((String) value, type), value, min, max, type);
            case DATE ->
                (out, value) -> {
                    int days = (Integer) value;
                    if (days == Integer.MAX_VALUE || days == Integer.MIN_VALUE) {
                        throw new ValueRejectedException(KeyText.of(kind, value) + " is not of type " + type);
                    }
                    long seconds = days * SECONDS_PER_DAY;
                    return integer(out, seconds * perSecond, LocalDate.ofEpochDay(days), min, max, type);
                };
            case TIMESTAMP -> {
                long divisor = MICROS_PER_SECOND / perSecond;
                yield (out, value) -> {
                    long micros = (Long) value;
                    if (micros == Long.MAX_VALUE || micros == Long.MIN_VALUE) {
                        throw new ValueRejectedException(KeyText.of(kind, value) + " is not of type " + type);
                    }
                    return integer(out, Math.floorDiv(micros, divisor), micros, min, max, type);
                };
            }
            default -> null;
        };
    }

    private static boolean integer(JsonBuffer out, long number, Object value, long min, long max, String type)
            throws ValueRejectedException {
        if (number < min || number > max || value instanceof java.math.BigInteger big && big.bitLength() > 63) {
            throw new ValueRejectedException(value + " does not fit " + type);
        }
        out.number(number);
        return true;
    }

    private static long zeroOrOne(Object value) {
        return value instanceof Number number ? number.longValue() : (Boolean) value ? 1 : 0;
    }

    private static long exactLong(String decimal, String type) throws ValueRejectedException {
        try {
            return new BigDecimal(decimal).longValueExact();
        } catch (NumberFormatException | ArithmeticException e) {
            throw new ValueRejectedException(decimal + " is not an integer within " + type);
        }
    }

    private static @Nullable ValueWriter floating(Kind kind) {
        return switch (kind) {
            case INT32, INT64 ->
                (out, value) -> {
                    out.ascii(value.toString());
                    return true;
                };
            case FLOAT32 ->
                (out, value) -> {
                    if (!Float.isFinite((Float) value)) {
                        throw new ValueRejectedException(value + " is not a number that JSON can hold");
                    }
                    out.ascii(value.toString());
                    return true;
                };
            case FLOAT64 ->
                (out, value) -> {
                    if (!Double.isFinite((Double) value)) {
                        throw new ValueRejectedException(value + " is not a number that JSON can hold");
                    }
                    out.ascii(value.toString());
                    return true;
                };
            case DECIMAL ->
                (out, value) -> {
                    String text = (String) value;
                    char last = text.charAt(text.length() - 1);
                    if (last < '0' || last > '9') { // NaN, Infinity, -Infinity
                        throw new ValueRejectedException(text + " is not a number that JSON can hold");
                    }
                    out.ascii(text);
                    return true;
                };
            default -> null;
        };
    }

    private static boolean bool(JsonBuffer out, Object value) throws ValueRejectedException {
        if (!(value instanceof Boolean truth)) {
            throw new ValueRejectedException(value + " is neither 0 nor 1: map the column to an int32");
        }
        out.ascii(truth ? "true" : "false");
        return true;
    }

    private static boolean json(JsonBuffer out, Object value) {
        String text = (String) value;
        if (text.strip().equals("null")) {
            return false;
        }
        out.json(text);
        return true;
    }

    private static boolean object(JsonBuffer out, Object value) throws ValueRejectedException {
        return object(out, value, false);
    }

    private static boolean object(JsonBuffer out, Object value, boolean insideArray) throws ValueRejectedException {
        String text = ((String) value).strip();
        if (text.equals("null")) {
            return false;
        }
        // PHP writes an empty object as an empty array: Typesense takes it.
        boolean empty = text.startsWith("[") && text.substring(1).strip().equals("]");
        if (!text.startsWith("{") && !empty) {
            throw new ValueRejectedException("the value is " + shape(text) + ", and the field is object: "
                    + (text.startsWith("[") ? "'type: \"object[]\"' takes arrays of objects, " : "")
                    + "'type: string' keeps the text");
        }
        out.json(ObjectJson.withoutNulls(text, insideArray));
        return true;
    }

    private static boolean objects(JsonBuffer out, Object value) throws ValueRejectedException {
        String text = ((String) value).strip();
        if (text.equals("null")) {
            return false;
        }
        if (!text.startsWith("[")) {
            throw new ValueRejectedException("the value is " + shape(text)
                    + ", and the field is object[], which takes arrays of objects; 'type: string' keeps the text");
        }
        out.json(ObjectJson.arrayOfObjects(text));
        return true;
    }

    private static String shape(String json) {
        return switch (json.charAt(0)) {
            case '{' -> "a JSON object";
            case '[' -> "a JSON array";
            case '"' -> "a JSON string";
            case 't', 'f' -> "a JSON boolean";
            default -> "a JSON number";
        };
    }

    private static boolean point(JsonBuffer out, Object value) throws ValueRejectedException {
        double[] xy = (double[]) value;
        geopoint(out, xy[1], xy[0]);
        return true;
    }

    /** Writes {@code [lat,lon]}. */
    static void geopoint(JsonBuffer out, double lat, double lon) throws ValueRejectedException {
        if (!(Math.abs(lat) <= 90) || !(Math.abs(lon) <= 180)) {
            throw new ValueRejectedException("(" + lat + ", " + lon + ") is not a point on earth (lat, lon)");
        }
        out.raw(("[" + lat + "," + lon + "]").getBytes(StandardCharsets.US_ASCII));
    }
}
