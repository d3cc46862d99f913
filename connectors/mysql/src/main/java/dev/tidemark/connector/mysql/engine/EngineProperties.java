package dev.tidemark.connector.mysql.engine;

import dev.tidemark.connector.IncludePattern;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.SourceSettings.Table;
import dev.tidemark.connector.base.engine.OwnedProperties;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.mysql.connection.PublicKeys;
import dev.tidemark.connector.mysql.connection.SessionTimeouts;
import dev.tidemark.connector.mysql.connection.SessionVariables;
import dev.tidemark.connector.mysql.decode.ValueConverter;
import dev.tidemark.connector.mysql.schema.EngineSchemaHistory;
import dev.tidemark.connector.mysql.schema.SchemaHistoryFile;
import io.debezium.connector.binlog.event.TransactionPayloadDeserializer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Debezium's properties for one configuration. Names and defaults are those of 3.6.1.Final. */
public final class EngineProperties {

    /** Properties that a configuration must not pass through, because one of our guarantees depends on them. */
    public static final Set<String> OWNED = OwnedProperties.with(
            "database.server.id",
            "database.include.list",
            "database.exclude.list",
            "snapshot.mode.custom.name",
            "include.schema.changes",
            "event.deserialization.failure.handling.mode",
            "inconsistent.schema.handling.mode",
            // Any size makes Debezium's connections read by a cursor.
            "snapshot.fetch.size",
            "database.connectionTimeZone",
            "driver.connectionTimeZone",
            "driver.forceConnectionTimeZoneToSession",
            "driver.tinyInt1isBit",
            "driver.yearIsDateType",
            "driver.useCursorFetch",
            "driver.useServerPrepStmts",
            "bigint.unsigned.handling.mode",
            "enable.time.adjuster",
            "gtid.source.includes",
            "gtid.source.excludes",
            "schema.history.internal",
            "schema.history.internal.store.only.captured.tables.ddl",
            "schema.history.internal.store.only.captured.databases.ddl",
            EngineSchemaHistory.FILE);

    /** Continues from a file and a position in it, even if the server has GTIDs; the engine then records no GTIDs. */
    public static final String BY_PLACE = "gtid.ignore.on.recovery";

    private static final Duration SHORTEST_KEEP_ALIVE = Duration.ofSeconds(10);

    private EngineProperties() {}

    public static Map<String, String> of(SourceSettings settings, long serverId) {
        return of(settings, serverId, settings.debezium());
    }

    /**
     * Returns the properties of an engine.
     *
     * @param further what the configuration passes through, and its TLS in Debezium's words
     */
    public static Map<String, String> of(SourceSettings settings, long serverId, Map<String, String> further) {
        Map<String, String> properties = new LinkedHashMap<>(defaults(settings));
        properties.putAll(further);
        properties.putAll(connection(settings, serverId));
        properties.putAll(guarantees(settings));
        properties.putAll(ValueConverter.ENGINE);
        properties.remove("database." + SessionVariables.PROPERTY);
        properties.put("driver." + SessionVariables.PROPERTY, SessionVariables.of(further));
        SessionTimeouts.addToEngine(properties);
        return Map.copyOf(properties);
    }

    /** Returns the properties that a configuration may change: speed and timeouts. */
    private static Map<String, String> defaults(SourceSettings settings) {
        return Map.of(
                // The latency floor of streaming.
                "poll.interval.ms",
                "20",
                "max.batch.size",
                "2048",
                "max.queue.size",
                "4096",
                // Invariant 3: Debezium's own queue is bounded too.
                "max.queue.size.in.bytes",
                String.valueOf(Math.min(32L << 20, Runtime.getRuntime().maxMemory() / 16)),
                "connect.timeout.ms",
                "10000",
                // A server without TLS, as in DriverProperties.
                "database." + PublicKeys.RETRIEVAL,
                String.valueOf(PublicKeys.isLoopback(settings.host())),
                // A quiet server is requested to send a heartbeat every four fifths of this, and a connection without
                // one is closed: also one that waits that long because the queue is full.
                "connect.keep.alive.interval.ms",
                String.valueOf(keepAlive(settings).toMillis()));
    }

    private static Duration keepAlive(SourceSettings settings) {
        Duration forHeartbeat = settings.heartbeat().multipliedBy(5).dividedBy(4);
        Duration quiet = forHeartbeat.compareTo(SHORTEST_KEEP_ALIVE) < 0 ? SHORTEST_KEEP_ALIVE : forHeartbeat;
        // While a compressed transaction is handled nothing is read: one that was cut off gets twice as long.
        Duration handled = Duration.ofMillis(2 * TransactionPayloadDeserializer.longestMillis());
        return handled.compareTo(quiet) < 0 ? quiet : handled;
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
                Map.entry("snapshot.mode", "no_data"));
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
                // Invariant 6: "warn" would turn a value it cannot convert into NULL, or leave out an entire event.
                Map.entry("event.converting.failure.handling.mode", "fail"),
                Map.entry("event.processing.failure.handling.mode", "fail"),
                // Rows of a table that is unknown end the engine all the same (MySqlDatabaseSchema); some are left out
                // knowingly.
                Map.entry("inconsistent.schema.handling.mode", "skip"),
                // Only for how Debezium reads column defaults, of which nothing is used.
                Map.entry("decimal.handling.mode", "string"),
                // Two-digit years are MySQL's own matter.
                Map.entry("enable.time.adjuster", "false"));
    }
}
