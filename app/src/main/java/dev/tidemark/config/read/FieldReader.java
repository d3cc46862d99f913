package dev.tidemark.config.read;

import dev.tidemark.config.Config.Field;
import dev.tidemark.config.Config.Point;
import dev.tidemark.config.yaml.YamlMap;
import dev.tidemark.config.yaml.YamlValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One entry of {@code fields}: {@code ~}, a column's name, or a mapping. */
final class FieldReader {

    private static final Map<String, String> TYPES = Stream.concat(
                    Stream.of("string", "int32", "int64", "float", "bool", "geopoint", "object")
                            .flatMap(type -> Stream.of(type, type + "[]")),
                    Stream.of("int64ms"))
            .collect(Collectors.toUnmodifiableMap(Function.identity(), Function.identity()));

    private static final Map<String, String> TYPE_HINTS = Map.of(
            "auto", "leave 'type' out to take the column's own",
            "string*", "leave 'type' out to take the column's own",
            "double", "Typesense has only float",
            "int", "did you mean 'int32'?",
            "integer", "did you mean 'int32'?",
            "bigint", "did you mean 'int64'?",
            "text", "did you mean 'string'?",
            "boolean", "did you mean 'bool'?");

    /** Typesense reads '*' as a pattern of names; whitespace, ':' and the like cannot be written in its filters. */
    private static final Pattern NAME = Pattern.compile("(?!\\.)[^\\s\\p{Cntrl}*:,()\\[\\]{}`&|<>=!]+(?<!\\.)");

    private FieldReader() {}

    static Optional<Field> read(String name, YamlValue value) {
        checkName(name, value);
        if (value.isNull()) {
            return Optional.of(plain(name));
        }
        return value.isMap()
                ? value.map().map(map -> field(name, map))
                : value.isScalar() ? value.text().map(FieldReader::plain) : notAField(value);
    }

    private static Field plain(String column) {
        return new Field(column, null, null, null, null, null, null);
    }

    private static Optional<Field> notAField(YamlValue value) {
        return value.wrong(
                "must be ~, a column's name or a mapping, not a list", "such as { column: price, type: float }");
    }

    private static void checkName(String name, YamlValue value) {
        if (name.equals("id")) {
            value.wrong("'id' is the document's id, not a field", "define it with 'id:' alongside 'fields:'");
        } else if (!NAME.matcher(name).matches()) {
            value.wrong("cannot be a field's name", "take letters, digits and '_', with '.' only inside");
        }
    }

    private static Field field(String name, YamlMap map) {
        Optional<YamlValue> cel = map.optional("cel");
        Point point = map.has("lat") || map.has("lon") ? point(map) : null;
        Optional<YamlValue> column = map.optional("column");
        if (cel.isPresent() && (point != null || column.isPresent())) {
            cel.get()
                    .wrong(
                            "does not go with 'column', 'lat' and 'lon'",
                            "the expression reads columns as row.<column>");
        } else if (point != null) {
            column.ifPresent(value -> value.wrong("does not go with 'lat' and 'lon'", "remove one or the other"));
        }
        Field field = new Field(
                point == null && cel.isEmpty() ? column.flatMap(YamlValue::text).orElse(name) : null,
                point,
                type(map, point != null),
                flag(map, "facet"),
                flag(map, "optional"),
                flag(map, "index"),
                flag(map, "sort"),
                cel.flatMap(YamlValue::expression).orElse(null));
        if (point == null) {
            // Known all the same, so that a misspelling of them is reported as one.
            List.of("lat", "lon").forEach(map::optional);
        }
        map.finish();
        return field;
    }

    private static Point point(YamlMap map) {
        String hint = "a geopoint consists of two columns: { lat: latitude, lon: longitude }";
        String lat = map.required("lat", hint).flatMap(YamlValue::text).orElse("");
        String lon = map.required("lon", hint).flatMap(YamlValue::text).orElse("");
        return new Point(lat, lon);
    }

    private static @Nullable String type(YamlMap map, boolean isPoint) {
        Optional<YamlValue> given = map.optional("type");
        String type = given.flatMap(value -> value.oneOf(TYPES, TYPE_HINTS)).orElse(null);
        if (isPoint && type != null && !type.equals("geopoint")) {
            given.ifPresent(value -> value.invalid("must be geopoint where 'lat' and 'lon' are given", "leave it out"));
        }
        return type;
    }

    private static @Nullable Boolean flag(YamlMap map, String key) {
        return map.optional(key).flatMap(YamlValue::bool).orElse(null);
    }
}
