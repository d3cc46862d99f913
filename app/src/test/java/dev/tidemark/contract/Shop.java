package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidemark.config.Config;
import dev.tidemark.config.read.ConfigLoader;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.deadletter.DeadLetter;
import dev.tidemark.deadletter.DeadLetterFilter;
import dev.tidemark.deadletter.DeadLetterReader;
import dev.tidemark.deadletter.DeadLetters;
import dev.tidemark.pipeline.Pipeline;
import dev.tidemark.sink.typesense.Sinks;
import dev.tidemark.startup.StartupException;
import dev.tidemark.testkit.Directories;
import dev.tidemark.testkit.postgres.PostgresServer;
import dev.tidemark.testkit.typesense.TypesenseServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A database of its own, collections of its own, and a pipeline between them, on real servers shared by all tests. */
public final class Shop implements AutoCloseable {

    /** Rows may be nested deeply. */
    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(10_000).build())
            .build());

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final SourceServer source;
    private final TypesenseServer typesense;
    private final Path directory;
    private final String name;
    private String settings = "";
    private String sourceSettings = "";
    private String sinkSettings = "";
    private String host;
    private String node;
    private String user = "";
    private String documents = "";
    private String apiKey = "";
    private SimpleMeterRegistry registry = new SimpleMeterRegistry();

    public Shop(PostgresServer postgres, TypesenseServer typesense) throws IOException {
        this(new PostgresSource(postgres), typesense);
    }

    public Shop(SourceServer source, TypesenseServer typesense) throws IOException {
        this.source = source;
        this.typesense = typesense;
        this.host = source.host();
        this.node = typesense.uri().toString();
        this.name = "shop" + ProcessHandle.current().pid() + "x" + NUMBER.incrementAndGet();
        this.directory = Directories.temporary("tidemark-" + name);
        source.createDatabase(name);
    }

    public static Shop onSharedServers() throws IOException {
        return new Shop(PostgresServer.shared(), TypesenseServer.shared());
    }

    public String name() {
        return name;
    }

    public Path directory() {
        return directory;
    }

    public Path state() {
        return directory.resolve("state");
    }

    public SourceServer source() {
        return source;
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

    /** What the configuration calls a table. */
    public String table(String plain) {
        return source.qualified(name, plain);
    }

    public String slot() {
        return "tidemark_" + name;
    }

    /** Top-level settings, such as {@code flush: {interval: 0}}. */
    public Shop with(String yaml) {
        settings += yaml + "\n";
        return this;
    }

    /** Settings of the source, such as {@code snapshot: always}. */
    public Shop withSource(String yaml) {
        sourceSettings += "    " + yaml + "\n";
        return this;
    }

    /** Settings of Typesense, such as {@code tls: { ca: ca.pem }}. */
    public Shop withSink(String yaml) {
        sinkSettings += "    " + yaml + "\n";
        return this;
    }

    /** What the database's server is called from now on. */
    public Shop withHost(String name) {
        host = name;
        return this;
    }

    /** The network between the service and Typesense from now on. */
    public Shop through(Proxy proxy) {
        node = "http://127.0.0.1:" + proxy.port();
        return this;
    }

    /** As whom the pipeline comes from now on; the password is the same. */
    public Shop withUser(String name) {
        user = name;
        return this;
    }

    /** The key of Typesense that the pipeline has from now on. */
    public Shop withApiKey(String key) {
        apiKey = key;
        return this;
    }

    public Shop withoutSourceSettings() {
        sourceSettings = "";
        return this;
    }

    /** A document from that table; more settings of it may follow, each on its own line. */
    public Shop document(String table, String... more) {
        return documentIn(table, table, more);
    }

    /** As {@link #document}, in a collection of another name. */
    public Shop documentIn(String table, String collection, String... more) {
        documents +=
                "  - table: " + source.qualified(name, table) + "\n    collection: " + collection(collection) + "\n";
        for (String line : more) {
            documents += "    " + line + "\n";
        }
        return this;
    }

    /** Documents of the tables that a pattern matches, whose names it begins with; in a collection of that name. */
    public Shop documentsOf(String pattern, String collection, String... more) {
        String whole = source.qualified(name, pattern).replaceFirst("\\.", "\\\\.");
        documents += "  - table: /" + whole + "/\n    collection: " + collection(collection) + "\n";
        for (String line : more) {
            documents += "    " + line + "\n";
        }
        return this;
    }

    /** Documents of the tables whose full names a regular expression matches. */
    public Shop documentsMatching(String regex, String collection) {
        documents += "  - table: /" + regex + "/\n    collection: " + collection(collection) + "\n";
        return this;
    }

    /** As {@link #document}, in collections whose plain names an expression yields. */
    public Shop documentBy(String table, String expression, String... more) {
        documents += "  - table: " + source.qualified(name, table) + "\n    collection: { cel: \"'" + name + "_' + "
                + expression + "\" }\n";
        for (String line : more) {
            documents += "    " + line + "\n";
        }
        return this;
    }

    public Shop withoutDocuments() {
        documents = "";
        return this;
    }

    /** A configuration with this node of Typesense. */
    public String withNode(String uri) throws IOException {
        Path file = configFile();
        return Files.writeString(file, Files.readString(file).replace(node, uri))
                .toString();
    }

    public Path configFile() throws IOException {
        String flush = settings.contains("flush:") ? "" : "flush: {interval: 50ms}\n";
        String http = settings.contains("http:") ? "" : "http: {port: 0}\n";
        // Tables of tests are small: what a sweep deletes would be above the limit at once. Tests of the guard set one.
        String guard = settings.contains("guard:") ? "" : "guard: {percent: 100}\n";
        String login = source.settings(name);
        String yaml = "name: " + name + "\nstate: " + state() + "\nsource:\n  "
                + source.factory().name() + ":\n    host: " + host + "\n    port: " + source.port() + "\n"
                + (user.isEmpty() ? login : login.replaceFirst("user: .*", "user: " + user)) + "    heartbeat: 500ms\n"
                + sourceSettings
                + "sink:\n  typesense:\n    nodes: [\"" + node + "\"]\n    apiKey: "
                + (apiKey.isEmpty() ? typesense.apiKey() : apiKey) + "\n"
                + (sinkSettings.contains("timeout:") ? "" : "    timeout: 10s\n") + sinkSettings + flush
                + http + guard + settings
                + "documents:\n" + documents;
        return Files.writeString(directory.resolve("tidemark.yml"), yaml);
    }

    /** The tables of the database, for patterns. */
    private List<TableId> tables(Config draft) {
        return source.factory().create(draft.source().settings()).tables();
    }

    public Config config() throws IOException {
        return ConfigLoader.load(configFile(), List.of(source.factory()), System.getenv(), this::tables);
    }

    /**
     * Starts the pipeline in this process. It trusts Typesense after a moment, where {@code run} looks for 2 s whether it is
     * still loading: whoever restarts it takes a process of {@code run}.
     */
    public Pipeline start() throws IOException, StartupException, InterruptedException {
        Config config = config();
        registry = new SimpleMeterRegistry();
        Pipeline pipeline = new Pipeline(
                config, source.factory().create(config.source().settings()), Sinks.quick(config.sink()), registry);
        try {
            pipeline.start();
            return pipeline;
        } catch (IOException | StartupException | InterruptedException | RuntimeException e) {
            pipeline.close();
            throw e;
        }
    }

    /** Waits until the pipeline follows the log: it is healthy, and no load is pending. */
    public static void awaitStreaming(Pipeline pipeline) {
        await().untilAsserted(() -> assertThat(pipeline.status().state()).isEqualTo("streaming"));
    }

    /** Waits until nothing is wrong: documents may be there before the engine that streams is connected. */
    public static void awaitHealthy(Pipeline pipeline) {
        await().untilAsserted(() -> assertThat(pipeline.health().conditions()).isEmpty());
    }

    public void sql(String... statements) {
        source.execute(name, statements);
    }

    /** Runs the statements in one transaction. */
    public void transaction(String... statements) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (String sql : statements) {
                statement.execute(sql);
            }
            connection.commit();
        } catch (SQLException e) {
            throw new IllegalStateException(String.join("; ", statements), e);
        }
    }

    /** Runs one statement once for each of the values, all in one transaction. */
    public void forEach(String sql, Iterable<?> values) {
        try (Connection connection = connect();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            connection.setAutoCommit(false);
            for (Object value : values) {
                statement.setObject(1, value);
                statement.addBatch();
            }
            statement.executeBatch();
            connection.commit();
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    public Connection connect() throws SQLException {
        return source.connect(name);
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

    /** One of them, by its id; fails if there is none. */
    public JsonNode documentOf(String table, String id) {
        JsonNode document = documents(table).get(id);
        if (document == null) {
            throw new AssertionError(collection(table) + " has no document " + id);
        }
        return document;
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

    /** Waits until the collection of that table equals the query's rows: {@link #assertEqual}. */
    public void awaitEqual(String table, String query) {
        Nearing.awaitUntil(() -> assertEqual(table, query), Duration.ofMillis(100));
    }

    /** Fails where the numbers differ: a quick look before documents and rows are all read and compared. */
    public void assertAsMany(String table, String query) {
        long documents = size(table);
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery("SELECT count(*) FROM (" + query + ") every_row")) {
            count.next();
            if (count.getLong(1) != documents) {
                throw new AssertionError(
                        collection(table) + " has " + documents + " documents for " + count.getLong(1) + " rows");
            }
        } catch (SQLException e) {
            throw new IllegalStateException(query, e);
        }
    }

    /**
     * Documents and rows are the same, field by field: none missing, none extra. The query's columns carry the names of
     * the document's fields; NULL stands for a field that is not there, and a column of JSON for its value.
     *
     * @return how many there are
     */
    public int assertEqual(String table, String query) {
        Map<String, String> documents = new TreeMap<>();
        documents(table).forEach((id, document) -> documents.put(id, normal(document)));
        Map<String, String> rows = rowsOf(query);
        if (!documents.equals(rows)) { // AssertJ's own comparison of large maps is slow
            Map<String, String> extra = new TreeMap<>(documents);
            extra.entrySet().removeAll(rows.entrySet());
            Map<String, String> missing = new TreeMap<>(rows);
            missing.entrySet().removeAll(documents.entrySet());
            throw new AssertionError(collection(table) + " differs from its rows in " + extra.size()
                    + " documents, such as " + some(extra) + ", and " + missing.size() + " rows, such as "
                    + some(missing));
        }
        return rows.size();
    }

    /** Whether a query yields no row. */
    public boolean isEmpty(String query) {
        return rowsOf(query).isEmpty();
    }

    private static List<String> some(Map<String, String> of) {
        return of.values().stream()
                .limit(3)
                .map(text -> text.substring(0, Math.min(300, text.length())))
                .toList();
    }

    private Map<String, String> rowsOf(String query) {
        Map<String, String> byId = new TreeMap<>();
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            ResultSetMetaData columns = rows.getMetaData();
            while (rows.next()) {
                ObjectNode row = JSON.createObjectNode();
                for (int i = 1; i <= columns.getColumnCount(); i++) {
                    Object value = rows.getObject(i);
                    if (value != null) {
                        boolean json = columns.getColumnTypeName(i)
                                .toLowerCase(Locale.ROOT)
                                .startsWith("json");
                        String name = columns.getColumnLabel(i);
                        row.set(
                                name,
                                json
                                        ? JSON.readTree(rows.getString(i))
                                        : JSON.valueToTree(name.equals("id") ? rows.getString(i) : value));
                    }
                }
                byId.put(row.get("id").asText(), normal(row));
            }
        } catch (SQLException | IOException e) {
            throw new IllegalStateException(query, e);
        }
        return byId;
    }

    /** A text that is the same for the same JSON: keys in order, 2 like 2.0. */
    private static String normal(JsonNode node) {
        if (node.isObject()) {
            Map<String, String> fields = new TreeMap<>();
            node.properties().forEach(field -> fields.put(field.getKey(), normal(field.getValue())));
            return fields.toString();
        }
        if (node.isArray()) {
            List<String> elements = new ArrayList<>();
            node.forEach(element -> elements.add(normal(element)));
            return elements.toString();
        }
        return node.isNumber() ? node.decimalValue().stripTrailingZeros().toPlainString() : node.toString();
    }

    /** What waits in the dead letters of that table's collection. */
    public List<DeadLetter> deadLetters(String table) {
        List<DeadLetter> deadLetters = new ArrayList<>();
        try {
            DeadLetterReader.read(
                    state().resolve(DeadLetters.DIRECTORY),
                    DeadLetterFilter.of(collection(table)),
                    Long.MAX_VALUE,
                    deadLetters::add);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return deadLetters;
    }

    /** Whether there is a collection of that plain name. */
    public boolean has(String plain) {
        return typesense.admin().status("GET", "/collections/" + collection(plain)) == 200;
    }

    /** How many documents the collection of that table has. */
    public long size(String table) {
        return schema(table).path("num_documents").asLong();
    }

    /** A field of the collection's schema, or a missing node. */
    public JsonNode field(String table, String name) {
        for (JsonNode field : schema(table).path("fields")) {
            if (field.path("name").asText().equals(name)) {
                return field;
            }
        }
        return MissingNode.getInstance();
    }

    private JsonNode schema(String table) {
        try {
            return JSON.readTree(typesense.admin().get("/collections/" + collection(table)));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Lets an alias name a collection, both by their plain names. */
    public void alias(String alias, String collection) {
        typesense
                .admin()
                .put("/aliases/" + collection(alias), "{\"collection_name\": \"" + collection(collection) + "\"}");
    }

    /** A counter of the pipeline that was started last, over all its series with these labels: name, value, ... */
    public double count(String metric, String... labels) {
        return registry.find(metric).tags(labels).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    /** Takes away what the pipeline left on the server; the database stays with it. */
    @Override
    public void close() {
        source.forget(name);
    }
}
