package dev.tidemark.distribution;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A terminal of a user who follows README.md and docs/quickstart.md: a directory with {@code tidemark} in it, and what was exported so far. */
final class Newcomer {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern ENDS = Pattern.compile("\0");

    private final Path directory;
    private final TypesenseServer typesense;
    private final int databasePort;
    private final int httpPort;
    private Map<String, String> exported = new HashMap<>();

    Newcomer(Path directory, Archive archive, TypesenseServer typesense, int databasePort) throws IOException {
        this.directory = directory;
        this.typesense = typesense;
        this.databasePort = databasePort;
        this.httpPort = Pages.freePort();
        Files.createSymbolicLink(directory.resolve("tidemark"), archive.home().resolve("bin/tidemark"));
    }

    /** Returns a block as on a machine with these servers: only ports and the key that Typesense was started with differ. */
    String here(String text) {
        return text.replace("host: 127.0.0.1,", "host: 127.0.0.1, port: " + databasePort + ",")
                .replace("http://127.0.0.1:8108", typesense.uri().toString())
                .replace("@127.0.0.1/", "@127.0.0.1:" + databasePort + "/")
                .replace("TYPESENSE_ADMIN_KEY=xyz", "TYPESENSE_ADMIN_KEY=" + typesense.apiKey());
    }

    /** Exports what the quickstart leaves to the reader. */
    void export(String variable, String value) {
        exported.put(variable, value);
    }

    String read(String file) throws IOException {
        return Files.readString(directory.resolve(file));
    }

    void save(String name, String yaml) throws IOException {
        Files.writeString(directory.resolve(name), here(yaml) + "http: { port: " + httpPort + " }\n");
    }

    /** Replaces the list of documents, and leaves the rest. */
    void saveDocuments(String yaml) throws IOException {
        String present = Files.readString(directory.resolve("tidemark.yml"));
        String without = present.replaceAll("(?ms)^documents:\n(?:  .*?\n)*", "");
        Files.writeString(directory.resolve("tidemark.yml"), without + yaml);
    }

    /** Runs a block in this terminal; it fails with the first command that fails. */
    String run(String block) throws IOException, InterruptedException {
        Path environment = directory.resolve(".environment");
        String script = "set -e\n" + here(block) + "\nenv -0 >'" + environment + "'\n";
        try (Program program = Program.start(directory, exported, List.of("bash", "-c", script))) {
            Program.Ended ended = program.awaitEnd();
            if (ended.code() != 0) {
                throw new AssertionError(
                        "exit code " + ended.code() + " of\n" + block + "\nIt wrote:\n" + ended.output());
            }
            exported = new HashMap<>();
            ENDS.splitAsStream(Files.readString(environment, StandardCharsets.UTF_8))
                    .forEach(line ->
                            exported.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1)));
            return ended.output();
        }
    }

    /** Starts the one command of a block, and leaves it running. */
    Program start(String block) throws IOException {
        return Program.start(directory, exported, List.of("bash", "-c", "exec " + here(block)));
    }

    /** Runs a block that ends with a search in a terminal of its own, in which nothing is exported. */
    JsonNode searchElsewhere(String block) throws IOException, InterruptedException {
        try (Program program = Program.start(
                directory, Map.of(), List.of("bash", "-c", here(block).replace("curl ", "curl -sS ")))) {
            return JSON.readTree(program.awaitEnd().output());
        }
    }
}
