package dev.tidemark.connector.base.jdbc;

import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.connector.data.TableId;
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

    public FirstRows(SqlDialect<C> dialect) {
        this.dialect = dialect;
    }

    /**
     * Reads them.
     *
     * @param limit how many; {@link Integer#MAX_VALUE}: all, however long that takes
     */
    public void read(Connection connection, TableId table, List<String> keyColumns, int limit, Consumer<Row> found)
            throws SQLException {
        boolean whole = limit == Integer.MAX_VALUE;
        ReadTransaction.of(connection, dialect.quoted(table), () -> {
            if (whole && !dialect.wholeTablePreparation().isEmpty()) {
                try (Statement prepare = connection.createStatement()) {
                    prepare.execute(dialect.wholeTablePreparation());
                }
            }
            List<C> columns = dialect.columns(connection, table);
            String sql = "SELECT " + (whole ? dialect.wholeTableHint() : "")
                    + columns.stream().map(dialect::selected).collect(Collectors.joining(", ")) + " FROM "
                    + dialect.quoted(table) + " ORDER BY "
                    + keyColumns.stream().map(dialect::quoted).collect(Collectors.joining(", ")) + " LIMIT ?";
            rows(
                    connection,
                    sql,
                    new RowSchema(
                            table, columns.stream().map(TypedColumn::column).toList()),
                    columns,
                    limit,
                    found);
        });
    }

    private void rows(
            Connection connection, String sql, RowSchema schema, List<C> columns, int limit, Consumer<Row> found)
            throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement(sql, ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY)) {
            statement.setFetchSize(dialect.fetchSize());
            statement.setInt(1, limit);
            try (ResultSet rows = statement.executeQuery()) {
                FetchPace pace = new FetchPace(rows, dialect.maxFetchSize());
                while (rows.next()) {
                    Row row = ResultColumns.row(dialect, rows, schema, columns);
                    pace.read(row);
                    found.accept(row);
                }
            }
        }
    }
}
