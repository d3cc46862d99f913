package dev.tidemark.config.read;

import dev.tidemark.config.Config;
import dev.tidemark.config.DocumentSource;
import dev.tidemark.config.yaml.Suggestion;
import dev.tidemark.config.yaml.YamlMap;
import dev.tidemark.config.yaml.YamlValue;
import dev.tidemark.connector.ConnectorFactory;
import dev.tidemark.connector.Join;
import dev.tidemark.connector.Secret;
import dev.tidemark.connector.SnapshotMode;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.tls.Tls;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The section {@code source}: one database, of a kind that there is a connector for. */
final class SourceReader {

    private static final Map<String, SnapshotMode> SNAPSHOT_MODES =
            Map.of("initial", SnapshotMode.INITIAL, "never", SnapshotMode.NEVER, "always", SnapshotMode.ALWAYS);
    private static final Pattern REPLICATION_NAME = Pattern.compile("[a-z0-9_]{1,63}");

    private final List<ConnectorFactory> connectors;
    private final List<String> kinds;
    private final String pipeline;
    private final Path state;
    private final List<SourceSettings.Table> tables;

    SourceReader(List<ConnectorFactory> connectors, String pipeline, Path state, List<Config.Document> documents) {
        this.connectors = connectors;
        this.kinds = connectors.stream().map(ConnectorFactory::name).sorted().toList();
        this.pipeline = pipeline;
        this.state = state;
        this.tables = Stream.concat(
                        documents.stream().flatMap(SourceReader::tables).distinct(), dependencies(documents))
                .toList();
    }

    /** Returns the tables that joined documents depend on, each with all columns that changes must contain for any of them. */
    private static Stream<SourceSettings.Table> dependencies(List<Config.Document> documents) {
        Map<TableId, Set<String>> columns = new LinkedHashMap<>();
        for (Config.Document document : documents) {
            if (document.source() instanceof DocumentSource.Joined joined) {
                for (Join.Dependency dependency : joined.dependencies()) {
                    columns.computeIfAbsent(dependency.table(), table -> new LinkedHashSet<>())
                            .addAll(dependency.columns());
                }
            }
        }
        return columns.entrySet().stream()
                .map(table -> new SourceSettings.Table(table.getKey(), List.of(), List.copyOf(table.getValue())));
    }

    private static Stream<SourceSettings.Table> tables(Config.Document document) {
        Config.DeleteWhere also = document.deleteWhere();
        return also == null
                ? Stream.of(document.table())
                : Stream.of(document.table(), new SourceSettings.Table(also.table(), List.of()));
    }

    Config.Source read(YamlMap root) {
        Optional<YamlMap> source =
                root.required("source", "one of: " + String.join(", ", kinds)).flatMap(YamlValue::map);
        Config.Source read = new Config.Source("", nothing());
        for (String key : source.map(YamlMap::keys).orElse(List.of())) {
            YamlMap map = source.get();
            Optional<ConnectorFactory> factory = factory(map, key);
            Optional<YamlMap> settings =
                    map.nullable(key).filter(value -> factory.isPresent()).flatMap(YamlValue::map);
            if (settings.isPresent()) {
                read = new Config.Source(key, settings(settings.get(), factory.get()));
            }
        }
        source.ifPresent(this::checkExactlyOne);
        return read;
    }

    /**
     * Returns the connector of a key. If the key is a misspelling of one, that is recorded as a problem and its content is read
     * nevertheless.
     */
    private Optional<ConnectorFactory> factory(YamlMap source, String key) {
        Optional<String> near = kinds.contains(key) ? Optional.of(key) : Suggestion.of(key, kinds);
        if (!kinds.contains(key)) {
            source.nullable(key).ifPresent(value -> value.wrong("unknown connector", Suggestion.hint(key, kinds)));
        }
        return connectors.stream()
                .filter(connector -> near.isPresent() && connector.name().equals(near.get()))
                .findFirst();
    }

