package dev.tidemark.connector.mysql;

import dev.tidemark.connector.Check;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/** How the connection is protected, and in which time zone it reads. */
final class ConnectionChecks {

    private static final String ZONES = "SELECT @@GLOBAL.time_zone, @@system_time_zone";

    private final Connection connection;
    private final Map<String, String> debezium;

    ConnectionChecks(Connection connection, Map<String, String> debezium) {
        this.connection = connection;
        this.debezium = debezium;
    }

    Check tls() throws SQLException {
        String mode = debezium.getOrDefault(DriverProperties.SSL_MODE, "preferred");
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW SESSION STATUS LIKE 'Ssl_version'")) {
            String version = row.next() ? row.getString(2) : "";
            return version.isEmpty()
                    ? Check.ok("tls", "the connection is not encrypted (" + mode + ")")
                    : Check.ok("tls", version + " (" + mode + ")");
        }
    }

    /** Whatever the server's zone is, every connection of ours reads times at UTC: that must be possible. */
    Check timeZone() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET time_zone = '+00:00'");
            try (ResultSet row = statement.executeQuery(ZONES)) {
                row.next();
                String zone =
                        row.getString(1).equals("SYSTEM") ? "the system's, " + row.getString(2) : row.getString(1);
                return Check.ok("time zone", "the server's is " + zone + "; times are read at UTC");
            }
        }
    }
}
