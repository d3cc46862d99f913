package dev.tidemark.connector.mysql;

import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceSettings;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;

/** Opens connections to the configured server, each with a deadline for everything it does. */
final class Database {

    /** For questions to the catalog. */
    static final Duration QUICK = Duration.ofSeconds(5);

    /** For reading rows. */
    static final Duration PATIENT = Duration.ofSeconds(60);

    private static final Duration CONNECT = Duration.ofSeconds(5);

    private final SourceSettings settings;

    Database(SourceSettings settings) {
        this.settings = settings;
    }

    /** Work that needs a connection. */
    interface Work<T> {
        T with(Connection connection) throws SQLException;
    }

    /**
     * Opens a connection for one piece of work.
     *
     * @throws SourceException where the server is away or refuses
     */
    <T> T ask(Work<T> work) {
        try (Connection connection = open(QUICK)) {
            return work.with(connection);
        } catch (SQLException e) {
            throw MySqlErrors.explain(e, this);
        }
    }

    /** A connection in no database, with auto-commit; a single statement on it takes at most that long. */
    Connection open(Duration deadline) throws SQLException {
        return open(deadline, new Properties());
    }

    /** As {@link #open(Duration)}, with further properties of the driver, which win over those that are configured. */
    Connection open(Duration deadline, Properties further) throws SQLException {
        Properties properties = new Properties();
        properties.putAll(DriverProperties.of(settings.debezium()));
        properties.putAll(further);
        properties.setProperty("user", settings.user());
        properties.setProperty("password", settings.password().reveal());
        properties.setProperty("connectTimeout", String.valueOf(CONNECT.toMillis()));
        properties.setProperty("socketTimeout", String.valueOf(deadline.toMillis()));
        properties.setProperty("connectionAttributes", "program_name:tidemark " + settings.pipeline());
        return DriverManager.getConnection(url(), properties);
    }

    private String url() {
        String host = settings.host().contains(":") ? "[" + settings.host() + "]" : settings.host();
        return "jdbc:mysql://" + host + ":" + settings.port() + "/";
    }

    /** {@code MySQL at db.internal:3306}, for messages. */
    @Override
    public String toString() {
        return "MySQL at " + settings.host() + ":" + settings.port();
    }

    String user() {
        return settings.user();
    }

    /** A name as SQL quotes it. */
    static String quoted(String name) {
        return '`' + name.replace("`", "``") + '`';
    }
}
