package dev.tidemark.connector.base.jdbc;

import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.connector.data.TableId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The columns that a statement yields, and its rows. */
final class ResultColumns<C extends TypedColumn> {

    private final SqlDialect<C> dialect;
    private final List<String> shape;
    private final List<C> columns;
    private final RowSchema schema;

    /** @param table whose rows these pass for */
    ResultColumns(
            SqlDialect<C> dialect, Connection connection, ResultSetMetaData result, TableId table, List<String> key)
            throws SQLException {
        this.dialect = dialect;
        this.shape = shape(result);
        this.columns = dialect.columns(connection, result, key);
        this.schema =
                new RowSchema(table, columns.stream().map(TypedColumn::column).toList());
    }

    private List<String> shape(ResultSetMetaData result) throws SQLException {
        List<String> texts = new ArrayList<>();
        for (int i = 1; i <= result.getColumnCount(); i++) {
            texts.add(dialect.shape(result, i));
        }
        return texts;
    }

    /** Returns whether another result has these columns, too. */
    boolean fit(ResultSetMetaData result) throws SQLException {
        return shape.equals(shape(result));
    }

    List<C> columns() {
        return columns;
    }

    RowSchema schema() {
        return schema;
    }

    /** Returns the row that the result stands on. */
    Row row(ResultSet rows) throws SQLException {
        return row(dialect, rows, schema, columns);
    }

    /** Returns the row that a result stands on, which yields these columns. */
    static <C extends TypedColumn> Row row(SqlDialect<C> dialect, ResultSet rows, RowSchema schema, List<C> columns)
            throws SQLException {
        @Nullable Object[] values = new @Nullable Object[columns.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = dialect.value(rows, i + 1, schema.table(), columns.get(i));
        }
        return new Row(schema, values);
    }
}
