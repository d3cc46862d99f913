package dev.tidemark.connector.postgres.engine;

import dev.tidemark.connector.IncludePattern;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.SourceSettings.Table;
import dev.tidemark.connector.base.engine.OwnedProperties;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.postgres.connection.Database;
import dev.tidemark.connector.postgres.connection.PemSocketFactory;
import dev.tidemark.connector.postgres.decode.ValueConverter;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Debezium's properties for one configuration. Names and defaults are those of 3.6.1.Final. */
public final class EngineProperties {

    /** Properties that a configuration must not pass through, because one of our guarantees depends on them. */
    public static final Set<String> OWNED = OwnedProperties.with(
            "database.dbname",
            "database.binaryTransfer",
            EngineConnections.PROPERTY,
            "plugin.name",
            "slot.name",
            "slot.drop.on.stop",
            "publication.name",
            "publication.autocreate.mode",
            "publish.via.partition.root",
            "replica.identity.autoset.values",
            "schema.include.list",
            "schema.exclude.list",
            "offset.mismatch.strategy",
            "slot.seek.to.known.offset.on.start",
            "tidemark." + ValueConverter.TYPES,
            "include.unknown.datatypes",
            "flush.lsn.source",
            "lsn.flush.mode");

    private static final Duration SLOT_WAIT = Duration.ofDays(7);

    private EngineProperties() {}

    /**
     * Returns them.
     *
     * @param options further start options of its sessions, see {@code SessionTimeouts}
     */
    public static Map<String, String> of(SourceSettings settings, String slot, String publication, String options) {
        Map<String, String> properties = new LinkedHashMap<>(defaults());
        properties.putAll(settings.debezium());
        properties.putAll(PemSocketFactory.properties(settings.tls()));
        properties.putAll(connection(settings, slot, publication));
        properties.putAll(guarantees(settings.pipeline()));
        properties.put("database.options", (Database.sessionOptions(settings) + " " + options).strip());
        properties.put(EngineConnections.PROPERTY, EngineConnections.class.getName());
        return Map.copyOf(properties);
    }

    /** Returns the properties that a configuration may change: speed and timeouts. */
    private static Map<String, String> defaults() {
        Map<String, String> p = new HashMap<>();
        // The latency floor of streaming.
        p.put("poll.interval.ms", "20");
        p.put("max.batch.size", "2048");
        p.put("max.queue.size", "4096");
        // Invariant 3: Debezium's own queue is bounded too, and one batch of it is in our hands meanwhile.
        p.put(
                "max.queue.size.in.bytes",
                String.valueOf(Math.min(32L << 20, Runtime.getRuntime().maxMemory() / 16)));
        p.put("status.update.interval.ms", "5000");
        p.put("slot.max.retries", "0");
        // The server creates a slot when all transactions that are open have ended, however long that takes. A start
        // that is
        // abandoned leaves a session behind that continues to wait, and then holds the slot.
        p.put("create.slot.command.timeout", String.valueOf(SLOT_WAIT.toSeconds()));
        p.put("internal.task.management.timeout.ms", String.valueOf(SLOT_WAIT.toMillis()));
        p.put("database.tcpKeepAlive", "true");
        p.put("database.connectTimeout", "10");
        // Debezium's check takes a connection of its own and names what is wrong less well than our preflight.
        p.put("xmin.fetch.interval.ms", "0");
        // A quiet database alongside a busy one on the same server: without a transaction of its own in the WAL now and
        // then, the
        // slot would hold back everything the other one writes. An empty message needs neither a table nor a privilege.
        // It is
        // transactional so that it ends in a commit, the only kind of LSN that a stored offset contains.
        // The engine's own thread commits this. It must not wait there for a synchronous standby: nothing would be read
        // meanwhile.
        p.put(
                "heartbeat.action.query",
                "SELECT set_config('synchronous_commit', 'local', true), pg_logical_emit_message(true, 'tidemark', '')");
        return p;
    }

    private static Map<String, String> connection(SourceSettings settings, String slot, String publication) {
        Map<String, String> p = new HashMap<>();
        p.put("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
        p.put("name", settings.pipeline());
        p.put("topic.prefix", settings.pipeline());
        p.put("database.hostname", settings.host());
        p.put("database.port", String.valueOf(settings.port()));
        p.put("database.dbname", settings.database());
        p.put("database.user", settings.user());
        p.put("database.password", settings.password().reveal());
        p.put("plugin.name", "pgoutput");
        p.put("slot.name", slot);
        p.put("publication.name", publication);
        p.put("publication.autocreate.mode", "filtered");
        p.put(
                "table.include.list",
                settings.tables().stream()
                        .map(Table::id)
                        .distinct()
                        .map(TableId::toString)
                        .map(IncludePattern::exactly)
                        .collect(Collectors.joining(",")));
        p.put("snapshot.mode", "no_data");
        return p;
    }

    private static Map<String, String> guarantees(String pipeline) {
        Map<String, String> p = new HashMap<>();
        p.put("slot.drop.on.stop", "false");
        p.put("publish.via.partition.root", "true");
        // A recreated slot is a silent gap under the default strategy.
        p.put("offset.mismatch.strategy", "trust_offset");
        // Restarts inside the engine would replay behind our queue, and continue indefinitely, silently: we supervise
        // and
        // rebuild.
        p.put("errors.max.retries", "0");
        p.put("tombstones.on.delete", "false");
        // Truncates are skipped by default.
        p.put("skipped.operations", "none");
        // Invariant 6: "warn" would turn a value it cannot convert into NULL.
        p.put("event.converting.failure.handling.mode", "fail");
        p.put("event.processing.failure.handling.mode", "fail");
        p.put("include.unknown.datatypes", "true");
        p.put("converters", "tidemark");
        p.put("tidemark.type", ValueConverter.class.getName());
        p.put("tidemark." + ValueConverter.TYPES, pipeline);
        // Only for how Debezium reads column defaults, of which nothing is used: it warns less.
        p.put("decimal.handling.mode", "string");
        // Arrays are carried as the server's own text.
        p.put("database.binaryTransfer", "false");
        return p;
    }
}
