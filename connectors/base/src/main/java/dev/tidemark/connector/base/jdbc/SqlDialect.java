package dev.tidemark.connector.base.jdbc;

import dev.tidemark.connector.Join;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.data.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a database spells statements, takes values and tells of columns. Stateless; any thread.
 *
 * @param <C> what it knows of a column
 */
public interface SqlDialect<C extends TypedColumn> {

    /** A name as SQL quotes it. */
    String quoted(String name);

    /** A table's name as SQL quotes it. */
    default String quoted(TableId table) {
        return quoted(table.schema()) + "." + quoted(table.table());
    }

    /** The placeholder of a parameter that is compared with the column. */
    String parameter(C column);

    /** The column as a SELECT lists it to have its value in the form of its type. */
    default String selected(C column) {
        return quoted(column.column().name());
    }

    /** What stands behind SELECT where a whole table is read, so that the session's limit of time does not hold for it. */
    default String wholeTableHint() {
        return "";
    }

    /** What is run for that at the beginning of the transaction; empty: nothing. */
    default String wholeTablePreparation() {
        return "";
    }

    /**
     * How many rows the driver fetches first; {@link FetchPace} then goes by their width. Above 0 it fetches in pieces only inside a
     * transaction; {@link Integer#MIN_VALUE}: it hands rows over as they come, and the connection does nothing else until all are read.
     */
    int fetchSize();

    /** How many rows the driver fetches at once at most; later reads may have another limit. */
    default int maxFetchSize() {
        return 512;
    }

    /**
     * The columns of a table, in their order.
     *
     * @throws SourceException if there is no such table
     */
    List<C> columns(Connection connection, TableId table) throws SQLException;

    /**
     * A table, as the catalog has it.
     *
     * @throws SourceException if there is no such table, or its key tells no rows apart
     */
    TableInfo describe(Connection connection, SourceSettings.Table table) throws SQLException;

    /** The columns of a result. All may be NULL (an outer join), but not those of the key. */
    List<C> columns(Connection connection, ResultSetMetaData result, List<String> key) throws SQLException;

    /** A text that is another one where the column of a result is; the server is not asked for it. */
    String shape(ResultSetMetaData result, int column) throws SQLException;

    /** Why a column of a result cannot be read, if so. */
    default Optional<String> unreadable(C column) {
        return Optional.empty();
    }

    /** The value of the row that a result stands on, in the form of its type. */
    @Nullable
    Object value(ResultSet rows, int index, TableId table, C column) throws SQLException;

    /** What {@link #bindKey} takes for a text that a document's id holds; null if no row can have such a key. */
    @Nullable
    Object keyValue(C column, String text);

    /** What {@link #bindKey} takes for a value that is not NULL, in the form of its type. */
    Object keyParameter(C column, Object value);

    /** The column, which the statement calls so, as rows are ordered by it and {@link #orderedParameter} is compared with it. */
    default String ordered(C column, String name) {
        return name;
    }

    /** The placeholder of a parameter that is compared with {@link #ordered}. */
    default String orderedParameter(C column) {
        return parameter(column);
    }

    /** Whether an index is used where keys of several columns are compared as one: {@code (a, b) > (1, 2)}. */
    boolean comparesRowsByIndex();

    /** Sets a parameter to what {@link #keyValue} or {@link #keyParameter} made. */
    void bindKey(PreparedStatement statement, int at, C column, Object value) throws SQLException;

    /** The statements of a join. */
    JoinStatements<C> compile(Connection connection, Join join) throws SQLException;

    /** Prepares a statement of a join, planned for the values and tables as they are now. */
    PreparedStatement prepare(Connection connection, Join join, String sql) throws SQLException;

    /** The server's own words on why it does not take a statement. */
    String words(SQLException refusal);

    /** An error for people. */
    SourceException explain(SQLException failure);
}
