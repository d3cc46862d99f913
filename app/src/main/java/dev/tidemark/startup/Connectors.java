package dev.tidemark.startup;

import dev.tidemark.config.Config;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.ConnectorFactory;
import dev.tidemark.connector.mysql.MySqlConnectorFactory;
import dev.tidemark.connector.postgres.PostgresConnectorFactory;
import java.util.List;

/** The databases that are supported. The one place that lists them. */
public final class Connectors {

    public static final List<ConnectorFactory> ALL =
            List.of(new PostgresConnectorFactory(), new MySqlConnectorFactory());

    private Connectors() {}

    /** Creates the connector that the configuration names. */
    public static Connector create(Config config) {
        return ALL.stream()
                .filter(factory -> factory.name().equals(config.source().kind()))
                .findFirst()
                .orElseThrow()
                .create(config.source().settings());
    }
}
