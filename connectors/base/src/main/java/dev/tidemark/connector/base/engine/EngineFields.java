package dev.tidemark.connector.base.engine;

import dev.tidemark.connector.Check;
import io.debezium.config.Configuration;
import io.debezium.config.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigDef;

/**
 * Properties that a Debezium connector takes, for further properties of a configuration to be compared with. Any thread.
 *
 * @param all the connector's fields
 */
public record EngineFields(Field.Set all) {

    /** Returns what is wrong with values, by property: what Debezium allows there. It would take its default silently, or fail later. */
    public Map<String, String> wrong(Map<String, String> given) {
        Configuration config = Configuration.from(given);
        Map<String, String> wrong = new TreeMap<>();
        for (Field field : all) {
            String value = given.get(field.name());
            if (value != null) {
                field.validate(
                        config,
                        (at, found, problem) -> wrong.putIfAbsent(field.name(), problem + allowed(field, problem)));
                if (field.type() == ConfigDef.Type.CLASS && !exists(value.strip())) {
                    wrong.putIfAbsent(field.name(), "there is no such class on the class path");
                }
            }
        }
        return wrong;
    }

    /** Returns the allowed values as a text to append; empty if the problem names them already. Not every validator does. */
    private static String allowed(Field field, String problem) {
        Set<?> allowed = field.allowedValues();
        if (allowed == null || allowed.isEmpty() || problem.contains("one of")) {
            return "";
        }
        return allowed.stream().map(String::valueOf).sorted().collect(Collectors.joining(", ", ": one of ", ""));
    }

    /** Returns a warning for each property that the connector does not know. */
    public List<Check> unknown(Map<String, String> given) {
        List<String> known = new ArrayList<>();
        for (Field field : all) {
            known.add(field.name());
        }
        return UnknownProperties.check(given, known);
    }

    private static boolean exists(String name) {
        try {
            Class.forName(name, false, EngineFields.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }
}
