package dev.tidemark;

import dev.tidemark.config.Config;
import dev.tidemark.config.ConfigLoader;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.ConnectorFactory;
import dev.tidemark.connector.mysql.MySqlConnectorFactory;
import dev.tidemark.connector.postgres.PostgresConnectorFactory;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** The option that names the configuration, and what it leads to. The one place that lists the connectors. */
final class ConfigOption {

    static final List<ConnectorFactory> CONNECTORS =
            List.of(new PostgresConnectorFactory(), new MySqlConnectorFactory());

    @Option(
            names = {"-c", "--config"},
            required = true,
            paramLabel = "FILE",
            description = "the configuration, such as tidemark.yml")
    private Path file = Path.of("tidemark.yml");

    /** Reads and checks the configuration; all problems at once. */
    Config load() {
        return load(file);
    }

    static Config load(Path file) {
        return ConfigLoader.load(file, CONNECTORS, System.getenv());
    }

    /** The connector that the configuration asks for. */
    static Connector connector(Config config) {
        return CONNECTORS.stream()
                .filter(factory -> factory.name().equals(config.source().kind()))
                .findFirst()
                .orElseThrow()
                .create(config.source().settings());
    }
}
