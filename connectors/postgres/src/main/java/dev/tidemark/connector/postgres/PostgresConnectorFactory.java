package dev.tidemark.connector.postgres;

import dev.tidemark.connector.Connector;
import dev.tidemark.connector.ConnectorFactory;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.base.engine.EngineFields;
import dev.tidemark.connector.postgres.connection.DriverValues;
import dev.tidemark.connector.postgres.engine.EngineProperties;
import io.debezium.connector.postgresql.PostgresConnectorConfig;
import java.util.Map;
import java.util.Set;

/** Makes connectors for Postgres 13 and newer. */
public final class PostgresConnectorFactory implements ConnectorFactory {

    /** The configuration key of the replication slot's name. */
    static final String SLOT = "slot";

    /** The configuration key of the publication's name. */
    static final String PUBLICATION = "publication";

    @Override
    public String name() {
        return "postgres";
    }

    @Override
    public int defaultPort() {
        return 5432;
    }

    @Override
    public boolean needsDatabase() {
        return true;
    }

    @Override
    public Set<String> options() {
        return Set.of(SLOT, PUBLICATION);
    }

    @Override
    public Set<String> ownedProperties() {
        return EngineProperties.OWNED;
    }

    @Override
    public Map<String, String> wrongProperties(Map<String, String> debezium) {
        Map<String, String> wrong = DriverValues.wrong(debezium);
        wrong.putAll(new EngineFields(PostgresConnectorConfig.ALL_FIELDS).wrong(debezium));
        return wrong;
    }

    @Override
    public Connector create(SourceSettings settings) {
        return new PostgresConnector(settings);
    }
}
