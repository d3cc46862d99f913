package dev.tidemark.connector.postgres.connection;

import dev.tidemark.connector.base.engine.DriverPrefixes;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;

/** Properties that Debezium passes to the driver, which checks them only when it connects. */
public final class DriverValues {

    private DriverValues() {}

    /** Returns what is wrong with values, by property: what the driver allows there. */
    public static Map<String, String> wrong(Map<String, String> given) {
        return DriverPrefixes.wrong(given, (name, value) -> {
            PGProperty property = PGProperty.forName(name);
            return property == null ? null : problem(property, value.strip());
        });
    }

    private static @Nullable String problem(PGProperty property, String value) {
        String[] choices = property.getChoices();
        if (choices != null && choices.length > 0) {
            Set<String> allowed = new TreeSet<>(Set.of(choices));
            return allowed.contains(value) ? null : "one of " + String.join(", ", allowed);
        }
        return isNumber(property.getDefaultValue()) && !isNumber(value) ? "an integer is required" : null;
    }

    private static boolean isNumber(@Nullable String value) {
        if (value == null) {
            return false;
        }
        try {
            Integer.parseInt(value);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
