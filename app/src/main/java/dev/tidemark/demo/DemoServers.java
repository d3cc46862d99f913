package dev.tidemark.demo;

import dev.tidemark.config.Config;
import dev.tidemark.config.ConfigLoader;
import dev.tidemark.connector.postgres.PostgresConnectorFactory;
import dev.tidemark.testkit.PostgresServer;
import dev.tidemark.testkit.TypesenseServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A Postgres and a Typesense for one demo, and the configuration between them. The service gets no more privileges than
 * README.md tells an operator to give, so that every demo tries them.
 */
final class DemoServers implements AutoCloseable {

    static final String DATABASE = "shop";

    private static final int USUAL_PORT = 8085;

    private final Path folder;
    private final PostgresServer postgres;
    private final TypesenseServer typesense;
    private final String rolePassword = UUID.randomUUID().toString();

    private DemoServers(Path folder, PostgresServer postgres, TypesenseServer typesense) {
        this.folder = folder;
        this.postgres = postgres;
        this.typesense = typesense;
    }

    /**
     * Starts both, in a temporary folder.
     *
     * @throws IllegalStateException where something is missing on this machine; the message says what to install
     */
    static DemoServers start() throws IOException {
        TypesenseServer typesense = TypesenseServer.start();
        try {
            PostgresServer postgres = PostgresServer.start();
            postgres.createDatabase(DATABASE);
            return new DemoServers(Files.createTempDirectory("tidemark-demo"), postgres, typesense);
        } catch (IOException | RuntimeException e) {
            typesense.close();
            throw e;
        }
    }

    PostgresServer postgres() {
        return postgres;
    }

    TypesenseServer typesense() {
        return typesense;
    }

    Path folder() {
        return folder;
    }

    Connection connect() throws SQLException {
        return postgres.connect(DATABASE);
    }

    /** The role and the publication of README.md, "What the database must allow". */
    void allow() {
        postgres.execute(
                DATABASE,
                "CREATE ROLE tidemark REPLICATION LOGIN PASSWORD '" + rolePassword + "'",
                "GRANT USAGE ON SCHEMA public TO tidemark",
                "GRANT SELECT ON public.products, public.customers TO tidemark",
                "CREATE PUBLICATION tidemark_demo FOR TABLE public.products, public.customers");
    }

    /** The configuration, as a file like any other. */
    Config configure() throws IOException {
        String yaml = """
                name: demo
                state: %s
                source:
                  postgres:
                    host: %s
                    port: %d
                    database: %s
                    user: tidemark
                    password: %s
                sink:
                  typesense:
                    nodes: ["%s"]
                    apiKey: %s
                flush: { interval: 200ms }
                http: { port: %d }
                documents:
                  - table: public.products
                    fields:
                      name: ~
                      brand: { facet: true }
                      category: { facet: true }
                      tags: { facet: true }
                      description: ~
                      price: ~
                      stock: ~
                      rating: { sort: true }
                      available: { facet: true }
                      attributes: ~
                      created_at: ~
                  - table: public.customers
                """.formatted(
                        folder.resolve("state"),
                        postgres.host(),
                        postgres.port(),
                        DATABASE,
                        rolePassword,
                        typesense.uri(),
                        serviceKey(),
                        port());
        Path file = Files.writeString(folder.resolve("tidemark.yml"), yaml);
        return ConfigLoader.load(file, List.of(new PostgresConnectorFactory()), Map.of());
    }

    /** A key with the actions of README.md, "What the Typesense key must allow", and no more. */
    private String serviceKey() throws IOException {
        String answer = typesense.admin().post("/keys", """
                {"description": "tidemark",
                 "actions": ["collections:list", "collections:get", "collections:create",
                             "documents:import", "documents:delete", "documents:export",
                             "aliases:get", "stats.json:list", "debug:list"],
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
        postgres.close();
        typesense.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
