package dev.tidemark.connector.postgres.connection;

import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.base.jdbc.JdbcDatabase;
import dev.tidemark.connector.data.TableId;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.stream.Stream;

/** Opens connections to the configured database, each with a deadline for everything it does. */
public final class Database extends JdbcDatabase {

    /** A read that waits for a table's lock is tried again later. */
    private static final int LOCK_MILLIS = 2_000;

    /** Beginning of the application name of {@link #openWaiting}. */
    public static final String WAITING = "tidemark position";

    private static final String DRIVER_PREFIX = "database.";
    private static final String OPTIONS = "options";
    private static final int CONNECT_SECONDS = 5;
    /** The server cancels a query this much before the driver does, and a wait for a lock by the same time earlier still. */
    private static final int EARLIER_MILLIS = 500;

    private final FetchLimit limit;

    public Database(SourceSettings settings) {
        this(settings, FetchLimit.ofHeap());
    }

    public Database(SourceSettings settings, FetchLimit limit) {
        super(settings);
        this.limit = limit;
    }

    /** Returns the limit of what one fetch may return. */
    public FetchLimit fetchLimit() {
        return limit;
    }

    @Override
    public SourceException explain(SQLException failure) {
        return PostgresErrors.explain(failure, this);
    }

    @Override
    public Connection open(Duration deadline) throws SQLException {
        return DriverManager.getConnection(url(), asking(deadline));
    }

    /** Opens a connection that speaks the replication protocol; the role needs REPLICATION, and {@code pg_hba.conf} admits it as an engine's. */
    public Connection openReplication() throws SQLException {
        Properties properties = asking(QUICK);
        properties.setProperty("replication", "database");
        properties.setProperty("assumeMinServerVersion", "13");
        properties.setProperty("preferQueryMode", "simple");
        return DriverManager.getConnection(url(), properties);
    }

    /**
     * Opens a connection whose statements wait for other sessions as long as those take: no timeout ends it, neither of the
     * server nor of the driver. The server ends it soon after this process was killed, also if it waits.
     */
    public Connection openWaiting() throws SQLException {
        Properties properties = properties(QUICK);
        properties.setProperty("ApplicationName", WAITING + " of " + settings.pipeline());
        Connection connection = DriverManager.getConnection(url(), properties);
        try {
            SessionTimeouts.lift(connection);
            connection.setNetworkTimeout(Runnable::run, 0);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** Opens a connection with the settings that another client of the role has. */
    public Connection openAsOthers() throws SQLException {
        Properties properties = properties(QUICK);
        properties.remove(OPTIONS);
        return DriverManager.getConnection(url(), properties);
    }

    @Override
    protected Properties readProperties(Duration deadline) {
        return properties(deadline);
    }

    @Override
    protected String readPreparation(Duration timeout) {
        return "SET default_transaction_read_only = on; SET statement_timeout = " + timeout.toMillis()
                + "; SET lock_timeout = " + LOCK_MILLIS // changes of other tables wait meanwhile
                + "; SET jit = off; " // compiling a plan costs more than a page of documents does
                + SessionTimeouts.NEWER_OFF;
    }

    /**
     * Returns the properties for queries that the server cancels, too: else each would leave a session of ours behind, for as
     * long as a lock is held.
     */
    private Properties asking(Duration deadline) {
        Properties properties = properties(deadline);
        long statement = deadline.toMillis() - EARLIER_MILLIS;
        properties.setProperty(
                OPTIONS,
                properties.getProperty(OPTIONS) + " -c statement_timeout=" + statement + " -c lock_timeout="
                        + (statement - EARLIER_MILLIS));
        return properties;
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
        properties.setProperty(OPTIONS, sessionOptions(settings));
        properties.setProperty("user", settings.user());
        properties.setProperty("password", settings.password().reveal());
        properties.setProperty("connectTimeout", String.valueOf(CONNECT_SECONDS));
        properties.setProperty("loginTimeout", String.valueOf(CONNECT_SECONDS));
        properties.setProperty("socketTimeout", String.valueOf(deadline.toSeconds()));
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("binaryTransfer", "false");
        // A plan that the server keeps ends with an error once an ALTER TABLE has changed the columns of its result.
        properties.setProperty("prepareThreshold", "0");
        properties.setProperty(FetchLimit.SETTING, String.valueOf(limit.bytes()));
        properties.setProperty("ApplicationName", "tidemark " + settings.pipeline());
        return properties;
    }

    /**
     * Returns the options that a session starts with: see {@link SessionSettings}; the last one counts. The server fails a statement
     * that would leave out rows that policies hide.
     */
    public static String sessionOptions(SourceSettings settings) {
        String given = settings.debezium().getOrDefault(DRIVER_PREFIX + OPTIONS, "");
        return SessionSettings.around(given) + " " + SessionTimeouts.OFF + " -c row_security=off";
    }

    /** Returns the provider that the host's name belongs to. */
    public Provider provider() {
        return Provider.ofHost(settings.host());
    }

    /** Returns the provider of the server, as it shows itself. */
    public Provider provider(Connection connection) throws SQLException {
        return Provider.of(connection, settings.host());
    }

    /** Returns whether host and port are those of a provider's own pooler. */
    boolean isPooler() {
        return provider().isPooler(settings.host(), settings.port());
    }

    /** Returns what more to check if the server cannot be reached; may be empty. */
    String awayHint() {
        return provider().awayHint(settings.host());
    }

    @Override
    protected String url() {
        return url(settings.host(), settings.port(), settings.database());
    }

    /** Returns the driver's URL of a database. Its name may contain any character. */
    public static String url(String host, int port, String database) {
        String address = host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
        return "jdbc:postgresql://" + address + ":" + port + "/" + URLEncoder.encode(database, StandardCharsets.UTF_8);
    }

    /** Returns {@code database shop at db.internal:5432}, for messages. */
    @Override
    public String toString() {
        return "database " + settings.database() + " at " + settings.host() + ":" + settings.port();
    }

    /** Returns a table's name as SQL quotes it. */
    public static String quoted(TableId table) {
        return quoted(table.schema()) + "." + quoted(table.table());
    }

    /** Returns a name as SQL quotes it. */
    public static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
