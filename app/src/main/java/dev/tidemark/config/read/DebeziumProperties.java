package dev.tidemark.config.read;

import dev.tidemark.config.yaml.YamlMap;
import dev.tidemark.config.yaml.YamlValue;
import dev.tidemark.connector.ConnectorFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Debezium properties that are passed through. Their values are never shown: some are secrets (invariant 8). */
final class DebeziumProperties {

    /** Properties that Tidemark sets for the engine around every connector; offsets above all (invariant 1). */
    private static final Set<String> ENGINE = Set.of(
            "name",
            "connector.class",
            "topic.prefix",
            "snapshot.mode",
            "heartbeat.interval.ms",
            "errors.max.retries",
            "transforms",
            "predicates",
            "schema.history.internal",
            "schema.history.internal.file.filename");

    private static final List<String> ENGINE_PREFIXES =
            List.of("offset.", "key.converter", "value.converter", "header.converter", "transforms.", "predicates.");

    /** Values under such names are not shown (invariant 8). */
    private static final Pattern SECRET = Pattern.compile("(?i).*(pass|secret|key|token|credential|jaas).*");

    private final ConnectorFactory factory;
    private final Set<String> connector;
    private final boolean tls;

    /** @param tls whether the source has a section {@code tls}, which then must hold all settings of TLS */
    DebeziumProperties(ConnectorFactory factory, boolean tls) {
        this.factory = factory;
        this.connector = factory.ownedProperties();
        this.tls = tls;
    }

    Map<String, String> read(YamlMap map) {
        Map<String, String> properties = new LinkedHashMap<>();
        for (String key : List.copyOf(map.keys())) {
            map.optional(key).ifPresent(value -> {
                if (isOwned(key)) {
                    value.wrong("Tidemark sets this property itself", "remove it");
                } else if (tls && TlsReader.saysTheSame(key)) {
                    value.wrong("'tls' decides this", "remove it, or remove 'tls' and say all of it here");
                } else {
                    value.hidden().text().ifPresent(text -> properties.put(key, text));
                }
            });
        }
        factory.wrongProperties(properties)
                .forEach((key, problem) -> map.optional(key).ifPresent(value -> wrong(key, value, problem)));
        return properties;
    }

    /** Reports an invalid value as the file spells it, and what Debezium allows there; neither is shown for a secret. */
    private static void wrong(String key, YamlValue value, String allowed) {
        if (SECRET.matcher(key).matches()) {
            value.wrong("is not a value that Debezium takes", "see Debezium's documentation");
        } else {
            value.invalid("is not a value that Debezium takes", allowed);
        }
    }

    private boolean isOwned(String key) {
        return connector.contains(key)
                || ENGINE.contains(key)
                || ENGINE_PREFIXES.stream().anyMatch(key::startsWith);
    }
}
