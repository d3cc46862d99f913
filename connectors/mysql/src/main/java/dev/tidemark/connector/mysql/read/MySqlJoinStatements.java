package dev.tidemark.connector.mysql.read;

import dev.tidemark.connector.Join;
import dev.tidemark.connector.base.jdbc.JoinStatements;
import dev.tidemark.connector.base.jdbc.SqlDialect;
import dev.tidemark.connector.mysql.catalog.MySqlCatalog.CatalogColumn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds with the dependency's statement once for each row, so that each compares with values and uses its index. */
final class MySqlJoinStatements extends JoinStatements<CatalogColumn> {

    MySqlJoinStatements(SqlDialect<CatalogColumn> dialect, Connection connection, Join join) throws SQLException {
        super(dialect, connection, join);
    }

    @Override
    protected String described(int dependency) {
        return select(dependency, i -> "?");
    }

    @Override
    protected String found(int dependency, int rows) {
        String select = described(dependency) + "\n";
        return rows == 1 ? select : "(" + String.join(") UNION ALL (", Collections.nCopies(rows, select)) + ")";
    }

    @Override
    protected int bind(PreparedStatement statement, int dependency, List<List<@Nullable Object>> values)
            throws SQLException {
        List<CatalogColumn> columns = columns(dependency);
        int[] placeholders = placeholders(dependency);
        int at = 1;
        for (List<@Nullable Object> row : values) {
            for (int index : placeholders) {
                Object value = row.get(index);
                if (value == null) {
                    statement.setNull(at++, Types.NULL);
                } else {
                    KeyValue.bind(statement, at++, value, columns.get(index));
                }
            }
        }
        return at;
    }
}
