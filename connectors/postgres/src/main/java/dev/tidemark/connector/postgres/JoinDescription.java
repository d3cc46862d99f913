package dev.tidemark.connector.postgres;

import dev.tidemark.connector.Column;
import dev.tidemark.connector.Join;
import dev.tidemark.connector.Join.Dependency;
import dev.tidemark.connector.JoinChecks;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceSettings.Table;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.postgres.PostgresCatalog.CatalogColumn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What a join yields: the server describes its statements and runs none of them. */
final class JoinDescription {

    private final Connection connection;
    private final Database database;
    private final Join join;
    private final JoinStatements statements;
    private final List<String> key;
    private final List<Column> keys;

    JoinDescription(Connection connection, Database database, Join join) throws SQLException {
        this.connection = connection;
        this.database = database;
        this.join = join;
        this.statements = new JoinStatements(connection, join);
        this.keys = statements.keys().stream().map(CatalogColumn::column).toList();
        this.key = keys.stream().map(Column::name).toList();
    }

    /** @throws Join.RefusedException with everything that is wrong */
    TableInfo describe() throws SQLException {
        Map<Integer, String> refused = new TreeMap<>();
        ResultColumns columns = columns(statements.rows(1), Join.RefusedException.QUERY, refused);
        if (columns != null) {
            money(columns)
                    .or(() -> JoinChecks.ofQuery(columns.schema(), keys))
                    .ifPresent(reason -> refused.put(Join.RefusedException.QUERY, reason));
        }
        for (int i = 0; i < join.dependencies().size(); i++) {
            dependency(i, refused);
        }
        if (columns == null || !refused.isEmpty()) {
            throw new Join.RefusedException(refused);
        }
        TableInfo root = new PostgresCatalog(connection).describe(new Table(join.root(), join.key()));
        return new TableInfo(columns.schema(), key, root.estimatedRows());
    }

    private void dependency(int index, Map<Integer, String> refused) throws SQLException {
        Dependency dependency = join.dependencies().get(index);
        List<Column> told =
                statements.columns(index).stream().map(CatalogColumn::column).toList();
        Optional<String> unfit = JoinChecks.ofTold(told);
        if (unfit.isEmpty() && dependency.select() == null) {
            unfit = JoinChecks.ofIds(told, keys);
        } else if (unfit.isEmpty()) {
            ResultColumns ids = columns(statements.described(index), index, refused);
            unfit = ids == null
                    ? Optional.empty()
                    : JoinChecks.ofIds(ids.schema().columns(), keys);
        }
        unfit.ifPresent(reason -> refused.put(index, reason));
    }

    /** The columns of a statement; null, and why, where the server does not take it. */
    private @org.jspecify.annotations.Nullable ResultColumns columns(
            String sql, int place, Map<Integer, String> refused) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            ResultSetMetaData result = statement.getMetaData();
            if (result == null) {
                refused.put(place, "yields no rows: it must be a SELECT");
                return null;
            }
            return ResultColumns.of(connection, result, join.root(), key);
        } catch (SQLException e) {
            SourceException explained = PostgresErrors.explain(e, database);
            if (explained.heals()) {
                throw e;
            }
            refused.put(place, words(e));
            return null;
        }
    }

    /** The text of money depends on the server's locale. */
    private static Optional<String> money(ResultColumns columns) {
        return columns.columns().stream()
                .filter(column -> column.type().form() == ValueForm.MONEY)
                .map(column -> "column " + column.column().name() + " is money: cast it, such as "
                        + column.column().name() + "::numeric AS "
                        + column.column().name())
                .findFirst();
    }

    /** The server's own words, without the place: it counts in another text than the one that was written. */
    private static String words(SQLException e) {
        ServerErrorMessage message = e instanceof PSQLException known ? known.getServerErrorMessage() : null;
        if (message == null) {
            return String.valueOf(e.getMessage());
        }
        return message.getMessage() + (message.getHint() == null ? "" : "; " + message.getHint());
    }
}
