package dev.tidemark.connector.mysql.preflight;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.SourceSettings.Table;
import dev.tidemark.connector.base.text.CloseNames;
import dev.tidemark.connector.mysql.connection.Database;
import dev.tidemark.connector.mysql.connection.MySqlErrors;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Checks that a table can be captured: it exists, may be read, and its rows can be distinguished. */
final class TableChecks {

    private static final String FACTS =
            "SELECT table_name, table_type, engine FROM information_schema.tables WHERE table_schema = ? AND table_name = ?";

    private static final String COLUMNS = "SELECT column_name, is_nullable FROM information_schema.columns"
            + " WHERE table_schema = ? AND table_name = ? ORDER BY ordinal_position";

    /** Prefixes and expressions are not full values, so indexes with one are left out. */
    private static final String UNIQUE_INDEXES = """
            SELECT index_name, column_name FROM information_schema.statistics s
            WHERE table_schema = ? AND table_name = ? AND non_unique = 0
              AND NOT EXISTS (SELECT * FROM information_schema.statistics p
                              WHERE p.table_schema = s.table_schema AND p.table_name = s.table_name
                                AND p.index_name = s.index_name AND (p.sub_part IS NOT NULL OR p.column_name IS NULL))
            ORDER BY index_name, seq_in_index
            """;

    /** The same name elsewhere or in other case, or one that shares its beginning. */
    private static final String CLOSE_NAMES = """
            SELECT concat(table_schema, '.', table_name) FROM information_schema.tables
            WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')
              AND (lower(table_name) = lower(?) OR lower(left(table_name, 3)) = lower(left(?, 3)))
            ORDER BY lower(table_name) <> lower(?), table_schema <> ?, abs(length(table_name) - length(?)) LIMIT 3
            """;

    private static final String PRIMARY = "PRIMARY";
    private static final int NO_SUCH_TABLE = 1146;
    private static final int NO_SUCH_DATABASE = 1049;

    private final Connection connection;
    private final Table table;
    private final String account;
    private final String subject;
    private final String name;

    /** @param account the user's account, as SQL spells it */
    TableChecks(Connection connection, Table table, String account) {
        this.connection = connection;
        this.table = table;
        this.account = account;
        this.subject = "table " + table.id();
        this.name = Database.quoted(table.id().schema()) + "."
                + Database.quoted(table.id().table());
    }

    /** Returns one check that the table can be read, one that its rows can be distinguished. */
    List<Check> run() throws SQLException {
        Check readable = readable();
        if (readable.outcome() == Check.Outcome.FAILED) {
            return List.of(readable);
        }
        return List.of(readable, table.isDependency() ? loggedColumns() : key());
    }

    /**
     * Checks that the table has the columns by which documents depend on it; the binlog contains all of them, before and after.
     */
    private Check loggedColumns() throws SQLException {
        String loggedSubject = "columns in changes of " + table.id();
        Set<String> columns = columns().keySet();
        List<String> missing =
                table.logged().stream().filter(c -> !columns.contains(c)).toList();
        return missing.isEmpty()
                ? Check.ok(loggedSubject, String.join(", ", table.logged()) + ", before and after")
                : Check.failed(
                        loggedSubject,
                        "there is no column " + String.join(", ", missing) + ", which 'dependsOn' names",
                        "its columns are " + String.join(", ", columns));
    }

    private Check readable() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet nothing = statement.executeQuery("SELECT * FROM " + name + " LIMIT 0")) {
            return nothing.next() ? Check.ok(subject, "may be read") : kind();
        } catch (SQLException e) {
            if (MySqlErrors.isDenied(e)) {
                return Check.failed(
                        subject, "does not exist or is not readable", "GRANT SELECT ON " + name + " TO " + account);
            }
            if (e.getErrorCode() == NO_SUCH_TABLE || e.getErrorCode() == NO_SUCH_DATABASE) {
                return Check.failed(subject, "does not exist", CloseNames.hint(connection, CLOSE_NAMES, table.id()));
            }
            throw e;
        }
    }

    private Check kind() throws SQLException {
        try (PreparedStatement statement = ofTable(FACTS);
                ResultSet facts = statement.executeQuery()) {
            if (!facts.next()) {
                return Check.failed(subject, "does not exist", CloseNames.hint(connection, CLOSE_NAMES, table.id()));
            }
            if (!facts.getString(2).equals("BASE TABLE")) {
                return Check.failed(subject, "is a view", "only tables have changes");
            }
            if (!facts.getString(1).equals(table.id().table())) {
                return Check.failed(
                        subject, "is called " + facts.getString(1) + " by the server", "write it the same way");
            }
            String engine = facts.getString(3);
            return "InnoDB".equalsIgnoreCase(engine)
                    ? Check.ok(subject, "exists and may be read")
                    : Check.warning(
                            subject,
                            "its engine " + engine
                                    + " has no transactions: a statement that fails halfway is kept by halves",
                            "ALTER TABLE " + name + " ENGINE = InnoDB");
        }
    }

    private Check key() throws SQLException {
        String keySubject = "key of " + table.id();
        Map<String, List<String>> indexes = uniqueIndexes();
        List<String> key = table.key().isEmpty() ? indexes.getOrDefault(PRIMARY, List.of()) : table.key();
        if (key.isEmpty()) {
            return Check.failed(
                    keySubject,
                    "the table has no primary key",
                    "add one; or name the columns of a unique index as 'id'");
        }
        Map<String, Boolean> columns = columns();
        for (String column : key) {
            Boolean nullable = columns.get(column);
            if (nullable == null) {
                return Check.failed(
                        keySubject,
                        "there is no column " + column,
                        "its columns are " + String.join(", ", columns.keySet()));
            }
            if (nullable) {
                return Check.failed(
                        keySubject,
                        "column " + column + " may be NULL",
                        "ALTER TABLE " + name + " MODIFY " + Database.quoted(column) + " ... NOT NULL");
            }
        }
        Set<String> wanted = new HashSet<>(key);
        if (indexes.values().stream().noneMatch(wanted::containsAll)) {
            return Check.failed(
                    keySubject,
                    "nothing makes " + String.join(", ", key) + " unique: rows would share a document",
                    "ALTER TABLE " + name + " ADD UNIQUE ("
                            + key.stream().map(Database::quoted).collect(Collectors.joining(", ")) + ")");
        }
        return Check.ok(keySubject, String.join(", ", key));
    }

    /** Returns each column's name and whether it may be NULL, in the table's order. */
    private Map<String, Boolean> columns() throws SQLException {
        Map<String, Boolean> columns = new LinkedHashMap<>();
        try (PreparedStatement statement = ofTable(COLUMNS);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                columns.put(rows.getString(1), rows.getString(2).equals("YES"));
            }
        }
        return columns;
    }

    private Map<String, List<String>> uniqueIndexes() throws SQLException {
        Map<String, List<String>> indexes = new LinkedHashMap<>();
        try (PreparedStatement statement = ofTable(UNIQUE_INDEXES);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                indexes.computeIfAbsent(rows.getString(1), index -> new ArrayList<>())
                        .add(rows.getString(2));
            }
        }
        return indexes;
    }

    /** Prepares a statement whose parameters are the table's database and name. */
    private PreparedStatement ofTable(String sql) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        statement.setString(1, table.id().schema());
        statement.setString(2, table.id().table());
        return statement;
    }
}
