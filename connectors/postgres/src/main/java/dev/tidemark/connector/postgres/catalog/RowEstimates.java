package dev.tidemark.connector.postgres.catalog;

import dev.tidemark.connector.data.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** The server's own estimates of rows, in one query: what its statistics count as live, else what the planner assumes. */
public final class RowEstimates {

    private static final String LEAF = "CASE WHEN pg_stat_get_live_tuples(%1$s.oid) > 0"
            + " THEN pg_stat_get_live_tuples(%1$s.oid) ELSE %1$s.reltuples::int8 END";

    private static final String SQL = "SELECT n.nspname, c.relname, CASE WHEN c.relkind = 'p'"
            + " THEN (SELECT sum(greatest(0, " + String.format(LEAF, "p") + "))"
            + " FROM pg_partition_tree(c.oid) t JOIN pg_class p ON p.oid = t.relid WHERE t.isleaf)"
            + " ELSE " + String.format(LEAF, "c") + " END::int8"
            + " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            + " JOIN unnest(?::text[], ?::text[]) w(s, t) ON w.s = n.nspname AND w.t = c.relname"
            + " WHERE c.relkind IN ('r', 'p')";

    private RowEstimates() {}

    /** Returns the estimates; tables that were never counted are left out. */
    public static Map<TableId, Long> of(Connection connection, Collection<TableId> tables) throws SQLException {
        Map<TableId, Long> estimates = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(SQL)) {
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "text", tables.stream().map(TableId::schema).toArray()));
            statement.setArray(
                    2,
                    connection.createArrayOf(
                            "text", tables.stream().map(TableId::table).toArray()));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    long estimate = rows.getLong(3);
                    if (!rows.wasNull() && estimate >= 0) {
                        estimates.put(new TableId(rows.getString(1), rows.getString(2)), estimate);
                    }
                }
            }
        }
        return estimates;
    }
}
