package dev.tidemark.connector.mysql.preflight;

import com.mysql.cj.jdbc.JdbcConnection;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.mysql.connection.Variables;
import dev.tidemark.connector.mysql.log.Replication;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Checks that the server that answers is the one that writes the binlog: not a proxy, and not a replica that keeps what it
 * receives out of its binlog.
 */
final class RouteChecks {

    private final Connection connection;
    private final Variables variables;

    RouteChecks(Connection connection, Variables variables) {
        this.connection = connection;
        this.variables = variables;
    }

    /** @param mayLook whether the user may ask for the state of replication */
    List<Check> run(boolean mayLook) throws SQLException {
        List<Check> found = new ArrayList<>();
        if (isProxied()) {
            found.add(Check.failed(
                    "proxy",
                    "a proxy (such as ProxySQL or MaxScale) answers in place of the server: it cannot be read from as by a replica",
                    "configure host and port of the MySQL server itself"));
        }
        if (mayLook && !updatesAreLogged() && Replication.isRunning(connection)) {
            found.add(Check.failed(
                    "replica",
                    "the server is a replica with log_replica_updates off: its binlog lacks what it receives",
                    "configure host and port of its source, or set log_replica_updates = ON and restart the replica"));
        }
        return found;
    }

    /**
     * Returns whether the connection goes through a proxy, which gives its clients connection ids of its own, and often names
     * itself.
     */
    private boolean isProxied() throws SQLException {
        String names = (variables.get("version", "") + variables.get("version_comment", "")).toLowerCase(Locale.ROOT);
        if (names.contains("proxysql") || names.contains("maxscale")) {
            return true;
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT CONNECTION_ID()")) {
            row.next();
            return row.getLong(1) != connection.unwrap(JdbcConnection.class).getId();
        }
    }

    private boolean updatesAreLogged() {
        return variables.is("log_replica_updates", "ON", variables.get("log_slave_updates", "ON"));
    }
}
