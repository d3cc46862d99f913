package dev.tidemark.connector.postgres;

import dev.tidemark.connector.Column;
import dev.tidemark.connector.Row;
import dev.tidemark.connector.RowSchema;
import dev.tidemark.connector.TableId;
import dev.tidemark.connector.postgres.PostgresCatalog.CatalogColumn;
import dev.tidemark.connector.postgres.PostgresTypes.PostgresType;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;

/** The columns that a statement yields, and its rows. */
final class ResultColumns {

    private final List<String> shape;
    private final List<CatalogColumn> columns;
    private final RowSchema schema;

    private ResultColumns(List<String> shape, List<CatalogColumn> columns, RowSchema schema) {
        this.shape = shape;
        this.columns = columns;
        this.schema = schema;
    }

    /**
     * Whatever a column is read from may be missing (an outer join), so all may be NULL but those of the key.
     *
     * @param table whose rows these pass for
     */
    static ResultColumns of(Connection connection, ResultSetMetaData result, TableId table, List<String> key)
            throws SQLException {
        List<CatalogColumn> columns = new ArrayList<>();
        for (int i = 1; i <= result.getColumnCount(); i++) {
            String name = result.getColumnLabel(i);
            String typeName = plain(result.getColumnTypeName(i));
            int oid = connection.unwrap(BaseConnection.class).getTypeInfo().getPGType(typeName);
            PostgresType type = PostgresTypes.of(oid, typeName, result.getPrecision(i));
            columns.add(new CatalogColumn(new Column(name, type.type(), !key.contains(name)), type, typeName));
        }
        List<Column> described = columns.stream().map(CatalogColumn::column).toList();
        return new ResultColumns(shape(result), columns, new RowSchema(table, described));
    }

    /** The driver calls an integer with a sequence by the word that declares it. */
    private static String plain(String typeName) {
        return switch (typeName) {
            case "smallserial" -> "int2";
            case "serial" -> "int4";
            case "bigserial" -> "int8";
            default -> typeName;
        };
    }

    /** Names and types as far as the driver tells them without asking the server. */
    private static List<String> shape(ResultSetMetaData result) throws SQLException {
        List<String> shape = new ArrayList<>();
        for (int i = 1; i <= result.getColumnCount(); i++) {
            shape.add(result.getColumnLabel(i) + " " + result.getColumnType(i));
        }
        return shape;
    }

    /** Whether another result has these columns, too. */
    boolean fit(ResultSetMetaData result) throws SQLException {
        return shape.equals(shape(result));
    }

    List<CatalogColumn> columns() {
        return columns;
    }

    RowSchema schema() {
        return schema;
    }

    /** The row that the result stands on. */
    Row row(ResultSet rows) throws SQLException {
        @Nullable Object[] values = new @Nullable Object[columns.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = KeyQuery.value(rows, i + 1, columns.get(i));
        }
        return new Row(schema, values);
    }
}
