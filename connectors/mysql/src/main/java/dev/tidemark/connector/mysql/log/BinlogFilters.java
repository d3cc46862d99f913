package dev.tidemark.connector.mysql.log;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.SourceSettings.Table;
import dev.tidemark.connector.mysql.connection.Variables;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Checks that changes of the captured tables reach the binlog of this server: some are configured to leave databases out. */
public final class BinlogFilters {

    private final Connection connection;
    private final Variables variables;

    public BinlogFilters(Connection connection, Variables variables) {
        this.connection = connection;
        this.variables = variables;
    }

    /** Needs REPLICATION CLIENT and a binlog that is on. */
    public Check check(List<Table> tables) throws SQLException {
        String subject = "binlog filters";
        Set<String> missing = new LinkedHashSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(status())) {
            if (row.next()) {
                List<String> only = names(row.getString(3));
                List<String> ignored = names(row.getString(4));
                for (Table table : tables) {
                    String database = table.id().schema();
                    if (ignored.contains(database) || (!only.isEmpty() && !only.contains(database))) {
                        missing.add(database);
                    }
                }
            }
        }
        if (!missing.isEmpty()) {
            return Check.failed(
                    subject,
                    "changes in " + String.join(", ", missing) + " do not reach the binlog",
                    "change binlog-do-db or binlog-ignore-db in my.cnf and restart the server");
        }
        if (variables.is("log_replica_updates", "OFF", variables.get("log_slave_updates", "ON")) && isReplica()) {
            return Check.failed(
                    subject,
                    "this is a replica that does not write what it receives to its own binlog",
                    "set log_replica_updates = ON (log_slave_updates before 8.0.26), or read from its source");
        }
        return Check.ok(subject, "none that concerns the captured tables");
    }

    private boolean isReplica() throws SQLException {
        String sql = variables.isOlderThan(8, 0, 22) ? "SHOW SLAVE STATUS" : "SHOW REPLICA STATUS";
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next();
        }
    }

    private String status() {
        return statusQuery(variables);
    }

    /** Returns the statement that shows the end of the binlog; version 8.2 renamed it. */
    static String statusQuery(Variables variables) {
        return variables.isOlderThan(8, 2, 0) ? "SHOW MASTER STATUS" : "SHOW BINARY LOG STATUS";
    }

    private static List<String> names(String list) {
        return list == null || list.isBlank() ? List.of() : List.of(list.split(","));
    }
}
