package dev.tidemark.bench;

import dev.tidemark.Main;
import dev.tidemark.config.Config;
import dev.tidemark.config.read.ConfigLoader;
import dev.tidemark.testkit.FreePorts;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Starts the processes that are measured: Tidemark with a configuration, Debezium alone with the properties of that, or the bare
 * process.
 *
 * @param directory directory for configurations, state and logs
 * @param profile where to write flight recordings, or null
 */
record Launch(
        Path directory,
        Workload workload,
        TypesenseServer typesense,
        Search search,
        @Nullable Path profile) {

    /**
     * Starts {@code tidemark run} for documents of one table, with all default settings but {@code flush.interval}.
     *
     * @param name of the process, whose state is kept under it
     * @param interval {@code flush.interval}
     * @param table the table's name, which its collection has too
     * @param mapping more settings of the document, after a comma
     * @param filter a filter that every document matches
     * @param rows how many rows the table has
     */
    Service service(
            String name, String interval, String table, String mapping, String filter, int rows, boolean profiled)
            throws IOException {
        String qualified = workload.qualified(table);
        int port = FreePorts.next();
        Child child = tidemark(name, interval, "{table: " + qualified + mapping + "}", port, profiled);
        return new Service(child, new ServiceApi(port), search, qualified, table, filter, rows);
    }

    /**
     * Starts {@code tidemark run}.
     *
     * @param interval {@code flush.interval}
     * @param document what follows {@code documents:}, as one YAML map
     * @param port of its API; 0 for any
     */
    Child tidemark(String name, String interval, String document, int port, boolean profiled) throws IOException {
        List<String> command = List.of(
                Main.class.getName(),
                "run",
                "-c",
                config(name, interval, document, port).toString());
        return new Child(name, directory, false, profiled ? profile : null, command);
    }

    /** Starts the bare process, for a collection that exists. */
    RawSubject raw(String collection) throws IOException, InterruptedException {
        Path file = directory.resolve("raw.properties");
        Path report = directory.resolve("raw.report");
        write(file, RawPlan.properties(workload, typesense.uri().toString(), typesense.apiKey(), collection));
        List<String> command = List.of(RawProcess.class.getName(), file.toString(), report.toString());
        RawSubject raw =
                new RawSubject(new Child("raw", directory, false, profile, command), report, search, collection);
        raw.awaitConnected();
        return raw;
    }

    /** Starts Debezium alone; it reports when it has been handed as many changes as each phase has. */
    Subject.Engine engine(int... phases) throws IOException {
        Path file = directory.resolve("engine.properties");
        Path report = directory.resolve("engine.report");
        Properties properties = new Properties();
        properties.putAll(engineProperties());
        write(file, properties);
        List<String> command =
                new ArrayList<>(List.of(EngineProbe.class.getName(), file.toString(), report.toString()));
        long mark = 0;
        for (int more : phases) {
            mark += more;
            command.add(String.valueOf(mark));
        }
        return new Subject.Engine(new Child("engine", directory, true, profile, command), report);
    }

    private static void write(Path file, Properties properties) throws IOException {
        try (Writer writer = Files.newBufferedWriter(file)) {
            properties.store(writer, null);
        }
    }

    /** Returns the engine's properties as the connector sets them, without our own: stock converters, offsets in memory. */
    private Map<String, String> engineProperties() throws IOException {
        String document = "{table: " + workload.table() + workload.mapping() + "}";
        Config config =
                ConfigLoader.load(config("engine", "0", document, 0), List.of(workload.factory()), System.getenv());
        Map<String, String> properties = new HashMap<>(
                workload.factory().create(config.source().settings()).engineProperties(Map.of()));
        properties.remove("converters");
        properties.remove("tidemark.type");
        properties.putAll(workload.stock());
        properties.put("snapshot.mode", "initial"); // however the service loads tables
        properties.put("offset.storage", "org.apache.kafka.connect.storage.MemoryOffsetBackingStore");
        return properties;
    }

    private Path config(String name, String interval, String document, int port) throws IOException {
        return Files.writeString(directory.resolve(name + ".yml"), """
                name: bench_%s
                state: %s
                source:
                  %s
                sink:
                  typesense: {nodes: ["%s"], apiKey: "%s"}
                flush: {interval: %s}
                http: {port: %d}
                documents:
                  - %s
                """.formatted(
                        name,
                        directory.resolve(name + "-state"),
                        workload.source(),
                        typesense.uri(),
                        typesense.apiKey(),
                        interval,
                        port,
                        document));
    }
}
