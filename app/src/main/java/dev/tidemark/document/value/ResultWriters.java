package dev.tidemark.document.value;

import dev.tidemark.expression.Geopoint;
import dev.tidemark.expression.ResultType;
import dev.tidemark.expression.ResultType.Kind;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writers of what an expression yields into a field of a Typesense type; docs/guides/expressions.md in code. */
final class ResultWriters {

    /** Kinds that a field of each type takes; also ANY, of which each value is checked. */
    private static final Map<String, Set<Kind>> TAKES = Map.of(
            "string", Set.of(Kind.TEXT, Kind.BYTES),
            "int32", Set.of(Kind.INT, Kind.TIME),
            "int64", Set.of(Kind.INT, Kind.TIME),
            "int64ms", Set.of(Kind.TIME),
            "float", Set.of(Kind.FLOAT, Kind.INT),
            "bool", Set.of(Kind.BOOL),
            "geopoint", Set.of(Kind.POINT),
            "object", Set.of(Kind.OBJECT));

    private ResultWriters() {}

    /** Returns the type of a field unless the configuration names one; null if only the row determines what it is. */
    static @Nullable String fieldType(ResultType result) {
        String type = switch (result.kind()) {
            case TEXT, BYTES -> "string";
            case INT, TIME -> "int64";
            case FLOAT -> "float";
            case BOOL -> "bool";
            case POINT -> "geopoint";
            case OBJECT -> "object";
            case ANY, NONE -> null;
        };
        return type == null || !result.list() ? type : type + "[]";
    }

    /** Returns the writer, or null if what the expression yields cannot be written to a field of the type. */
    static @Nullable ValueWriter of(ResultType result, String fieldType) {
        boolean array = fieldType.endsWith("[]");
        String plain = array ? fieldType.substring(0, fieldType.length() - 2) : fieldType;
        Set<Kind> takes = TAKES.get(plain);
        boolean any = result.kind() == Kind.ANY;
        if (takes == null || !(any || takes.contains(result.kind())) || !(array == result.list() || (array && any))) {
            return null;
        }
        return array ? (out, value) -> elements(out, value, plain) : (out, value) -> write(out, value, plain, false);
    }

    private static boolean elements(JsonBuffer out, Object value, String type) throws ValueRejectedException {
        if (!(value instanceof List<?> list)) {
            throw new ValueRejectedException(spelt(value) + " is not a list, and the field is " + type + "[]");
        }
        out.raw((byte) '[');
        for (int i = 0; i < list.size(); i++) {
            Object element = list.get(i);
            if (i > 0) {
                out.raw((byte) ',');
            }
            if (element == null) {
                throw new ValueRejectedException("element " + (i + 1) + " is null, which no array field can hold");
            }
            write(out, element, type, true);
        }
        out.raw((byte) ']');
        return true;
    }

    private static boolean write(JsonBuffer out, Object value, String type, boolean insideArray)
            throws ValueRejectedException {
        switch (type) {
            case "string" -> text(out, value);
            case "int32" -> integer(out, value, Integer.MIN_VALUE, Integer.MAX_VALUE, type);
            case "int64" -> integer(out, value, Long.MIN_VALUE, Long.MAX_VALUE, type);
            case "int64ms" -> {
                if (!(value instanceof Instant time)) {
                    throw unfit(value, type);
                }
                out.number(time.toEpochMilli());
            }
            case "float" -> floating(out, value);
            case "bool" -> {
                if (!(value instanceof Boolean truth)) {
                    throw unfit(value, type);
                }
                out.ascii(truth ? "true" : "false");
            }
            case "geopoint" -> {
                if (!(value instanceof Geopoint point)) {
                    throw unfit(value, type);
                }
                ValueWriters.geopoint(out, point.lat(), point.lon());
            }
            default -> {
                if (!(value instanceof Map<?, ?> map)) {
                    throw unfit(value, type);
                }
                object(out, map, insideArray);
            }
        }
        return true;
    }

    private static void text(JsonBuffer out, Object value) throws ValueRejectedException {
        if (value instanceof byte[] bytes) {
            out.string(Base64.getEncoder().encodeToString(bytes));
        } else if (value instanceof String text) {
            out.string(text);
        } else {
            throw unfit(value, "string");
        }
    }

    private static void integer(JsonBuffer out, Object value, long min, long max, String type)
            throws ValueRejectedException {
        long number;
        if (value instanceof Long integer) {
            number = integer;
        } else if (value instanceof Instant time) {
            number = time.getEpochSecond();
        } else {
            throw unfit(value, type);
        }
        if (number < min || number > max) {
            throw new ValueRejectedException(value + " does not fit " + type);
        }
        out.number(number);
    }

    private static void floating(JsonBuffer out, Object value) throws ValueRejectedException {
        if (!(value instanceof Long) && !(value instanceof Double)) {
            throw unfit(value, "float");
        }
        if (value instanceof Double number && !Double.isFinite(number)) {
            throw new ValueRejectedException(value + " is not a number that JSON can hold");
        }
        out.ascii(value.toString());
    }

    /** Writes an object. A null key of an object in an array is left out: see {@link ObjectJson}. */
    private static void object(JsonBuffer out, Map<?, ?> map, boolean insideArray) throws ValueRejectedException {
        out.raw((byte) '{');
        boolean first = true;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (insideArray && entry.getValue() == null) {
                continue;
            }
            if (!first) {
                out.raw((byte) ',');
            }
            first = false;
            out.string(String.valueOf(entry.getKey()));
            out.raw((byte) ':');
            any(out, entry.getValue(), insideArray);
        }
        out.raw((byte) '}');
    }

    /** Writes a value of any kind inside an object. */
    private static void any(JsonBuffer out, @Nullable Object value, boolean insideArray) throws ValueRejectedException {
        if (value == null) {
            out.ascii("null");
        } else if (value instanceof Map<?, ?> map) {
            object(out, map, insideArray);
        } else if (value instanceof List<?> list) {
            String separator = "[";
            for (Object each : list) {
                out.ascii(separator);
                separator = ",";
                any(out, each, true);
            }
            out.ascii(list.isEmpty() ? "[]" : "]");
        } else if (value instanceof String || value instanceof byte[]) {
            text(out, value);
        } else if (value instanceof Boolean) {
            out.ascii(value.toString());
        } else if (value instanceof Double) {
            floating(out, value);
        } else if (value instanceof Geopoint point) {
            ValueWriters.geopoint(out, point.lat(), point.lon());
        } else {
            integer(out, value, Long.MIN_VALUE, Long.MAX_VALUE, "object");
        }
    }

    private static ValueRejectedException unfit(Object value, String type) {
        return new ValueRejectedException("it yields " + spelt(value) + ", and the field is " + type);
    }

    private static String spelt(Object value) {
        String text = value instanceof byte[] ? "bytes" : String.valueOf(value);
        String shown = text.length() > 100 ? text.substring(0, 100) + "..." : text;
        return value instanceof String ? "the text '" + shown + "'" : shown;
    }
}
