package dev.tidemark.connector.mysql.catalog;

import dev.tidemark.connector.data.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The server's own estimates of rows, in one query. */
public final class RowEstimates {

    private RowEstimates() {}

    /** Returns the estimates; tables of which the server has none are left out. */
    public static Map<TableId, Long> of(Connection connection, List<TableId> tables) throws SQLException {
        Map<TableId, Long> estimates = new HashMap<>();
        if (tables.isEmpty()) {
            return estimates;
        }
        try (Statement statement = connection.createStatement()) {
            // Else the estimate may be a day old.
            statement.execute("SET SESSION information_schema_stats_expiry = 0");
        }
        String pairs = Collections.nCopies(tables.size(), "(?, ?)").stream().collect(Collectors.joining(", "));
        String sql = "SELECT table_schema, table_name, table_rows FROM information_schema.tables"
                + " WHERE (table_schema, table_name) IN (" + pairs + ")";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int place = 0;
            for (TableId table : tables) {
                statement.setString(++place, table.schema());
                statement.setString(++place, table.table());
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    long estimate = rows.getLong(3);
                    if (!rows.wasNull()) {
                        estimates.put(new TableId(rows.getString(1), rows.getString(2)), estimate);
                    }
                }
            }
        }
        return estimates;
    }
}
