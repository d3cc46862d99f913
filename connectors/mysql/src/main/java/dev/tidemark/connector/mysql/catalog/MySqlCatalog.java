package dev.tidemark.connector.mysql.catalog;

import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceSettings.Table;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.base.jdbc.TypedColumn;
import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.ColumnType.Kind;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.mysql.value.MySqlTypes;
import dev.tidemark.connector.mysql.value.MySqlTypes.MySqlType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Information about tables in information_schema. One instance for one connection. */
public final class MySqlCatalog {

    /**
     * A column with what reading it needs.
     *
     * @param large whether a value may take megabytes
     */
    public record CatalogColumn(Column column, MySqlType type, boolean large) implements TypedColumn {}

    /** Types whose values may take more than 64 KB. */
    private static final Set<String> LARGE = Set.of(
            "mediumtext",
            "longtext",
            "mediumblob",
            "longblob",
            "json",
            "geometry",
            "linestring",
            "polygon",
            "multipoint",
            "multilinestring",
            "multipolygon",
            "geomcollection",
            "geometrycollection");

    private static final String COLUMNS = """
            SELECT column_name, data_type, column_type, character_set_name, is_nullable
            FROM information_schema.columns
            WHERE table_schema = ? AND table_name = ?
            ORDER BY ordinal_position
            """;

    private static final String PRIMARY_KEY = """
            SELECT column_name FROM information_schema.statistics
            WHERE table_schema = ? AND table_name = ? AND index_name = 'PRIMARY'
            ORDER BY seq_in_index
            """;

    private static final String PRIMARY_KEYS = """
            SELECT t.table_schema, t.table_name, s.column_name FROM information_schema.tables t
            LEFT JOIN information_schema.statistics s ON s.table_schema = t.table_schema AND s.table_name = t.table_name
              AND s.index_name = 'PRIMARY'
            WHERE (t.table_schema, t.table_name) IN (%s)
            ORDER BY t.table_schema, t.table_name, s.seq_in_index
            """;

    private static final String TABLE = """
            SELECT table_type, table_rows FROM information_schema.tables
            WHERE table_schema = ? AND table_name = ?
            """;

    private static final String TABLES = """
            SELECT table_schema, table_name FROM information_schema.tables
            WHERE table_type = 'BASE TABLE'
              AND table_schema NOT IN ('mysql', 'information_schema', 'performance_schema', 'sys')
            ORDER BY table_schema, table_name
            """;

    /** Form of a type: the numbers in its parentheses, and what follows them: {@code decimal(10,2) unsigned}. */
    private static final Pattern TYPE = Pattern.compile("[a-z ]+(?:\\((\\d+)(?:,(\\d+))?\\))?(.*)");

    private final Connection connection;

    public MySqlCatalog(Connection connection) {
        this.connection = connection;
    }

