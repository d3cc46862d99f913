package dev.tidemark.expression;

import static dev.tidemark.expression.Arguments.integer;
import static dev.tidemark.expression.Arguments.number;
import static dev.tidemark.expression.Arguments.text;
import static dev.tidemark.expression.Arguments.time;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.TypeParamType;
import dev.cel.common.values.NullValue;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.TemporalAccessor;
import java.util.List;
import java.util.Map;

/** Functions of null, numbers, times, JSON and points; docs/guides/expressions.md lists them. */
final class ValueFunctions {

    private ValueFunctions() {}

    static void addTo(Library library) {
        CelType text = Types.TEXT;
        CelType any = SimpleType.DYN;
        CelType same = TypeParamType.create("A");
        library.addStrict(
                "default", same, List.of(same, same), args -> args[0] instanceof NullValue ? args[1] : args[0]);

        library.add("parseNumber", Types.FLOAT, List.of(text), args -> number(text(args, 0)));
        library.add(
                "formatNumber",
                text,
                List.of(any, SimpleType.STRING),
                args -> Patterns.number(text(args, 1)).format(finite(number(args, 0))));
        library.add(
                "round",
                Types.FLOAT,
                List.of(Types.FLOAT, SimpleType.INT),
                args -> round(number(args, 0), integer(args, 1)));

        library.add(
                "parseDate", Types.TIME, List.of(text, SimpleType.STRING), args -> parse(text(args, 0), text(args, 1)));
        library.add(
                "formatDate",
                text,
                List.of(Types.TIME, SimpleType.STRING),
                args -> format(time(args, 0), text(args, 1), "UTC"));
        library.add(
                "formatDate",
                text,
                List.of(Types.TIME, SimpleType.STRING, SimpleType.STRING),
                args -> format(time(args, 0), text(args, 1), text(args, 2)));

        library.add("get", any, List.of(any, SimpleType.STRING), args -> get(args[0], text(args, 1)));
        library.add("json", any, List.of(text), args -> json(text(args, 0)));
        library.add("toJson", text, List.of(any), args -> Json.text(args[0]));

        library.addStrict("geopoint", Types.POINT, List.of(any, any), ValueFunctions::geopoint);
        library.add(
                "lat", Types.FLOAT, List.of(Types.POINT), args -> point(args[0]).lat());
        library.add(
                "lon", Types.FLOAT, List.of(Types.POINT), args -> point(args[0]).lon());
    }

    private static double finite(double number) {
        if (!Double.isFinite(number)) {
            throw new IllegalArgumentException(number + " cannot be written as a number");
        }
        return number;
    }

    /** Rounds a number; halves are rounded away from zero. */
    private static double round(double number, int digits) {
        return BigDecimal.valueOf(finite(number))
                .setScale(digits, RoundingMode.HALF_UP)
                .doubleValue();
    }

    /** Parses a time: one that names no zone is in UTC, a date is its midnight in UTC. */
    private static Instant parse(String text, String pattern) {
        try {
            TemporalAccessor parsed = Patterns.time(pattern)
                    .parseBest(
                            text.strip(),
                            ZonedDateTime::from,
                            OffsetDateTime::from,
                            LocalDateTime::from,
                            LocalDate::from);
            if (parsed instanceof ZonedDateTime zoned) {
                return zoned.toInstant();
            } else if (parsed instanceof OffsetDateTime offset) {
                return offset.toInstant();
            } else if (parsed instanceof LocalDateTime time) {
                return time.toInstant(ZoneOffset.UTC);
            }
            return ((LocalDate) parsed).atStartOfDay().toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("'" + text + "' is not a date of the form '" + pattern + "'");
        }
    }

    private static String format(Instant time, String pattern, String zone) {
        try {
            return Patterns.time(pattern).format(time.atZone(Patterns.zone(zone)));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(time + " cannot be written as '" + pattern + "'");
        }
    }

    /** Returns the value at a path of keys and list indexes ({@code a.b.0}), or null if it does not exist. */
    private static Object get(Object from, String path) {
        Object value = from;
        int begin = 0;
        while (begin <= path.length() && !(value instanceof NullValue)) {
            int dot = path.indexOf('.', begin);
            int end = dot < 0 ? path.length() : dot;
            value = step(value, path.substring(begin, end));
            begin = end + 1;
        }
        return value;
    }

    private static Object step(Object value, String key) {
        Object found = null;
        if (value instanceof Map<?, ?> map) {
            found = map.get(key);
        } else if (value instanceof List<?> list && key.matches("[0-9]{1,9}")) {
            int index = Integer.parseInt(key);
            found = index < list.size() ? list.get(index) : null;
        }
        return found == null ? NullValue.NULL_VALUE : found;
    }

    private static Object json(String text) {
        try {
            return Json.parse(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("it is not JSON: " + e.getOriginalMessage());
        }
    }

    private static Object geopoint(Object[] args) {
        if (args[0] instanceof NullValue || args[1] instanceof NullValue) {
            return NullValue.NULL_VALUE;
        }
        return new Geopoint(number(args, 0), number(args, 1));
    }

    private static Geopoint point(Object value) {
        if (value instanceof Geopoint point) {
            return point;
        }
        throw new IllegalArgumentException(value + " is not a geopoint");
    }
}
