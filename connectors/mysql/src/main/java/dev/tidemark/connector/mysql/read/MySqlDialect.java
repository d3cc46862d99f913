package dev.tidemark.connector.mysql.read;

import dev.tidemark.connector.Join;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.base.jdbc.JoinStatements;
import dev.tidemark.connector.base.jdbc.SqlDialect;
import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.mysql.catalog.MySqlCatalog;
import dev.tidemark.connector.mysql.catalog.MySqlCatalog.CatalogColumn;
import dev.tidemark.connector.mysql.connection.Database;
import dev.tidemark.connector.mysql.value.MySqlTypes;
import dev.tidemark.connector.mysql.value.MySqlTypes.MySqlType;
import dev.tidemark.connector.mysql.value.ValueForm;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Values are sent as their column's own type, and taken as the bytes that the server sends. */
public final class MySqlDialect implements SqlDialect<CatalogColumn> {

    private static final String TEXT_CHARSET = "utf8mb4";

    /** Fetch size that makes the driver return rows as they come, instead of gathering all of them first. */
    private static final int AS_THEY_COME = Integer.MIN_VALUE;

    private final Database database;
    private final long maxRowBytes;

    /** The driver holds a value several times while it decodes it, so a row may take half of what it may with Postgres. */
    public MySqlDialect(Database database) {
        this(database, Runtime.getRuntime().maxMemory() / 12);
    }

    /** @param maxRowBytes that the values of a row may take; a row with more is not read */
    MySqlDialect(Database database, long maxRowBytes) {
        this.database = database;
        this.maxRowBytes = maxRowBytes;
    }

    @Override
    public String quoted(String name) {
        return MySqlCatalog.quoted(name);
    }

    @Override
    public String parameter(CatalogColumn column) {
        return "?";
    }

    @Override
    public String fullTableHint() {
        return "/*+ MAX_EXECUTION_TIME(4294967295) */ "; // the largest; 0 would mean the session's own
    }

    @Override
    public int fetchSize() {
        return AS_THEY_COME;
    }

    @Override
    public long maxRowBytes() {
        return maxRowBytes;
    }

    /**
     * Returns the columns, and the size of the row. The driver holds any row, so the server leaves out the large values of one that
     * is too large; it knows their lengths without reading them. Nothing is added if the table has no such columns.
     */
    @Override
    public String selected(List<CatalogColumn> columns) {
        if (columns.stream().noneMatch(CatalogColumn::large)) {
            return SqlDialect.super.selected(columns);
        }
        String size = size(columns);
        return columns.stream()
                .map(column -> column.large()
                        ? "IF(" + size + " > " + maxRowBytes + ", NULL, " + selected(column) + ")"
                        : selected(column))
                .collect(Collectors.joining(", ", "", ", " + size));
    }

    /** Returns the length of the large values; the others take less than 64 KB in all. */
    @Override
    public String size(List<CatalogColumn> columns) {
        return columns.stream()
                .filter(CatalogColumn::large)
                .map(column -> "COALESCE(" + length(column) + ", 0)")
                .collect(Collectors.joining(" + "));
    }

    /** The text of a JSON value has to be formed to know its length; as it is stored it is mostly not much shorter. */
    private String length(CatalogColumn column) {
        String name = selected(column);
        return column.type().form() == ValueForm.JSON
                ? "IF(JSON_STORAGE_SIZE(" + name + ") > " + maxRowBytes / 4 + ", LENGTH(" + name
                        + "), JSON_STORAGE_SIZE(" + name + "))"
                : "LENGTH(" + name + ")";
    }

    @Override
    public Row row(ResultSet rows, RowSchema schema, List<CatalogColumn> columns) throws SQLException {
        @Nullable Object[] values = new @Nullable Object[columns.size()];
        boolean large = false;
        for (int i = 0; i < values.length; i++) {
            values[i] = value(rows, i + 1, schema.table(), columns.get(i));
            large |= columns.get(i).large();
        }
        long size = large ? rows.getLong(values.length + 1) : 0;
        return size > maxRowBytes ? Row.tooLarge(schema, values, size) : new Row(schema, values);
    }

    @Override
    public List<CatalogColumn> columns(Connection connection, TableId table) throws SQLException {
        return new MySqlCatalog(connection).columns(table);
    }

    @Override
    public TableInfo describe(Connection connection, SourceSettings.Table table) throws SQLException {
        return new MySqlCatalog(connection).describe(table);
    }

