package dev.tidemark.connector.mysql.log;

import dev.tidemark.connector.mysql.connection.Variables;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/**
 * The end of the server's binlog.
 *
 * @param file the file that is written
 * @param place the position behind its last event
 * @param gtids all transactions that the server has executed; empty without GTIDs
 */
public record LogEnd(String file, long place, String gtids) {

    /** Needs REPLICATION CLIENT and a binlog that is on. */
    public static LogEnd read(Connection connection) throws SQLException {
        boolean old = Variables.read(connection).isOlderThan(8, 2, 0);
        String sql = old ? "SHOW MASTER STATUS" : "SHOW BINARY LOG STATUS";
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            if (!row.next()) {
                throw new SQLException("the server reports no binlog position; its binlog is off");
            }
            String gtids = row.getString("Executed_Gtid_Set");
            return new LogEnd(row.getString("File"), row.getLong("Position"), gtids == null ? "" : compact(gtids));
        }
    }

    private static String compact(String set) {
        return set.replaceAll("\\s", "");
    }

    /** Returns the offset from which an engine resumes here. */
    public Map<String, Object> offset() {
        Map<String, Object> position = new HashMap<>(Map.of(BinlogOffsets.FILE, file, BinlogOffsets.PLACE, place));
        if (!gtids.isEmpty()) {
            position.put(BinlogOffsets.GTIDS, gtids);
        }
        return position;
    }
}
