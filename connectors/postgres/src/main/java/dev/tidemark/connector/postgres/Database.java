package dev.tidemark.connector.postgres;

import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceSettings;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;

/** Opens connections to the configured database, each with a deadline for everything it does. */
final class Database {

    /** For questions to the catalog. */
    static final Duration QUICK = Duration.ofSeconds(5);

    /** For reading rows. */
    static final Duration PATIENT = Duration.ofSeconds(60);

    private static final String DRIVER_PREFIX = "database.";
    private static final int CONNECT_SECONDS = 5;

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
     * @throws SourceException where the database is away or refuses
     */
    <T> T ask(Work<T> work) {
        try (Connection connection = open(QUICK)) {
            return work.with(connection);
        } catch (SQLException e) {
            throw PostgresErrors.explain(e, this);
        }
    }

    /** A connection with auto-commit; a single statement on it takes at most that long. */
    Connection open(Duration deadline) throws SQLException {
        Properties properties = new Properties();
        // TLS and such: what Debezium passes to its driver goes to ours too.
        settings.debezium().forEach((key, value) -> {
            if (key.startsWith(DRIVER_PREFIX)) {
                properties.setProperty(key.substring(DRIVER_PREFIX.length()), value);
            }
        });
        properties.setProperty("user", settings.user());
        properties.setProperty("password", settings.password().reveal());
        properties.setProperty("connectTimeout", String.valueOf(CONNECT_SECONDS));
        properties.setProperty("loginTimeout", String.valueOf(CONNECT_SECONDS));
        properties.setProperty("socketTimeout", String.valueOf(deadline.toSeconds()));
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("binaryTransfer", "false");
        properties.setProperty("ApplicationName", "tidemark " + settings.pipeline());
        return DriverManager.getConnection(url(), properties);
    }

    private String url() {
        String host = settings.host().contains(":") ? "[" + settings.host() + "]" : settings.host();
        String database = URLEncoder.encode(settings.database(), StandardCharsets.UTF_8);
        return "jdbc:postgresql://" + host + ":" + settings.port() + "/" + database;
    }

    /** {@code database shop at db.internal:5432}, for messages. */
    @Override
    public String toString() {
        return "database " + settings.database() + " at " + settings.host() + ":" + settings.port();
    }

    String user() {
        return settings.user();
    }

    /** A name as SQL quotes it. */
    static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
