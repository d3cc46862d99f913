package dev.tidemark.connector.mysql;

import dev.tidemark.connector.Column;
import dev.tidemark.connector.Row;
import dev.tidemark.connector.RowSchema;
import dev.tidemark.connector.TableId;
import dev.tidemark.connector.mysql.MySqlCatalog.CatalogColumn;
import dev.tidemark.connector.mysql.MySqlTypes.MySqlType;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** The columns that a statement yields, and its rows. */
final class ResultColumns {

    private static final String TEXT_CHARSET = "utf8mb4";

    private final List<String> shape;
    private final List<CatalogColumn> columns;
    private final RowSchema schema;

    private ResultColumns(List<String> shape, List<CatalogColumn> columns, RowSchema schema) {
        this.shape = shape;
        this.columns = columns;
        this.schema = schema;
    }

    /** Without these the driver tells of other types than the server. */
    static Properties driver() {
        Properties properties = MySqlRowReader.textProtocol();
        properties.setProperty("tinyInt1isBit", "false");
        properties.setProperty("yearIsDateType", "false");
        return properties;
    }

    /**
     * A column that comes from a table as it is has the type that the catalog knows of it: a result tells less. Whatever a column
     * is read from may be missing (an outer join), so all may be NULL but those of the key.
     *
     * @param table whose rows these pass for
     */
    static ResultColumns of(Connection connection, ResultSetMetaData result, TableId table, List<String> key)
            throws SQLException {
        Map<TableId, List<CatalogColumn>> tables = new HashMap<>();
        List<CatalogColumn> columns = new ArrayList<>();
        for (int i = 1; i <= result.getColumnCount(); i++) {
            String name = result.getColumnLabel(i);
            MySqlType type = original(connection, result, i, tables);
            if (type == null) {
                type = told(result, i);
            }
            columns.add(new CatalogColumn(new Column(name, type.type(), !key.contains(name)), type));
        }
        List<Column> described = columns.stream().map(CatalogColumn::column).toList();
        return new ResultColumns(shape(result), columns, new RowSchema(table, described));
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

    /** The type of an expression. */
    private static MySqlType told(ResultSetMetaData result, int column) throws SQLException {
        String name = result.getColumnTypeName(column);
        boolean sized = !name.startsWith("FLOAT") && !name.startsWith("DOUBLE");
        int length = sized ? result.getPrecision(column) : 0;
        return MySqlTypes.of(name, length, MySqlTypes.NO_SCALE, TEXT_CHARSET);
    }

    private static List<String> shape(ResultSetMetaData result) throws SQLException {
        List<String> shape = new ArrayList<>();
        for (int i = 1; i <= result.getColumnCount(); i++) {
            shape.add(result.getColumnLabel(i) + " " + result.getColumnTypeName(i) + " " + result.getTableName(i));
        }
        return shape;
    }

    /** Whether another result has these columns, too. */
    boolean fit(ResultSetMetaData result) throws SQLException {
        return shape.equals(shape(result));
    }

    RowSchema schema() {
        return schema;
    }

    /** The row that the result stands on. */
    Row row(ResultSet rows) throws SQLException {
        @Nullable Object[] values = new @Nullable Object[columns.size()];
        for (int i = 0; i < values.length; i++) {
            byte[] bytes = rows.getBytes(i + 1);
            values[i] = bytes == null ? null : KeyQuery.value(schema.table(), columns.get(i), bytes);
        }
        return new Row(schema, values);
    }
}
