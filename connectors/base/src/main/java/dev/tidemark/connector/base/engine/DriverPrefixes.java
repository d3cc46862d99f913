package dev.tidemark.connector.base.engine;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Properties that Debezium passes to the JDBC driver, which reads them only when it connects. */
public final class DriverPrefixes {

    /** The prefixes of such properties, in Debezium's order: the last one wins. */
    public static final List<String> ALL = List.of("database.", "driver.");

    /** Compares a value with what the driver takes. */
    @FunctionalInterface
    public interface Validation {

        /**
         * Returns what is wrong with a value; null if nothing is, or if the driver has no such property.
         *
         * @param name the driver's name of the property
         */
        @Nullable
        String problem(String name, String value);
    }

    private DriverPrefixes() {}

    /** Returns what is wrong with values of the driver, by property. */
    public static Map<String, String> wrong(Map<String, String> debezium, Validation validation) {
        Map<String, String> wrong = new HashMap<>();
        debezium.forEach((key, value) -> {
            for (String prefix : ALL) {
                String problem =
                        key.startsWith(prefix) ? validation.problem(key.substring(prefix.length()), value) : null;
                if (problem != null) {
                    wrong.put(key, problem);
                }
            }
        });
        return wrong;
    }
}
