package dev.tidemark.connector.jdbc;

import dev.tidemark.connector.Row;
import dev.tidemark.connector.RowSchema;
import dev.tidemark.connector.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The first rows of a table by its key, fetched a few at a time: however many and wide they are, few are in memory. */
public final class FirstRows<C extends TypedColumn> {

    private final SqlDialect<C> dialect;
    private final Connection connection;
    private final List<C> columns;
    private final RowSchema schema;
    private final String from;

    public FirstRows(SqlDialect<C> dialect, Connection connection, TableId table, List<String> keyColumns)
            throws SQLException {
        this.dialect = dialect;
        this.connection = connection;
        this.columns = dialect.columns(connection, table);
        this.schema =
                new RowSchema(table, columns.stream().map(TypedColumn::column).toList());
        this.from = columns.stream().map(dialect::selected).collect(Collectors.joining(", ")) + " FROM "
                + dialect.quoted(table) + " ORDER BY "
                + keyColumns.stream().map(dialect::quoted).collect(Collectors.joining(", ")) + " LIMIT ?";
    }

    /**
     * Reads them.
     *
     * @param limit how many; {@link Integer#MAX_VALUE}: all, however long that takes
     */
    public void run(int limit, Consumer<Row> found) throws SQLException {
        boolean whole = limit == Integer.MAX_VALUE;
        String sql = "SELECT " + (whole ? dialect.wholeTableHint() : "") + from;
        connection.setAutoCommit(false); // Postgres' driver fetches in pieces only inside a transaction.
        if (whole && !dialect.wholeTablePreparation().isEmpty()) {
            try (Statement prepare = connection.createStatement()) {
                prepare.execute(dialect.wholeTablePreparation());
            }
        }
        try (PreparedStatement statement =
                connection.prepareStatement(sql, ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY)) {
            statement.setFetchSize(dialect.fetchSize());
            statement.setInt(1, limit);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.accept(ResultColumns.row(dialect, rows, schema, columns));
                }
            }
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }
}
