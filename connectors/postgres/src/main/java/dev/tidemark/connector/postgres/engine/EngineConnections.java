package dev.tidemark.connector.postgres.engine;

import dev.tidemark.connector.postgres.connection.Database;
import io.debezium.jdbc.JdbcConfiguration;
import io.debezium.jdbc.JdbcConnection;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/**
 * Opens Debezium's connections. Its own factory puts the database's name into the URL as it is, but the driver decodes it:
 * {@code shop+eu} would be another database. The engine creates it by its class name.
 */
public final class EngineConnections implements JdbcConnection.ConnectionFactory {

    /** The engine property that names the class. */
    static final String PROPERTY = "database.connection.factory.class";

    @Override
    public Connection connect(JdbcConfiguration config) throws SQLException {
        Properties properties = config.asProperties();
        String url = Database.url(config.getHostname(), config.getPort(), config.getDatabase());
        properties.remove(JdbcConfiguration.HOSTNAME.name());
        properties.remove(JdbcConfiguration.PORT.name());
        properties.remove(JdbcConfiguration.DATABASE.name());
        properties.remove(JdbcConfiguration.CONNECTION_FACTORY_CLASS.name());
        return DriverManager.getConnection(url, properties);
    }
}
