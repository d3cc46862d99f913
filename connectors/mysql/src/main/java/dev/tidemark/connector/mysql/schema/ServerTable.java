package dev.tidemark.connector.mysql.schema;

import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.mysql.connection.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A table as the server has it now, as a statement that every parser understands: quoted names, types, character sets, the key. */
final class ServerTable {

    private static final String COLUMNS = """
            SELECT column_name, column_type, character_set_name, collation_name, is_nullable, extra
            FROM information_schema.columns
            WHERE table_schema = ? AND table_name = ?
            ORDER BY ordinal_position
            """;

    /** The primary key; if there is none, the unique indexes without a column that may be NULL. */
    private static final String KEY = """
            SELECT index_name, column_name FROM information_schema.statistics s
            WHERE table_schema = ? AND table_name = ? AND non_unique = 0 AND column_name IS NOT NULL
              AND NOT EXISTS (SELECT 1 FROM information_schema.statistics o WHERE o.table_schema = s.table_schema
                AND o.table_name = s.table_name AND o.index_name = s.index_name AND (o.nullable = 'YES' OR o.column_name IS NULL))
            ORDER BY index_name <> 'PRIMARY', index_name, seq_in_index
            """;

    /** What columns get that are added without a character set of their own. */
    private static final String CHARSET = """
            SELECT c.character_set_name, t.table_collation
            FROM information_schema.tables t
            JOIN information_schema.collation_character_set_applicability c ON c.collation_name = t.table_collation
            WHERE t.table_schema = ? AND t.table_name = ?
            """;

    private ServerTable() {}

    /** Returns the statement; empty if the table does not exist. */
    static Optional<String> read(Connection connection, TableId table) throws SQLException {
        List<String> parts = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
            statement.setString(1, table.schema());
            statement.setString(2, table.table());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    parts.add(column(rows));
                }
            }
        }
        if (parts.isEmpty()) {
            return Optional.empty();
        }
        parts.addAll(key(connection, table));
        return Optional.of("CREATE TABLE " + Database.quoted(table.schema()) + "." + Database.quoted(table.table())
                + " (" + String.join(", ", parts) + ")" + charset(connection, table));
    }

    private static String charset(Connection connection, TableId table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(CHARSET)) {
            statement.setString(1, table.schema());
            statement.setString(2, table.table());
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? " DEFAULT CHARSET=" + row.getString(1) + " COLLATE=" + row.getString(2) : "";
            }
        }
    }

    private static String column(ResultSet row) throws SQLException {
        String charset = row.getString(3);
        return Database.quoted(row.getString(1)) + " " + row.getString(2)
                + (charset == null ? "" : " CHARACTER SET " + charset + " COLLATE " + row.getString(4))
                + ("YES".equals(row.getString(5)) ? " NULL" : " NOT NULL")
                + (row.getString(6).contains("auto_increment") ? " AUTO_INCREMENT" : "");
    }

    private static List<String> key(Connection connection, TableId table) throws SQLException {
        String index = null;
        List<String> columns = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(KEY)) {
            statement.setString(1, table.schema());
            statement.setString(2, table.table());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next() && (index == null || index.equals(rows.getString(1)))) {
                    index = rows.getString(1);
                    columns.add(Database.quoted(rows.getString(2)));
                }
            }
        }
        if (index == null) {
            return List.of();
        }
        String kind = index.equals("PRIMARY") ? "PRIMARY KEY" : "UNIQUE KEY " + Database.quoted(index);
        return List.of(kind + " (" + String.join(", ", columns) + ")");
    }
}
