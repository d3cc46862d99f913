package dev.tidemark.connector.mysql;

import dev.tidemark.connector.Row;
import dev.tidemark.connector.RowSchema;
import dev.tidemark.connector.TableId;
import dev.tidemark.connector.mysql.MySqlCatalog.CatalogColumn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The first rows of a table by its key, one after the other: however many and wide they are, one is in memory. */
final class FirstRows {

    /** What makes the driver hand rows over as they come, instead of gathering all of them first. */
    private static final int AS_THEY_COME = Integer.MIN_VALUE;

    private final Connection connection;
    private final List<CatalogColumn> columns;
    private final RowSchema schema;
    private final String sql;

    FirstRows(Connection connection, TableId table, List<String> keyColumns) throws SQLException {
        this.connection = connection;
        this.columns = new MySqlCatalog(connection).columns(table);
        this.schema =
                new RowSchema(table, columns.stream().map(CatalogColumn::column).toList());
        this.sql = "SELECT " + KeyQuery.names(columns) + " FROM " + MySqlCatalog.quoted(table) + " ORDER BY "
                + keyColumns.stream().map(MySqlCatalog::quoted).collect(Collectors.joining(", ")) + " LIMIT ?";
    }

    void run(int limit, Consumer<Row> found) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement(sql, ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY)) {
            statement.setFetchSize(AS_THEY_COME);
            statement.setInt(1, limit);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.accept(KeyQuery.row(rows, schema, columns));
                }
            }
        }
    }
}
