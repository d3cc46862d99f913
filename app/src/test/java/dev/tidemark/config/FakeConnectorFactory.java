package dev.tidemark.config;

import dev.tidemark.connector.Connector;
import dev.tidemark.connector.ConnectorFactory;
import dev.tidemark.connector.SourceSettings;
import java.util.Set;

/** What the configuration needs to know of a connector; it makes none. */
public record FakeConnectorFactory(
        String name, int defaultPort, boolean needsDatabase, Set<String> options, Set<String> ownedProperties)
        implements ConnectorFactory {

    public static final FakeConnectorFactory POSTGRES = new FakeConnectorFactory(
            "postgres", 5432, true, Set.of("slot", "publication"), Set.of("slot.name", "database.password"));
    public static final FakeConnectorFactory MYSQL =
            new FakeConnectorFactory("mysql", 3306, false, Set.of("serverId"), Set.of("database.server.id"));

    @Override
    public boolean verifiesNamesOnly() {
        return name.equals("mysql");
    }

    @Override
    public Connector create(SourceSettings settings) {
        throw new UnsupportedOperationException("the configuration makes no connectors");
    }
}
