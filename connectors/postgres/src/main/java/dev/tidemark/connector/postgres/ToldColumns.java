package dev.tidemark.connector.postgres;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether a change of a table tells what columns were before it: those of the replica identity, of each partition, too. */
final class ToldColumns {

    /** The table itself first; of one that is not partitioned, it alone. */
    private static final String PARTITIONS = """
            SELECT c.oid::int8, n.nspname, c.relname
            FROM (SELECT ?::oid AS relid UNION SELECT relid FROM pg_partition_tree(?::oid) WHERE isleaf) t
            JOIN pg_class c ON c.oid = t.relid JOIN pg_namespace n ON n.oid = c.relnamespace
            ORDER BY c.relispartition, c.relname
            """;

    private final Connection connection;
    private final TableId table;

    ToldColumns(Connection connection, TableId table) {
        this.connection = connection;
        this.table = table;
    }

    Optional<Check> check(List<String> columns) throws SQLException {
        PostgresCatalog catalog = new PostgresCatalog(connection);
        Long oid = catalog.oid(table);
        if (oid == null) {
            return Optional.empty(); // told by the preflight
        }
        List<String> silent = new ArrayList<>();
        List<String> untold = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(PARTITIONS)) {
            statement.setLong(1, oid);
            statement.setLong(2, oid);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    TableTraits identity = catalog.traits(rows.getLong(1));
                    columns.stream()
                            .filter(column -> !identity.sends(column) && !untold.contains(column))
                            .forEach(untold::add);
                    if (!columns.stream().allMatch(identity::sends)) {
                        silent.add("ALTER TABLE " + Database.quoted(rows.getString(2)) + "."
                                + Database.quoted(rows.getString(3)) + " REPLICA IDENTITY FULL");
                    }
                }
            }
        }
        return silent.isEmpty()
                ? Optional.empty()
                : Optional.of(Check.refused(
                        "id of " + table,
                        "a DELETE, or an UPDATE of it, would not tell what " + String.join(", ", untold)
                                + " was before, of which the expression makes the document's id",
                        String.join("; ", silent)));
    }
}
