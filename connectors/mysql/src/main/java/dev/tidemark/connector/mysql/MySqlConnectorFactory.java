package dev.tidemark.connector.mysql;

import dev.tidemark.connector.Connector;
import dev.tidemark.connector.ConnectorFactory;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.base.engine.EngineFields;
import dev.tidemark.connector.mysql.connection.DriverProperties;
import dev.tidemark.connector.mysql.engine.EngineProperties;
import dev.tidemark.connector.mysql.engine.ServerId;
import io.debezium.connector.mysql.MySqlConnectorConfig;
import java.util.Map;
import java.util.Set;

/** Makes connectors for MySQL 8.0 and 8.4. */
public final class MySqlConnectorFactory implements ConnectorFactory {

    @Override
    public String name() {
        return "mysql";
    }

    @Override
    public int defaultPort() {
        return 3306;
    }

    @Override
    public boolean needsDatabase() {
        return false;
    }

    @Override
    public Set<String> options() {
        return Set.of(ServerId.OPTION);
    }

    @Override
    public Set<String> ownedProperties() {
        return EngineProperties.OWNED;
    }

    /** Returns true: the binlog client does a reverse lookup of the address (PacketChannel.upgradeToSSL). */
    @Override
    public boolean verifiesNamesOnly() {
        return true;
    }

    @Override
    public Map<String, String> wrongProperties(Map<String, String> debezium) {
        Map<String, String> wrong = DriverProperties.wrong(debezium);
        wrong.putAll(new EngineFields(MySqlConnectorConfig.ALL_FIELDS).wrong(debezium));
        return wrong;
    }

    @Override
    public Connector create(SourceSettings settings) {
        return new MySqlConnector(settings);
    }
}
