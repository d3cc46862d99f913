package dev.tidemark.connector.postgres;

import dev.tidemark.connector.Row;
import dev.tidemark.connector.RowSchema;
import dev.tidemark.connector.TableId;
import dev.tidemark.connector.postgres.PostgresCatalog.CatalogColumn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The first rows of a table by its key, read through a cursor: however many and wide they are, few are in memory. */
final class FirstRows {

    private static final int FETCHED_AT_ONCE = 100;

    private final Connection connection;
    private final List<CatalogColumn> columns;
    private final RowSchema schema;
    private final String sql;

    FirstRows(Connection connection, TableId table, List<String> keyColumns) throws SQLException {
        this.connection = connection;
        this.columns = KeyQuery.columns(connection, table);
        this.schema =
                new RowSchema(table, columns.stream().map(CatalogColumn::column).toList());
        this.sql = "SELECT " + columns.stream().map(KeyQuery::selected).collect(Collectors.joining(", ")) + " FROM "
                + Database.quoted(table.schema()) + "." + Database.quoted(table.table()) + " t ORDER BY "
                + keyColumns.stream().map(name -> "t." + Database.quoted(name)).collect(Collectors.joining(", "))
                + " LIMIT ?";
    }

    void run(int limit, Consumer<Row> found) throws SQLException {
        connection.setAutoCommit(false); // The driver fetches in pieces only inside a transaction.
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setFetchSize(FETCHED_AT_ONCE);
            statement.setInt(1, limit);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.accept(row(rows));
                }
            }
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private Row row(ResultSet rows) throws SQLException {
        @Nullable Object[] values = new @Nullable Object[columns.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = KeyQuery.value(rows, i + 1, columns.get(i));
        }
        return new Row(schema, values);
    }
}
