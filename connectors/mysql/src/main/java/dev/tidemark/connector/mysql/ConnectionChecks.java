package dev.tidemark.connector.mysql;

import dev.tidemark.connector.Check;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;

/** How the connection is protected, and whether its time zone is one that Java knows. */
final class ConnectionChecks {

    private static final String ZONE = "connectionTimeZone";
    private static final String ZONES = "SELECT @@GLOBAL.time_zone, @@system_time_zone";

    private final Database database;
    private final Map<String, String> debezium;

    ConnectionChecks(Database database, Map<String, String> debezium) {
        this.database = database;
        this.debezium = debezium;
    }

    Check tls(Connection connection) throws SQLException {
        String mode = debezium.getOrDefault(DriverProperties.SSL_MODE, "preferred");
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW SESSION STATUS LIKE 'Ssl_version'")) {
            String version = row.next() ? row.getString(2) : "";
            return version.isEmpty()
                    ? Check.ok("tls", "the connection is not encrypted (" + mode + ")")
                    : Check.ok("tls", version + " (" + mode + ")");
        }
    }

    /** Asked of the driver itself, on a connection of its own: Debezium reads TIMESTAMP columns in the server's zone. */
    Check timeZone(Connection connection) throws SQLException {
        String zones;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(ZONES)) {
            row.next();
            zones = row.getString(1).equals("SYSTEM") ? "SYSTEM, which is " + row.getString(2) : row.getString(1);
        }
        String configured = DriverProperties.of(debezium).get(ZONE);
        Properties zone = new Properties();
        zone.setProperty(ZONE, configured == null || configured.isBlank() ? "SERVER" : configured);
        try (Connection other = database.open(Database.QUICK, zone);
                Statement statement = other.createStatement();
                ResultSet row = statement.executeQuery("SELECT TIMESTAMP '2020-02-20 20:20:20'")) {
            row.next();
            row.getTimestamp(1); // only now the driver needs to know the zone
            return Check.ok("time zone", configured == null ? zones : zones + ", read as " + configured);
        } catch (SQLException e) {
            if (!MySqlErrors.isTimeZone(String.valueOf(e.getMessage()))) {
                throw e;
            }
            return Check.refused(
                    "time zone",
                    "the server's time zone is " + zones + ", which Java does not know",
                    MySqlErrors.timeZoneHint());
        }
    }
}
