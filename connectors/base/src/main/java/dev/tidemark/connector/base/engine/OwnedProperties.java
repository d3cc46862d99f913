package dev.tidemark.connector.base.engine;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Debezium's properties that a configuration must not pass through, because one of our guarantees depends on them. */
public final class OwnedProperties {

    private static final Set<String> OF_EVERY_CONNECTOR = Set.of(
            "name",
            "connector.class",
            "topic.prefix",
            "database.hostname",
            "database.port",
            "database.user",
            "database.password",
            "table.include.list",
            "table.exclude.list",
            "column.include.list",
            "column.exclude.list",
            "message.key.columns",
            "snapshot.mode",
            "snapshot.include.collection.list",
            "signal.enabled.channels",
            "signal.data.collection",
            "offset.storage",
            "offset.storage.file.filename",
            "offset.flush.interval.ms",
            "offset.commit.policy",
            "heartbeat.interval.ms",
            "topic.heartbeat.prefix",
            "errors.max.retries",
            "tombstones.on.delete",
            "skipped.operations",
            "event.converting.failure.handling.mode",
            "event.processing.failure.handling.mode",
            "converters",
            "tidemark.type",
            "decimal.handling.mode",
            "field.name.adjustment.mode",
            "schema.name.adjustment.mode",
            "provide.transaction.metadata");

    private OwnedProperties() {}

    /** Returns those of every connector, and further ones of one connector. */
    public static Set<String> with(String... further) {
        return Stream.concat(OF_EVERY_CONNECTOR.stream(), Arrays.stream(further))
                .collect(Collectors.toUnmodifiableSet());
    }
}