    /** Returns the columns. One that comes unchanged from a table has the type in the catalog: a result contains less. */
    @Override
    public List<CatalogColumn> columns(Connection connection, ResultSetMetaData result, List<String> key)
            throws SQLException {
        Map<TableId, List<CatalogColumn>> tables = new HashMap<>();
        List<CatalogColumn> columns = new ArrayList<>();
        for (int i = 1; i <= result.getColumnCount(); i++) {
            String name = result.getColumnLabel(i);
            MySqlType type = original(connection, result, i, tables);
            if (type == null) {
                type = resultType(result, i);
            }
            columns.add(new CatalogColumn(new Column(name, type.type(), !key.contains(name)), type, false));
        }
        return columns;
    }

    private static @Nullable MySqlType original(
            Connection connection, ResultSetMetaData result, int column, Map<TableId, List<CatalogColumn>> tables)
            throws SQLException {
        String schema = result.getCatalogName(column);
        String table = result.getTableName(column);
        if (schema == null || schema.isEmpty() || table == null || table.isEmpty()) {
            return null;
        }
        TableId id = new TableId(schema, table);
        List<CatalogColumn> known = tables.get(id);
        if (known == null) {
            known = new MySqlCatalog(connection).columns(id);
            tables.put(id, known);
        }
        String name = result.getColumnName(column);
        return known.stream()
                .filter(of -> of.column().name().equals(name))
                .map(CatalogColumn::type)
                .findFirst()
                .orElse(null);
    }

    /** Returns the type of an expression. */
    private static MySqlType resultType(ResultSetMetaData result, int column) throws SQLException {
        String name = result.getColumnTypeName(column);
        boolean sized = !name.startsWith("FLOAT") && !name.startsWith("DOUBLE");
        int length = sized ? result.getPrecision(column) : 0;
        return MySqlTypes.of(name, length, MySqlTypes.NO_SCALE, TEXT_CHARSET);
    }

    @Override
    public String shape(ResultSetMetaData result, int column) throws SQLException {
        return result.getColumnLabel(column) + " " + result.getColumnTypeName(column) + " "
                + result.getTableName(column);
    }

    @Override
    public @Nullable Object value(ResultSet rows, int index, TableId table, CatalogColumn column) throws SQLException {
        byte[] bytes = rows.getBytes(index);
        return bytes == null ? null : KeyQuery.value(table, column, bytes);
    }

    @Override
    public @Nullable Object keyValue(CatalogColumn column, String text) {
        return KeyValue.parse(column, text);
    }

    @Override
    public Object keyParameter(CatalogColumn column, Object value) {
        return value;
    }

    /**
     * Returns the column; labels as bytes. MySQL orders labels by their numbers and compares them with other values as texts;
     * bytes are distinguished as labels are.
     */
    @Override
    public String ordered(CatalogColumn column, String name) {
        return isLabel(column) ? "CAST(CONVERT(" + name + " USING " + TEXT_CHARSET + ") AS BINARY)" : name;
    }

    @Override
    public String orderedParameter(CatalogColumn column) {
        return isLabel(column) ? "CAST(CONVERT(? USING " + TEXT_CHARSET + ") AS BINARY)" : parameter(column);
    }

    private static boolean isLabel(CatalogColumn column) {
        return column.type().form() == ValueForm.ENUM || column.type().form() == ValueForm.SET;
    }

    @Override
    public boolean comparesRowsByIndex() {
        return false; // it reads the full index; alternatives that begin with the same columns become ranges of it
    }

    @Override
    public void bindKey(PreparedStatement statement, int at, CatalogColumn column, Object value) throws SQLException {
        KeyValue.bind(statement, at, value, column);
    }

    @Override
    public JoinStatements<CatalogColumn> compile(Connection connection, Join join) throws SQLException {
        return new MySqlJoinStatements(this, connection, join);
    }

    /** Prepares the statement in the root's database, for tables that are named without theirs. */
    @Override
    public PreparedStatement prepare(Connection connection, Join join, String sql) throws SQLException {
        // The pool's own connection: the pool would want to set back what it sees set, and to no database it cannot.
        Connection own = connection.unwrap(Connection.class);
        if (!join.root().schema().equals(own.getCatalog())) {
            own.setCatalog(join.root().schema());
        }
        return connection.prepareStatement(sql);
    }

    @Override
    public String words(SQLException rejection) {
        return String.valueOf(rejection.getMessage());
    }

    @Override
    public SourceException explain(SQLException failure) {
        return database.explain(failure);
    }
}
