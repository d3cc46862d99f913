package dev.tidemark.bench;

import dev.tidemark.Main;
import dev.tidemark.config.Config;
import dev.tidemark.config.read.ConfigLoader;
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
 * Starts the processes that are measured: Tidemark with a configuration, or Debezium alone with the properties of that.
 *
 * @param directory directory for configurations, state and logs
 * @param profile where to write flight recordings, or null
 */
record Launch(
        Path directory,
        Workload workload,
        TypesenseServer typesense,
        @Nullable Path profile) {

    /**
     * Starts {@code tidemark run}.
     *
     * @param interval {@code flush.interval}
     * @param document what follows {@code documents:}, as one YAML map
     */
    Child tidemark(String name, String interval, String document, boolean profiled) throws IOException {
        List<String> command = List.of(
                Main.class.getName(),
                "run",
                "-c",
                config(name, interval, document).toString());
        return new Child(name, directory, false, profiled ? profile : null, command);
    }

    /** Starts Debezium alone; it reports when it has been handed as many changes as each phase has. */
    Subject engine(int... phases) throws IOException {
        Path file = directory.resolve("engine.properties");
        Path report = directory.resolve("engine.report");
        Properties properties = new Properties();
        properties.putAll(engineProperties());
        try (Writer writer = Files.newBufferedWriter(file)) {
            properties.store(writer, null);
        }
        List<String> command =
                new ArrayList<>(List.of(EngineProbe.class.getName(), file.toString(), report.toString()));
        long mark = 0;
        for (int more : phases) {
            mark += more;
            command.add(String.valueOf(mark));
        }
        return new Subject.Engine(new Child("engine", directory, true, profile, command), report);
    }

    /** Returns the engine's properties as the connector sets them, without our own: stock converters, offsets in memory. */
    private Map<String, String> engineProperties() throws IOException {
        String document = "{table: " + workload.table() + workload.mapping() + "}";
        Config config =
                ConfigLoader.load(config("engine", "0", document), List.of(workload.factory()), System.getenv());
        Map<String, String> properties = new HashMap<>(
                workload.factory().create(config.source().settings()).engineProperties(null));
        properties.remove("converters");
        properties.remove("tidemark.type");
        properties.putAll(workload.stock());
        properties.put("offset.storage", "org.apache.kafka.connect.storage.MemoryOffsetBackingStore");
        return properties;
    }

    private Path config(String name, String interval, String document) throws IOException {
        return Files.writeString(directory.resolve(name + ".yml"), """
                name: bench_%s
                state: %s
                source:
                  %s
                sink:
                  typesense: {nodes: ["%s"], apiKey: "%s"}
                flush: {interval: %s}
                http: {port: 0}
                documents:
                  - %s
                """.formatted(
                        name,
                        directory.resolve(name + "-state"),
                        workload.source(),
                        typesense.uri(),
                        typesense.apiKey(),
                        interval,
                        document));
    }
}
