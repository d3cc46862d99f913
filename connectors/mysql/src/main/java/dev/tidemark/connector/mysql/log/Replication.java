package dev.tidemark.connector.mysql.log;

import dev.tidemark.connector.mysql.connection.Variables;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Current state of a server as a replica of another one. */
public final class Replication {

    private Replication() {}

    /** Returns whether the server receives or applies transactions of another one: it may have what it lacks soon. */
    public static boolean isRunning(Connection connection) throws SQLException {
        String prefix = Variables.read(connection).isOlderThan(8, 0, 22) ? "Slave" : "Replica";
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SHOW " + prefix + " STATUS")) {
            while (rows.next()) {
                boolean receives = !"No".equalsIgnoreCase(rows.getString(prefix + "_IO_Running"));
                if (receives || "Yes".equalsIgnoreCase(rows.getString(prefix + "_SQL_Running"))) {
                    return true;
                }
            }
            return false;
        }
    }
}
