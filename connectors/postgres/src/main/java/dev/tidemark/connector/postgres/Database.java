package dev.tidemark.connector.postgres;

import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.jdbc.JdbcDatabase;
import dev.tidemark.connector.jdbc.ReadPool;
import dev.tidemark.connector.tls.Tls;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Opens connections to the configured database, each with a deadline for everything it does. */
final class Database extends JdbcDatabase {

    private static final String DRIVER_PREFIX = "database.";
    private static final int CONNECT_SECONDS = 5;

    private final SourceSettings settings;

    Database(SourceSettings settings) {
        this.settings = settings;
    }

    @Override
    public SourceException explain(SQLException failure) {
        return PostgresErrors.explain(failure, this);
    }

    @Override
    protected Connection open(Duration deadline) throws SQLException {
        return DriverManager.getConnection(url(), properties(deadline));
    }

    /** The connections for reads. Their transactions are read-only: whatever a configured statement calls, it changes nothing. */
    ReadPool reads() {
        Duration timeout = settings.reads().statementTimeout();
        String prepare = "SET default_transaction_read_only = on; SET statement_timeout = " + timeout.toMillis()
                + "; SET jit = off"; // compiling a plan costs more than a page of documents does
        return new ReadPool(
                settings.pipeline() + "-reads",
                settings.reads().maxConnections(),
                new ReadPool.Sessions(url(), () -> properties(timeout.plus(GRACE)), prepare),
                this::explain);
    }

    private Properties properties(Duration deadline) {
        Properties properties = new Properties();
        // What Debezium passes to its driver goes to ours too.
        Stream.of(settings.debezium(), PemSocketFactory.properties(settings.tls()))
                .forEach(all -> all.forEach((key, value) -> {
                    if (key.startsWith(DRIVER_PREFIX)) {
                        properties.setProperty(key.substring(DRIVER_PREFIX.length()), value);
                    }
                }));
        properties.setProperty("user", settings.user());
        properties.setProperty("password", settings.password().reveal());
        properties.setProperty("connectTimeout", String.valueOf(CONNECT_SECONDS));
        properties.setProperty("loginTimeout", String.valueOf(CONNECT_SECONDS));
        properties.setProperty("socketTimeout", String.valueOf(deadline.toSeconds()));
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("binaryTransfer", "false");
        properties.setProperty("ApplicationName", "tidemark " + settings.pipeline());
        return properties;
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

    @Nullable
    Tls tls() {
        return settings.tls();
    }

    String user() {
        return settings.user();
    }

    /** A name as SQL quotes it. */
    static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
