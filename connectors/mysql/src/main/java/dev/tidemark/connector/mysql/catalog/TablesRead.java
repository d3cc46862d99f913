package dev.tidemark.connector.mysql.catalog;

import dev.tidemark.connector.base.jdbc.JoinStatements;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.mysql.catalog.MySqlCatalog.CatalogColumn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tables behind a statement, as the server writes it again when it explains it: every table with its database, and views
 * replaced by what they read if that is possible. The statement is explained and not run.
 */
public final class TablesRead {

    /** A chain of quoted names. A table's has two; a column's has three, or two if it is of a subquery. */
    private static final Pattern NAMES = Pattern.compile("`(?:[^`]|``)*`(?:\\.`(?:[^`]|``)*`)*");

    private static final Pattern TABLE = Pattern.compile("`((?:[^`]|``)*)`\\.`((?:[^`]|``)*)`");

    /** The number of the note that holds the statement. */
    private static final int REWRITTEN = 1003;

    private static final String KIND =
            "SELECT table_type FROM information_schema.tables WHERE table_schema = ? AND table_name = ?";

    private static final String BEHIND = "SELECT table_schema, table_name FROM information_schema.view_table_usage"
            + " WHERE view_schema = ? AND view_name = ?";

    private final Connection connection;

    public TablesRead(Connection connection) {
        this.connection = connection;
    }

    /** Returns the tables; those that the user is not permitted to see are left out. */
    public Set<TableId> of(JoinStatements<CatalogColumn> statements) throws SQLException {
        String sql = statements.rows(Collections.nCopies(statements.keys().size(), "NULL"));
        Deque<TableId> open = new ArrayDeque<>(candidates(rewritten(sql)));
        Set<TableId> seen = new HashSet<>();
        Set<TableId> tables = new HashSet<>();
        while (!open.isEmpty()) {
            TableId next = open.remove();
            if (seen.add(next)) {
                switch (kind(next)) {
                    case "BASE TABLE" -> tables.add(next);
                    case "VIEW" -> open.addAll(behind(next));
                    default -> {
                        // no table, but a column of a subquery
                    }
                }
            }
        }
        return tables;
    }

    private String rewritten(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("EXPLAIN " + sql);
            try (ResultSet notes = statement.executeQuery("SHOW WARNINGS")) {
                while (notes.next()) {
                    if (notes.getInt("Code") == REWRITTEN) {
                        return notes.getString("Message");
                    }
                }
            }
        }
        return "";
    }

    private static Set<TableId> candidates(String rewritten) {
        Set<TableId> candidates = new HashSet<>();
        Matcher names = NAMES.matcher(rewritten);
        while (names.find()) {
            Matcher table = TABLE.matcher(names.group());
            if (table.matches()) {
                candidates.add(new TableId(
                        table.group(1).replace("``", "`"), table.group(2).replace("``", "`")));
            }
        }
        return candidates;
    }

    private String kind(TableId table) throws SQLException {
        try (PreparedStatement statement = prepare(KIND, table);
                ResultSet rows = statement.executeQuery()) {
            return rows.next() ? rows.getString(1) : "";
        }
    }

    private Set<TableId> behind(TableId view) throws SQLException {
        Set<TableId> tables = new HashSet<>();
        try (PreparedStatement statement = prepare(BEHIND, view);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                tables.add(new TableId(rows.getString(1), rows.getString(2)));
            }
        }
        return tables;
    }

    private PreparedStatement prepare(String sql, TableId table) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        statement.setString(1, table.schema());
        statement.setString(2, table.table());
        return statement;
    }
}
