package dev.tidemark.connector.mysql.preflight;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.mysql.connection.Variables;
import dev.tidemark.connector.mysql.engine.ServerId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Check that our server id is free, as far as the server shows: it lists replicas, but not other programs that read its binlog.
 */
final class ServerIdCheck {

    private final Connection connection;
    private final Variables variables;
    private final long serverId;

    ServerIdCheck(Connection connection, Variables variables, long serverId) {
        this.connection = connection;
        this.variables = variables;
        this.serverId = serverId;
    }

    /** @param mayAsk whether the user has REPLICATION SLAVE, without which the server does not list the replicas */
    Check run(boolean mayAsk) throws SQLException {
        if (variables.number("server_id", 0) == serverId) {
            return taken("the server itself has");
        }
        if (mayAsk) {
            String sql = variables.isOlderThan(8, 0, 22) ? "SHOW SLAVE HOSTS" : "SHOW REPLICAS";
            try (Statement statement = connection.createStatement();
                    ResultSet replicas = statement.executeQuery(sql)) {
                while (replicas.next()) {
                    if (replicas.getLong(1) == serverId) {
                        return taken("a replica " + replicas.getString(2) + " has");
                    }
                }
            }
        }
        return Check.ok("server id", serverId + " is not a replica's");
    }

    private Check taken(String who) {
        return Check.failed(
                "server id",
                who + " the server id " + serverId + " of this service",
                "give this service a '" + ServerId.OPTION + "' of its own");
    }
}
