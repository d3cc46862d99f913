package dev.tidemark.connector.base.jdbc;

import dev.tidemark.connector.Join;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.connector.data.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * SQL dialect of a database: how it spells statements, takes values and describes columns. Stateless; any thread.
 *
 * @param <C> what it knows of a column
 */
public interface SqlDialect<C extends TypedColumn> {

    /** Returns a name as SQL quotes it. */
    String quoted(String name);

    /** Returns a table's name as SQL quotes it. */
    default String quoted(TableId table) {
        return quoted(table.schema()) + "." + quoted(table.table());
    }

    /** Returns the placeholder of a parameter that is compared with the column. */
    String parameter(C column);

    /** Returns the column as a SELECT lists it to have its value in the form of its type. */
    default String selected(C column) {
        return quoted(column.column().name());
    }

    /** Returns the hint after SELECT if a full table is read, so that the session's time limit does not apply to it. */
    default String fullTableHint() {
        return "";
    }

    /** Returns the statement to run for that at the beginning of the transaction; empty: nothing. */
    default String fullTablePreparation() {
        return "";
    }

    /**
     * Returns how many rows the driver fetches first; {@link FetchPace} then goes by their width. Above 0 it fetches in pieces
     * only inside a transaction; {@link Integer#MIN_VALUE}: it hands rows over as they come, and the connection does nothing else
     * until all are read.
     */
    int fetchSize();

    /** Returns the max number of rows that the driver fetches at once. */
    default int maxFetchSize() {
        return 512;
    }

    /** Returns the bytes that the values of a row may take; a row with more is not read. */
    long maxRowBytes();

    /** Returns the columns as a SELECT lists them. A dialect whose driver does not limit what it reads adds the size of the row. */
    default String selected(List<C> columns) {
        return columns.stream().map(this::selected).collect(Collectors.joining(", "));
    }

    /** Returns an expression of the bytes that the columns' values take as they are fetched; no value is sent for it. */
    String size(List<C> columns);

    /** Returns the row that a result stands on, which yields {@link #selected} columns. */
    default Row row(ResultSet rows, RowSchema schema, List<C> columns) throws SQLException {
        return ResultColumns.row(this, rows, schema, columns);
    }

    /**
     * Returns the row, with its key alone, that a result of {@link #selected} columns of the key and the {@link #size} stands on.
     *
     * @return null if the row is not too large to be read
     */
    default @Nullable Row tooLarge(ResultSet rows, RowSchema schema, List<C> keys) throws SQLException {
        long size = rows.getLong(keys.size() + 1);
        if (size <= maxRowBytes()) {
            return null;
        }
        @Nullable Object[] values = new @Nullable Object[schema.columns().size()];
        for (int i = 0; i < keys.size(); i++) {
            C key = keys.get(i);
            values[schema.indexOf(key.column().name())] = value(rows, i + 1, schema.table(), key);
        }
        return Row.tooLarge(schema, values, size);
    }

    /** Returns whether a read failed because the rows of one fetch would not fit into memory; the connection is lost then. */
    default boolean isTooWide(SourceException failure) {
        return false;
    }

    /**
     * Returns the columns of a table, in their order.
     *
     * @throws SourceException if the table does not exist
     */
    List<C> columns(Connection connection, TableId table) throws SQLException;

    /**
     * Returns a table, as the catalog has it.
     *
     * @throws SourceException if the table does not exist, or its key does not distinguish rows
     */
    TableInfo describe(Connection connection, SourceSettings.Table table) throws SQLException;

    /** Returns the columns of a result. All may be NULL (an outer join), but not those of the key. */
    List<C> columns(Connection connection, ResultSetMetaData result, List<String> key) throws SQLException;

    /** Returns a text that differs if the column of a result differs; the server is not queried for it. */
    String shape(ResultSetMetaData result, int column) throws SQLException;

    /** Returns why a column of a result cannot be read, if so. */
    default Optional<String> unreadable(C column) {
        return Optional.empty();
    }

    /** Returns the value of the row that a result stands on, in the form of its type. */
    @Nullable
    Object value(ResultSet rows, int index, TableId table, C column) throws SQLException;

    /** Returns what {@link #bindKey} takes for a text that a document's id holds; null if no row can have such a key. */
    @Nullable
    Object keyValue(C column, String text);

    /** Returns what {@link #bindKey} takes for a value that is not NULL, in the form of its type. */
    Object keyParameter(C column, Object value);

    /**
     * Returns the column, which the statement calls so, as rows are ordered by it and {@link #orderedParameter} is compared with
     * it.
     */
    default String ordered(C column, String name) {
        return name;
    }

    /** Returns the placeholder of a parameter that is compared with {@link #ordered}. */
    default String orderedParameter(C column) {
        return parameter(column);
    }

    /** Returns whether an index is used if keys of several columns are compared as one: {@code (a, b) > (1, 2)}. */
    boolean comparesRowsByIndex();

    /** Sets a parameter to what {@link #keyValue} or {@link #keyParameter} made. */
    void bindKey(PreparedStatement statement, int at, C column, Object value) throws SQLException;

    /** Returns the statements of a join. */
    JoinStatements<C> compile(Connection connection, Join join) throws SQLException;

    /** Prepares a statement of a join, planned for the values and tables as they are now. */
    PreparedStatement prepare(Connection connection, Join join, String sql) throws SQLException;

    /** Returns the server's own message on why it does not take a statement. */
    String words(SQLException rejection);

    /** Returns a human-readable error for a failure of the database. */
    SourceException explain(SQLException failure);
}
