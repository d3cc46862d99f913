package dev.tidemark.expression;

import dev.cel.common.values.CelByteString;
import dev.cel.common.values.NullValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values of CEL in the form that {@link ResultType.Kind} documents, with Java's null for null. */
final class Results {

    private Results() {}

    static @Nullable Object plain(Object value) {
        if (value instanceof String || value instanceof Number || value instanceof Boolean) {
            return value;
        } else if (value instanceof NullValue) {
            return null;
        } else if (value instanceof List<?> list) {
            List<@Nullable Object> plain = new ArrayList<>(list.size());
            for (Object each : list) {
                plain.add(plain(each));
            }
            return plain;
        } else if (value instanceof Map<?, ?> map) {
            Map<Object, @Nullable Object> plain = new LinkedHashMap<>();
            map.forEach((key, each) -> plain.put(key, plain(each)));
            return plain;
        }
        return value instanceof CelByteString bytes ? bytes.toByteArray() : value;
    }
}
