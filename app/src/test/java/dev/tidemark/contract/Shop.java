package dev.tidemark.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.Pipeline;
import dev.tidemark.RefusedException;
import dev.tidemark.config.Config;
import dev.tidemark.config.ConfigLoader;
import dev.tidemark.connector.postgres.PostgresConnectorFactory;
import dev.tidemark.sink.typesense.TypesenseSink;
import dev.tidemark.testkit.PostgresServer;
import dev.tidemark.testkit.TypesenseServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A database of its own, collections of its own, and a pipeline between them, on real servers shared by all tests. */
public final class Shop implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final PostgresServer postgres;
    private final TypesenseServer typesense;
    private final Path folder;
    private final String name;
    private String settings = "";
    private String sourceSettings = "";
    private String documents = "";
    private SimpleMeterRegistry registry = new SimpleMeterRegistry();

    public Shop(PostgresServer postgres, TypesenseServer typesense) throws IOException {
        this.postgres = postgres;
        this.typesense = typesense;
        this.name = "shop" + ProcessHandle.current().pid() + "x" + NUMBER.incrementAndGet();
        this.folder = Files.createTempDirectory("tidemark-" + name);
        postgres.createDatabase(name);
    }

    public static Shop onSharedServers() throws IOException {
        return new Shop(PostgresServer.shared(), TypesenseServer.shared());
    }

    public String name() {
        return name;
    }

    public Path folder() {
        return folder;
    }

    public Path state() {
        return folder.resolve("state");
    }

    public PostgresServer postgres() {
        return postgres;
    }

    public TypesenseServer typesense() {
        return typesense;
    }

    public SimpleMeterRegistry registry() {
        return registry;
    }

    /** A collection's name that no other test uses. */
    public String collection(String plain) {
        return name + "_" + plain;
    }

    public String slot() {
        return "tidemark_" + name;
    }

    /** Top-level settings, such as {@code flush: {interval: 0}}. */
    public Shop with(String yaml) {
        settings += yaml + "\n";
        return this;
    }

    /** Settings under {@code source.postgres}, such as {@code snapshot: always}. */
    public Shop withSource(String yaml) {
        sourceSettings += "    " + yaml + "\n";
        return this;
    }

    public Shop withoutSourceSettings() {
        sourceSettings = "";
        return this;
    }

    /** A document from {@code public.<table>}; more settings of it may follow, each on its own line. */
    public Shop document(String table, String... more) {
        documents += "  - table: public." + table + "\n    collection: " + collection(table) + "\n";
        for (String line : more) {
            documents += "    " + line + "\n";
        }
        return this;
    }

    public Shop withoutDocuments() {
        documents = "";
        return this;
    }

    public Path configFile() throws IOException {
        String flush = settings.contains("flush:") ? "" : "flush: {interval: 50ms}\n";
        String http = settings.contains("http:") ? "" : "http: {port: 0}\n";
        String yaml = "name: " + name + "\nstate: " + state() + "\nsource:\n  postgres:\n    host: " + postgres.host()
                + "\n    port: " + postgres.port() + "\n    database: " + name + "\n    user: " + postgres.user()
                + "\n    password: " + postgres.password() + "\n    heartbeat: 500ms\n" + sourceSettings
                + "sink:\n  typesense:\n    nodes: [\"" + typesense.uri() + "\"]\n    apiKey: " + typesense.apiKey()
                + "\n    timeout: 10s\n" + flush + http + settings + "documents:\n" + documents;
        return Files.writeString(folder.resolve("tidemark.yml"), yaml);
    }

    public Config config() throws IOException {
        return ConfigLoader.load(configFile(), List.of(new PostgresConnectorFactory()), System.getenv());
    }

    /** Starts the pipeline in this process. */
    public Pipeline start() throws IOException, RefusedException, InterruptedException {
        Config config = config();
        registry = new SimpleMeterRegistry();
        Pipeline pipeline = new Pipeline(
                config,
                new PostgresConnectorFactory().create(config.source().settings()),
                new TypesenseSink(config.sink()),
                registry);
        try {
            pipeline.start();
            return pipeline;
        } catch (IOException | RefusedException | InterruptedException | RuntimeException e) {
            pipeline.close();
            throw e;
        }
    }

    public void sql(String... statements) {
        postgres.execute(name, statements);
    }

    public Connection connect() throws SQLException {
        return postgres.connect(name);
    }

    /** What a collection holds: parsed documents by id. */
    public Map<String, JsonNode> documents(String table) {
        Map<String, JsonNode> byId = new TreeMap<>();
        for (String line : typesense.admin().export(collection(table))) {
            try {
                JsonNode document = JSON.readTree(line);
                byId.put(document.get("id").asText(), document);
            } catch (IOException e) {
                throw new IllegalStateException(line, e);
            }
        }
        return byId;
    }

    /** What a query tells, one JSON object a row (a column named {@code doc}), by its {@code id}. */
    public Map<String, JsonNode> rows(String query) {
        Map<String, JsonNode> byId = new TreeMap<>();
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                JsonNode document = JSON.readTree(rows.getString("doc"));
                byId.put(document.get("id").asText(), document);
            }
        } catch (SQLException | IOException e) {
            throw new IllegalStateException(e);
        }
        return byId;
    }

    /** Takes slot and folder away; the database stays with its server. */
    @Override
    public void close() {
        sql("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = '" + slot()
                + "' AND NOT active");
    }
}
