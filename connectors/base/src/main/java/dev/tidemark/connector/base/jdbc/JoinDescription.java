package dev.tidemark.connector.base.jdbc;

import dev.tidemark.connector.Join;
import dev.tidemark.connector.Join.Dependency;
import dev.tidemark.connector.SourceSettings.Table;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.data.Column;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Description of what a join yields: the server describes its statements and runs none of them. */
public final class JoinDescription<C extends TypedColumn> {

    private final SqlDialect<C> dialect;
    private final Connection connection;
    private final Join join;
    private final JoinStatements<C> statements;
    private final List<String> key;
    private final List<Column> keys;

    /** @param connection whose statements are prepared by the server, not by the driver */
    public JoinDescription(SqlDialect<C> dialect, Connection connection, Join join) throws SQLException {
        this.dialect = dialect;
        this.connection = connection;
        this.join = join;
        this.statements = dialect.compile(connection, join);
        this.keys = statements.keys().stream().map(TypedColumn::column).toList();
        this.key = keys.stream().map(Column::name).toList();
    }

    /**
     * Returns the columns that the query or the view yields, and the key of the documents.
     *
     * @throws Join.InvalidJoinException with everything that is wrong
     */
    public TableInfo describe() throws SQLException {
        Map<Integer, String> reasons = new TreeMap<>();
        ResultColumns<C> columns = columns(statements.rows(1), Join.InvalidJoinException.STATEMENT, reasons);
        if (columns != null) {
            columns.columns().stream()
                    .flatMap(column -> dialect.unreadable(column).stream())
                    .findFirst()
                    .or(() -> JoinChecks.ofQuery(columns.schema(), keys))
                    .ifPresent(reason -> reasons.put(Join.InvalidJoinException.STATEMENT, reason));
        }
        for (int i = 0; i < join.dependencies().size(); i++) {
            dependency(i, reasons);
        }
        if (columns == null || !reasons.isEmpty()) {
            throw new Join.InvalidJoinException(reasons);
        }
        TableInfo root = dialect.describe(connection, new Table(join.root(), join.key()));
        return new TableInfo(columns.schema(), key, root.estimatedRows());
    }

    private void dependency(int index, Map<Integer, String> reasons) throws SQLException {
        Dependency dependency = join.dependencies().get(index);
        List<Column> described =
                statements.columns(index).stream().map(TypedColumn::column).toList();
        Optional<String> unfit = JoinChecks.ofColumns(described);
        if (unfit.isEmpty() && dependency.select() == null) {
            unfit = JoinChecks.ofIds(described, keys);
        } else if (unfit.isEmpty()) {
            ResultColumns<C> ids = columns(statements.described(index), index, reasons);
            unfit = ids == null
                    ? Optional.empty()
                    : JoinChecks.ofIds(ids.schema().columns(), keys);
        }
        unfit.ifPresent(reason -> reasons.put(index, reason));
    }

    /** Returns the columns of a statement; null, with the reason recorded, if the server does not take it. */
    private @Nullable ResultColumns<C> columns(String sql, int place, Map<Integer, String> reasons)
            throws SQLException {
        try (PreparedStatement statement = dialect.prepare(connection, join, sql)) {
            ResultSetMetaData result = statement.getMetaData();
            if (result == null) {
                reasons.put(place, "yields no rows: it must be a SELECT");
                return null;
            }
            return new ResultColumns<>(dialect, connection, result, join.root(), key);
        } catch (SQLException e) {
            if (dialect.explain(e).isRetryable()) {
                throw e;
            }
            reasons.put(place, dialect.words(e));
            return null;
        }
    }
}