    private void checkExactlyOne(YamlMap source) {
        long given = source.keys().stream().filter(kinds::contains).count();
        String all = String.join(", ", kinds);
        if (given > 1) {
            source.problem(source.line(), "must name exactly one database, not " + given, "keep one of: " + all);
        } else if (source.keys().isEmpty()) {
            source.problem(source.line(), "must name a database", "one of: " + all);
        }
    }

    private static SourceSettings.Reads reads(YamlMap map) {
        SourceSettings.Reads usual = SourceSettings.Reads.DEFAULT;
        int connections = map.optional("maxConnections")
                .flatMap(value -> value.integer(1, 100))
                .orElse(usual.maxConnections());
        Duration timeout = map.optional("statementTimeout")
                .flatMap(value -> value.duration(Duration.ofMillis(100), Duration.ofHours(1)))
                .orElse(usual.statementTimeout());
        int queries = map.optional("queriesPerSecond")
                .flatMap(value -> value.integer(1, 100_000))
                .orElse(usual.queriesPerSecond());
        map.finish();
        return new SourceSettings.Reads(connections, timeout, queries);
    }

    private SourceSettings settings(YamlMap map, ConnectorFactory factory) {
        String host = map.required("host", "such as 'host: 127.0.0.1'")
                .flatMap(Address::host)
                .orElse("");
        int port = map.optional("port")
                .flatMap(value -> value.integer(1, Address.LAST_PORT))
                .orElse(factory.defaultPort());
        String database = database(map, factory);
        String user = map.required("user", "such as 'user: tidemark'")
                .flatMap(YamlValue::text)
                .orElse("");
        Secret password = map.required("password", "such as 'password: ${DB_PASSWORD}'")
                .flatMap(YamlValue::secret)
                .orElse(new Secret(""));
        SnapshotMode snapshot = map.optional("snapshot")
                .flatMap(value -> value.oneOf(SNAPSHOT_MODES))
                .orElse(SnapshotMode.INITIAL);
        Duration heartbeat = map.optional("heartbeat")
                .flatMap(value -> value.duration(Duration.ofMillis(100), Duration.ofHours(1)))
                .orElse(Duration.ofSeconds(10));
        Map<String, String> options = options(map, factory);
        Tls tls = TlsReader.client(map);
        if (map.has("tls") && factory.verifiesNamesOnly() && Address.isNumeric(host)) {
            map.optional("host")
                    .ifPresent(value -> value.invalid(
                            "must be a name where 'tls' is given",
                            "such as db.internal, a name that is in the server's certificate"));
        }
        Map<String, String> debezium = new DebeziumProperties(factory, map.has("tls")).read(map.section("debezium"));
        SourceSettings.Reads reads = reads(map.section("reads"));
        map.finish();
        return new SourceSettings(
                pipeline, state, host, port, database, user, password, snapshot, heartbeat, options, debezium, tables,
                reads, tls);
    }

    private static String database(YamlMap map, ConnectorFactory factory) {
        if (factory.needsDatabase()) {
            return map.required("database", "such as 'database: shop'")
                    .flatMap(YamlValue::text)
                    .orElse("");
        }
        map.nullable("database")
                .ifPresent(value -> value.wrong(
                        "is not known for " + factory.name(), "remove it; tables are named database.table"));
        return "";
    }

    /**
     * Returns the connector's own keys. Their spelling is checked here if it is known; their meaning is left to the connector.
     */
    private static Map<String, String> options(YamlMap map, ConnectorFactory factory) {
        Map<String, String> options = new LinkedHashMap<>();
        for (String key : factory.options().stream().sorted().toList()) {
            map.optional(key)
                    .flatMap(value -> switch (key) {
                        case "slot", "publication" ->
                            value.text(
                                    REPLICATION_NAME,
                                    "must hold only a-z, 0-9 and _, at most 63",
                                    "such as tidemark_shop");
                        case "serverId" -> value.integer(1, Integer.MAX_VALUE).map(String::valueOf);
                        default -> value.text();
                    })
                    .ifPresent(text -> options.put(key, text));
        }
        return options;
    }

    private SourceSettings nothing() {
        return SourceSettings.of(pipeline).state(state).tables(tables).build();
    }
}
