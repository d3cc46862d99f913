package dev.tidemark.demo;

import dev.tidemark.config.Config;
import dev.tidemark.config.read.ConfigLoader;
import dev.tidemark.connector.mysql.MySqlConnectorFactory;
import dev.tidemark.connector.postgres.PostgresConnectorFactory;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/** A database and a Typesense for one demo, and the configuration between them. */
final class DemoServers implements AutoCloseable {

    private static final int USUAL_PORT = 8085;

    private final Path directory;
    private final ShopDatabase shop;
    private final TypesenseServer typesense;
    private final String password = UUID.randomUUID().toString();

    private DemoServers(Path directory, ShopDatabase shop, TypesenseServer typesense) {
        this.directory = directory;
        this.shop = shop;
        this.typesense = typesense;
    }

    /**
     * Starts both, in a temporary directory.
     *
     * @throws IllegalStateException if something is missing on this machine; the message says what to install
     */
    static DemoServers start(ShopDatabase.Kind source) throws IOException {
        TypesenseServer typesense = TypesenseServer.start();
        try {
            ShopDatabase shop = ShopDatabase.start(source);
            return new DemoServers(Files.createTempDirectory("tidemark-demo"), shop, typesense);
        } catch (IOException | RuntimeException e) {
            typesense.close();
            throw e;
        }
    }

    ShopDatabase shop() {
        return shop;
    }

    TypesenseServer typesense() {
        return typesense;
    }

    Path directory() {
        return directory;
    }

    /** Grants what the database must allow according to README.md. */
    void allow() {
        shop.allow(password);
    }

    /** Writes the configuration to a file and loads it from there, as for any pipeline. */
    Config configure() throws IOException {
        String yaml = """
                name: demo
                state: %s
                source:
                  %s
                sink:
                  typesense:
                    nodes: ["%s"]
                    apiKey: %s
                flush: { interval: 200ms }
                http: { port: %d }
                documents:
                  - table: %s
                    fields:
                      name: ~
                      brand: { facet: true }
                      category: { facet: true }
                      tags: { type: "string[]", facet: true }
                      description: ~
                      price: ~
                      stock: ~
                      rating: { sort: true }
                      available: { facet: true }
                      attributes: ~
                      created_at: ~
                  - table: %s
                """.formatted(
                        directory.resolve("state"),
                        shop.source(password),
                        typesense.uri(),
                        serviceKey(),
                        port(),
                        shop.qualified("products"),
                        shop.qualified("customers"));
        Path file = Files.writeString(directory.resolve("tidemark.yml"), yaml);
        return ConfigLoader.load(file, List.of(new PostgresConnectorFactory(), new MySqlConnectorFactory()), Map.of());
    }

    /** Creates a key with exactly the actions of README.md, "What the Typesense key must allow". */
    private String serviceKey() throws IOException {
        String answer = typesense.admin().post("/keys", """
                {"description": "tidemark",
                 "actions": ["collections:list", "collections:get", "collections:create",
                             "documents:import", "documents:delete", "documents:export",
                             "aliases:get", "debug:list"],
                 "collections": ["products", "customers"]}
                """);
        return new com.fasterxml.jackson.databind.ObjectMapper()
                .readTree(answer)
                .path("value")
                .asText();
    }

    private static int port() {
        try (ServerSocket socket = new ServerSocket(USUAL_PORT, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException taken) {
            return 0;
        }
    }

    @Override
    public void close() {
        shop.close();
        typesense.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
