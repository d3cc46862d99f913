package dev.tidemark.connector.postgres.connection;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;

/** Properties that Debezium hands on to the driver, which looks at them only when it connects. */
public final class DriverValues {

    private static final String[] PREFIXES = {"database.", "driver."};

    private DriverValues() {}

    /** Returns what is wrong with values, by property: what the driver allows there. */
    public static Map<String, String> wrong(Map<String, String> given) {
        Map<String, String> wrong = new HashMap<>();
        given.forEach((name, value) -> {
            for (String prefix : PREFIXES) {
                PGProperty property =
                        name.startsWith(prefix) ? PGProperty.forName(name.substring(prefix.length())) : null;
                String problem = property == null ? null : problem(property, value.strip());
                if (problem != null) {
                    wrong.put(name, problem);
                }
            }
        });
        return wrong;
    }

    private static @Nullable String problem(PGProperty property, String value) {
        String[] choices = property.getChoices();
        if (choices != null && choices.length > 0) {
            Set<String> allowed = new TreeSet<>(Set.of(choices));
            return allowed.contains(value) ? null : "one of " + String.join(", ", allowed);
        }
        return isNumber(property.getDefaultValue()) && !isNumber(value) ? "a whole number is needed" : null;
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
