package dev.tidemark.connector.mysql;

import dev.tidemark.connector.IncludePattern;
import dev.tidemark.connector.SnapshotMode;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.SourceSettings.Table;
import dev.tidemark.connector.TableId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Debezium's properties for one configuration. Names and defaults are those of 3.6.1.Final. */
final class EngineProperties {

    /** What a configuration may not pass through, because a guarantee of ours hangs on it. */
    static final Set<String> OWNED = Set.of(
            "name",
            "connector.class",
            "topic.prefix",
            "database.hostname",
            "database.port",
            "database.user",
            "database.password",
            "database.server.id",
            "database.include.list",
            "database.exclude.list",
            "table.include.list",
            "table.exclude.list",
            "column.include.list",
            "column.exclude.list",
            "message.key.columns",
            "snapshot.mode",
            "snapshot.include.collection.list",
            "offset.storage",
            "offset.storage.file.filename",
            "offset.flush.interval.ms",
            "offset.commit.policy",
            "heartbeat.interval.ms",
            "topic.heartbeat.prefix",
            "errors.max.retries",
            "tombstones.on.delete",
            "skipped.operations",
            "include.schema.changes",
            "event.converting.failure.handling.mode",
            "event.processing.failure.handling.mode",
            "event.deserialization.failure.handling.mode",
            "inconsistent.schema.handling.mode",
            "converters",
            "tidemark.type",
            // Any size makes Debezium read by a cursor, in a protocol of which it misreads times.
            "snapshot.fetch.size",
            "database.connectionTimeZone",
            "driver.connectionTimeZone",
            "driver.forceConnectionTimeZoneToSession",
            "driver.tinyInt1isBit",
            "driver.yearIsDateType",
            "driver.useCursorFetch",
            "driver.useServerPrepStmts",
            "decimal.handling.mode",
            "bigint.unsigned.handling.mode",
            "enable.time.adjuster",
            "field.name.adjustment.mode",
            "schema.name.adjustment.mode",
            "provide.transaction.metadata",
            "gtid.source.includes",
            "gtid.source.excludes",
            "schema.history.internal",
            "schema.history.internal.store.only.captured.tables.ddl",
            "schema.history.internal.store.only.captured.databases.ddl",
            EngineSchemaHistory.FILE);

    /** Goes on from a file and a place in it, also where the server has GTIDs; the engine then notes none. */
    static final String BY_PLACE = "gtid.ignore.on.recovery";

    private static final Duration SHORTEST_KEEP_ALIVE = Duration.ofSeconds(10);

    private EngineProperties() {}

    static Map<String, String> of(SourceSettings settings, long serverId) {
        return of(settings, serverId, settings.debezium());
    }

    /** @param further what the configuration passes through, and its TLS in Debezium's words */
    static Map<String, String> of(SourceSettings settings, long serverId, Map<String, String> further) {
        Map<String, String> properties = new LinkedHashMap<>(defaults(settings));
        properties.putAll(further);
        properties.putAll(connection(settings, serverId));
        properties.putAll(guarantees(settings));
        properties.putAll(ValueConverter.ENGINE);
        if (!settings.onlyStreamed().isEmpty()) {
            properties.put(
                    "snapshot.include.collection.list",
                    settings.snapshotted().stream().map(IncludePattern::ofTable).collect(Collectors.joining(",")));
        }
        return Map.copyOf(properties);
    }

    /** What a configuration may change: speed and patience. */
    private static Map<String, String> defaults(SourceSettings settings) {
        return Map.of(
                // The latency floor of streaming.
                "poll.interval.ms", "20",
                "max.batch.size", "2048",
                "max.queue.size", "4096",
                // Invariant 3: Debezium's own queue is bounded too.
                "max.queue.size.in.bytes", String.valueOf(32L << 20),
                "connect.timeout.ms", "10000",
                // A server without TLS, as in DriverProperties.
                "database.allowPublicKeyRetrieval", "true",
                // A quiet server is asked for a sign of life every four fifths of this, and a connection without one is
                // given
                // up: also one that waits so long because the queue is full.
                "connect.keep.alive.interval.ms",
                        String.valueOf(keepAlive(settings).toMillis()));
    }

    private static Duration keepAlive(SourceSettings settings) {
        Duration forHeartbeat = settings.heartbeat().multipliedBy(5).dividedBy(4);
        return forHeartbeat.compareTo(SHORTEST_KEEP_ALIVE) < 0 ? SHORTEST_KEEP_ALIVE : forHeartbeat;
    }

    private static Map<String, String> connection(SourceSettings settings, long serverId) {
        return Map.ofEntries(
                Map.entry("connector.class", "io.debezium.connector.mysql.MySqlConnector"),
                Map.entry("name", settings.pipeline()),
                Map.entry("topic.prefix", settings.pipeline()),
                Map.entry("database.hostname", settings.host()),
                Map.entry("database.port", String.valueOf(settings.port())),
                Map.entry("database.user", settings.user()),
                Map.entry("database.password", settings.password().reveal()),
                Map.entry("database.server.id", String.valueOf(serverId)),
                Map.entry(
                        "database.include.list",
                        settings.tables().stream()
                                .map(table -> IncludePattern.of(table.id().schema()))
                                .distinct()
                                .collect(Collectors.joining(","))),
                Map.entry(
                        "table.include.list",
                        settings.tables().stream()
                                .map(Table::id)
                                .map(TableId::toString)
                                .map(IncludePattern::of)
                                .distinct()
                                .collect(Collectors.joining(","))),
                Map.entry("snapshot.mode", settings.snapshot() == SnapshotMode.NEVER ? "no_data" : "initial"));
    }

    private static Map<String, String> guarantees(SourceSettings settings) {
        return Map.ofEntries(
                Map.entry("schema.history.internal", EngineSchemaHistory.class.getName()),
                Map.entry(
                        EngineSchemaHistory.FILE,
                        SchemaHistoryFile.in(settings.state()).path().toString()),
                // A table that is swapped in by a rename was altered while it had another name.
                Map.entry("schema.history.internal.store.only.captured.tables.ddl", "false"),
                Map.entry("schema.history.internal.store.only.captured.databases.ddl", "true"),
                Map.entry("include.schema.changes", "true"),
                // Restarts inside the engine would replay behind our queue: we supervise and rebuild.
                Map.entry("errors.max.retries", "0"),
                Map.entry("tombstones.on.delete", "false"),
                // Truncates are skipped by default.
                Map.entry("skipped.operations", "none"),
                // Invariant 6: "warn" would turn a value it cannot convert into NULL, or leave out a whole event.
                Map.entry("event.converting.failure.handling.mode", "fail"),
                Map.entry("event.processing.failure.handling.mode", "fail"),
                Map.entry("inconsistent.schema.handling.mode", "fail"),
                // Only for how Debezium reads column defaults, of which nothing is used.
                Map.entry("decimal.handling.mode", "string"),
                // Two-digit years are MySQL's own matter.
                Map.entry("enable.time.adjuster", "false"));
    }
}