    /** Returns all tables that the user is permitted to see, in the order of their names. */
    public List<TableId> tables() throws SQLException {
        List<TableId> tables = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(TABLES);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                tables.add(new TableId(rows.getString(1), rows.getString(2)));
            }
        }
        return tables;
    }

    /**
     * Reads what the catalog has of a table.
     *
     * @throws SourceException if the table does not exist, or its key does not identify a row
     */
    public TableInfo describe(Table table) throws SQLException {
        long rows = estimatedRows(table.id());
        List<CatalogColumn> columns = columns(table.id());
        List<String> key = table.key().isEmpty() ? primaryKey(table.id()) : table.key();
        for (CatalogColumn column : columns) {
            if (key.contains(column.column().name())) {
                checkKey(table.id(), column);
            }
        }
        List<Column> described = columns.stream().map(CatalogColumn::column).toList();
        return new TableInfo(new RowSchema(table.id(), described), key, rows);
    }

    /**
     * Checks that a key column is not a float. A float shows six digits: two rows may show the same value, and none equals what
     * it shows.
     */
    public static void checkKey(TableId table, CatalogColumn column) {
        if (column.column().type().kind() == Kind.FLOAT32) {
            throw SourceException.fatal(
                    "column " + column.column().name() + " of " + table
                            + " is a float: MySQL rounds what it shows of one, so it cannot make up a document's id",
                    "name other columns in 'id', or make it a double or a decimal");
        }
    }

    /** Returns the columns in their order, including generated and invisible ones. */
    public List<CatalogColumn> columns(TableId table) throws SQLException {
        List<CatalogColumn> columns = new ArrayList<>();
        try (PreparedStatement statement = prepare(COLUMNS, table);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                MySqlType type = type(rows.getString(2), rows.getString(3), rows.getString(4));
                boolean nullable = type.nullable("YES".equals(rows.getString(5)));
                columns.add(new CatalogColumn(
                        new Column(rows.getString(1), type.type(), nullable),
                        type,
                        LARGE.contains(rows.getString(2).toLowerCase(Locale.ROOT))));
            }
        }
        return columns;
    }

    private static MySqlType type(String name, String full, String charset) {
        Matcher parts = TYPE.matcher(full);
        // The labels of an enum or a set do not match, and do not matter.
        if (!parts.matches()) {
            return MySqlTypes.of(name, 0, MySqlTypes.NO_SCALE, charset);
        }
        int length = parts.group(1) == null ? 0 : Integer.parseInt(parts.group(1));
        int scale = parts.group(2) == null ? MySqlTypes.NO_SCALE : Integer.parseInt(parts.group(2));
        String attributes = full.contains(" unsigned") ? " UNSIGNED" : "";
        return MySqlTypes.of(name + attributes, length, scale, charset);
    }

    /** Returns the columns of the primary key in its order; empty if there is none. */
    List<String> primaryKey(TableId table) throws SQLException {
        List<String> names = new ArrayList<>();
        try (PreparedStatement statement = prepare(PRIMARY_KEY, table);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }

    /** Returns the columns of the primary keys, in their order, of those tables that exist. One query. */
    public Map<TableId, List<String>> primaryKeys(Collection<TableId> tables) throws SQLException {
        Map<TableId, List<String>> keys = new HashMap<>();
        if (tables.isEmpty()) {
            return keys;
        }
        String sql = PRIMARY_KEYS.formatted(String.join(", ", Collections.nCopies(tables.size(), "(?, ?)")));
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int parameter = 1;
            for (TableId table : tables) {
                statement.setString(parameter++, table.schema());
                statement.setString(parameter++, table.table());
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    List<String> key = keys.computeIfAbsent(
                            new TableId(rows.getString(1), rows.getString(2)), table -> new ArrayList<>());
                    if (rows.getString(3) != null) {
                        key.add(rows.getString(3));
                    }
                }
            }
        }
        return keys;
    }

    /** Returns a view's definition; without a text if our user lacks SHOW VIEW. */
    public Optional<String> definition(TableId view) throws SQLException {
        String sql = "SELECT view_definition FROM information_schema.views WHERE table_schema = ? AND table_name = ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, view.schema());
            statement.setString(2, view.table());
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? Optional.ofNullable(rows.getString(1)) : Optional.empty();
            }
        }
    }

    /** Returns whether the name is that of a view. */
    public boolean isView(TableId name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(TABLE)) {
            statement.setString(1, name.schema());
            statement.setString(2, name.table());
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() && "VIEW".equals(rows.getString(1));
            }
        }
    }

    /** Returns whether the table holds any row. */
    public boolean hasRows(TableId table) throws SQLException {
        String sql = "SELECT EXISTS (SELECT 1 FROM " + quoted(table) + ")";
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet rows = statement.executeQuery()) {
            return rows.next() && rows.getBoolean(1);
        }
    }

    /**
     * Returns the engine's estimate, -1 if it has none.
     *
     * @throws SourceException if the table does not exist
     */
    private long estimatedRows(TableId table) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // Else the guess may be a day old.
            statement.execute("SET SESSION information_schema_stats_expiry = 0");
        }
        try (PreparedStatement statement = prepare(TABLE, table);
                ResultSet rows = statement.executeQuery()) {
            if (!rows.next()) {
                throw SourceException.fatal(
                        "table " + table + " does not exist, or the user has no permission to see it",
                        "correct 'documents', create the table, or GRANT SELECT on it");
            }
            if (!"BASE TABLE".equals(rows.getString(1))) {
                throw SourceException.fatal(
                        table + " is a view: MySQL's log has changes of tables only", "name the tables behind it");
            }
            long estimate = rows.getLong(2);
            return rows.wasNull() ? -1 : estimate;
        }
    }

    private PreparedStatement prepare(String sql, TableId table) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        statement.setString(1, table.schema());
        statement.setString(2, table.table());
        return statement;
    }

    /** Returns a table's name as SQL quotes it. */
    public static String quoted(TableId table) {
        return quoted(table.schema()) + "." + quoted(table.table());
    }

    /** Returns a name as SQL quotes it. */
    public static String quoted(String name) {
        return '`' + name.replace("`", "``") + '`';
    }
}
