package dev.tidemark.connector.postgres.read;

import dev.tidemark.connector.Join;
import dev.tidemark.connector.base.jdbc.JoinStatements;
import dev.tidemark.connector.base.jdbc.SqlDialect;
import dev.tidemark.connector.postgres.catalog.PostgresCatalog.CatalogColumn;
import dev.tidemark.connector.postgres.connection.Database;
import dev.tidemark.connector.postgres.value.ArrayText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Finds for many rows at once: their values travel as one array for each column. */
final class PostgresJoinStatements extends JoinStatements<CatalogColumn> {

    /** The rows of a dependency, seen from within its statement. No table of a user is called that. */
    private static final String ROWS = "tidemark_row";

    PostgresJoinStatements(SqlDialect<CatalogColumn> dialect, Connection connection, Join join) throws SQLException {
        super(dialect, connection, join);
    }

    /** Returns one statement for each kind of read, without parameters: to find out what they read, and not to be run. */
    List<String> read(Join join) {
        List<String> statements = new ArrayList<>();
        statements.add("SELECT FROM " + Database.quoted(join.root()));
        statements.add(rows(keys().stream()
                .map(key -> "CAST(NULL AS " + key.castType() + ")")
                .toList()));
        for (int i = 0; i < join.dependencies().size(); i++) {
            if (join.dependencies().get(i).select() != null) {
                statements.add(described(i));
            }
        }
        return statements;
    }

    @Override
    protected String described(int dependency) {
        return select(
                dependency, i -> "CAST(NULL AS " + columns(dependency).get(i).castType() + ")");
    }

    @Override
    protected String found(int dependency, int rows) {
        List<CatalogColumn> columns = columns(dependency);
        String arrays = columns.stream()
                .map(column -> "CAST(? AS " + column.castType() + "[])")
                .collect(Collectors.joining(", "));
        String casts = IntStream.range(0, keys().size())
                .mapToObj(i -> "CAST(x.k" + i + " AS " + keys().get(i).castType() + ")")
                .collect(Collectors.joining(", "));
        return "SELECT " + casts + " FROM unnest(" + arrays + ") AS " + ROWS + "(" + list("c", columns.size())
                + ") CROSS JOIN LATERAL (" + select(dependency, i -> ROWS + ".c" + i) + "\n) AS x("
                + list("k", keys().size()) + ")";
    }

    @Override
    protected int bind(PreparedStatement statement, int dependency, List<List<@Nullable Object>> values)
            throws SQLException {
        List<CatalogColumn> columns = columns(dependency);
        for (int i = 0; i < columns.size(); i++) {
            List<@Nullable String> texts = new ArrayList<>();
            for (List<@Nullable Object> row : values) {
                Object value = row.get(i);
                texts.add(
                        value == null
                                ? null
                                : KeyText.of(columns.get(i).column().type().kind(), value));
            }
            statement.setString(i + 1, ArrayText.write(texts));
        }
        return columns.size() + 1;
    }
}
