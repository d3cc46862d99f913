package dev.tidemark.connector.mysql.preflight;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.mysql.connection.Database;
import dev.tidemark.connector.mysql.connection.DriverProperties;
import dev.tidemark.connector.mysql.connection.PublicKeys;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks of how the connection is protected, and of the time zone in which it reads. */
final class ConnectionChecks {

    private static final String ZONES = "SELECT @@GLOBAL.time_zone, @@system_time_zone";

    private static final Pattern PLUGIN = Pattern.compile("IDENTIFIED WITH '([^']+)'");

    private final Connection connection;
    private final Database database;

    ConnectionChecks(Connection connection, Database database) {
        this.connection = connection;
        this.database = database;
    }

    Check tls() throws SQLException {
        String mode = database.debezium().getOrDefault(DriverProperties.SSL_MODE, "preferred");
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW SESSION STATUS LIKE 'Ssl_version'")) {
            String version = row.next() ? row.getString(2) : "";
            return version.isEmpty() ? plain(mode) : Check.ok("tls", version + " (" + mode + ")");
        }
    }

    /**
     * Checks a connection without encryption. Our driver does not request the key of a server on another machine. The client that
     * reads the binlog would: it has no such switch.
     */
    private Check plain(String mode) throws SQLException {
        String found = "the connection is not encrypted (" + mode + ")";
        if (!database.mayRetrievePublicKey()) {
            String plugin = plugin();
            if (PublicKeys.areUsedBy(plugin)) {
                return Check.failed(
                        "tls",
                        found + ", and the password of user \"" + database.user() + "\" (" + plugin
                                + ") would be sent under a key that the connection itself names",
                        PublicKeys.HINT);
            }
        }
        return Check.ok("tls", found);
    }

    /** Returns the plugin that checks the account's password; empty if the server does not show it. */
    private String plugin() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW CREATE USER CURRENT_USER()")) {
            Matcher matcher = PLUGIN.matcher(row.next() ? row.getString(1) : "");
            return matcher.find() ? matcher.group(1) : "";
        }
    }

    /** Checks that a connection can read times at UTC, as every connection of ours does in any zone of the server. */
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
