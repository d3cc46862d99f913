package dev.tidemark.connector.mysql.connection;

import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.base.jdbc.JdbcDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/** Opens connections to the configured server, each with a deadline for everything it does. */
public final class Database extends JdbcDatabase {

    /**
     * Values are taken as the bytes that the server sends, which are text only in the protocol without server-side statements;
     * and the driver must report the types that the server has.
     */
    private static final Map<String, String> BYTES = Map.of(
            "useServerPrepStmts", "false",
            "useCursorFetch", "false",
            "tinyInt1isBit", "false",
            "yearIsDateType", "false");

    private static final Duration CONNECT = Duration.ofSeconds(5);

    private final KeyStores stores;

    public Database(SourceSettings settings) {
        super(settings);
        this.stores = new KeyStores(settings.tls());
    }

    @Override
    public SourceException explain(SQLException failure) {
        return MySqlErrors.explain(failure, this);
    }

    /** Opens a connection without a database. */
    @Override
    public Connection open(Duration deadline) throws SQLException {
        return DriverManager.getConnection(url(), properties(deadline, Map.of()));
    }

    /** Opens a connection whose statements the server prepares, so that it describes them. */
    public Connection openToDescribe() throws SQLException {
        Properties properties = properties(QUICK, BYTES);
        properties.setProperty("useServerPrepStmts", "true");
        return DriverManager.getConnection(url(), properties);
    }

    @Override
    protected Properties readProperties(Duration deadline) {
        return properties(deadline, BYTES);
    }

    /**
     * Returns the session's settings. Values come in this zone and character set, whichever the server or the driver would
     * choose. The default length of GROUP_CONCAT cuts texts silently. A configured query is given 500 ids at once: if these have
     * two columns and begin alike, the server needs 27 MB to plan with the index, and would read the full table if it may take
     * only the 8 MB of its default.
     */
    @Override
    protected String readPreparation(Duration timeout) {
        return "SET time_zone = '+00:00', character_set_results = utf8mb4, SESSION max_execution_time = "
                + timeout.toMillis()
                + ", SESSION lock_wait_timeout = 2" // a read that waits for a table's lock is tried again later
                + ", SESSION group_concat_max_len = 16777216, SESSION range_optimizer_max_mem_size = 67108864,"
                + " SESSION transaction_read_only = ON";
    }

    /** Properties of the driver, the further ones of which win over those that are configured. */
    private Properties properties(Duration deadline, Map<String, String> further) {
        Properties properties = new Properties();
        Map<String, String> driver = DriverProperties.of(settings.host(), debezium());
        driver.put(SessionVariables.PROPERTY, SessionVariables.of(debezium()));
        SessionTimeouts.addTo(driver);
        properties.putAll(driver);
        properties.putAll(further);
        properties.setProperty("user", settings.user());
        properties.setProperty("password", settings.password().reveal());
        properties.setProperty("connectTimeout", String.valueOf(CONNECT.toMillis()));
        properties.setProperty("socketTimeout", String.valueOf(deadline.toMillis()));
        properties.setProperty("connectionAttributes", "program_name:tidemark " + settings.pipeline());
        return properties;
    }

    /** Returns Debezium's further properties: those of the configuration, and those for its TLS. */
    public Map<String, String> debezium() {
        Map<String, String> all = new HashMap<>(settings.debezium());
        all.putAll(stores.properties());
        return all;
    }

    @Override
    protected String url() {
        String host = settings.host().contains(":") ? "[" + settings.host() + "]" : settings.host();
        return "jdbc:mysql://" + host + ":" + settings.port() + "/";
    }

    /** Returns {@code MySQL at db.internal:3306}, for messages. */
    @Override
    public String toString() {
        return "MySQL at " + settings.host() + ":" + settings.port();
    }

    /** Returns whether a password may be sent under a key that the connection itself names. */
    public boolean mayRetrievePublicKey() {
        return PublicKeys.mayBeRetrieved(settings.host(), debezium());
    }

    /** Returns a name as SQL quotes it. */
    public static String quoted(String name) {
        return '`' + name.replace("`", "``") + '`';
    }
}
