package dev.tidemark.connector.base.jdbc;

import dev.tidemark.connector.RowRange;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.connector.data.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Rows of a table in the order of its key, fetched a few at a time: however many and wide they are, few are in memory. Any thread. */
final class TableRows<C extends TypedColumn> {

    private final SqlDialect<C> dialect;
    /** Pages of a table share one schema until its columns change, and so what is compiled from it. */
    private final Map<TableId, RowSchema> last = new ConcurrentHashMap<>();

    TableRows(SqlDialect<C> dialect) {
        this.dialect = dialect;
    }

    /**
     * Reads the first rows.
     *
     * @param limit how many; {@link Integer#MAX_VALUE}: all, however long that takes
     */
    void first(
            Connection connection,
            FetchPace pace,
            TableId table,
            List<String> keyColumns,
            int limit,
            Predicate<Row> found)
            throws SQLException {
        boolean all = limit == Integer.MAX_VALUE;
        ReadTransaction.of(connection, dialect.quoted(table), () -> {
            prepare(connection, all);
            List<C> columns = dialect.columns(connection, table);
            String sql = "SELECT " + (all ? dialect.fullTableHint() : "") + dialect.selected(columns) + " FROM "
                    + dialect.quoted(table) + " ORDER BY "
                    + keyColumns.stream().map(dialect::quoted).collect(Collectors.joining(", ")) + " LIMIT ?";
            read(
                    connection,
                    pace,
                    sql,
                    statement -> statement.setInt(1, limit),
                    schema(table, columns),
                    columns,
                    found);
        });
    }

    /** Lifts the session's time limit if a full table is read. */
    private void prepare(Connection connection, boolean all) throws SQLException {
        if (all && !dialect.fullTablePreparation().isEmpty()) {
            try (Statement prepare = connection.createStatement()) {
                prepare.execute(dialect.fullTablePreparation());
            }
        }
    }

    /** Reads a part of the rows, as {@link dev.tidemark.connector.RowReader#range} documents. */
    void range(
            Connection connection,
            FetchPace pace,
            TableId table,
            List<String> keyColumns,
            RowRange range,
            int limit,
            Predicate<Row> found)
            throws SQLException {
        ReadTransaction.of(connection, dialect.quoted(table), () -> {
            prepare(connection, limit == Integer.MAX_VALUE);
            readPage(connection, pace, table, keyColumns, range, limit, found);
        });
    }

    private void readPage(
            Connection connection,
            FetchPace pace,
            TableId table,
            List<String> keyColumns,
            RowRange range,
            int limit,
            Predicate<Row> found)
            throws SQLException {
        List<C> columns = dialect.columns(connection, table);
        List<C> keys = keys(table, columns, keyColumns);
        RowSchema schema = schema(table, columns);
        KeyOrder<C> order =
                new KeyOrder<>(dialect, keys, keys.stream().map(this::name).toList());
        String sql = sql(table, dialect.selected(columns), keys, order, range, limit);
        read(connection, pace, sql, beginning(keys, order, range), schema, columns, found);
    }

    private Parameters beginning(List<C> keys, KeyOrder<C> order, RowRange range) {
        Object[] key = range.key();
        Object[] behind = key == null ? null : parameters(keys, key);
        return statement -> {
            if (behind != null) {
                order.bind(statement, 1, behind);
            }
        };
    }

    /** Returns the first row of a range with its key alone, if it is too large to be read; null if it is not. */
    @Nullable
    Row tooLarge(Connection connection, TableId table, List<String> keyColumns, RowRange range) throws SQLException {
        @Nullable Row[] found = {null};
        ReadTransaction.of(connection, dialect.quoted(table), () -> {
            List<C> columns = dialect.columns(connection, table);
            List<C> keys = keys(table, columns, keyColumns);
            KeyOrder<C> order =
                    new KeyOrder<>(dialect, keys, keys.stream().map(this::name).toList());
            String selected = dialect.selected(keys) + ", " + dialect.size(columns);
            try (PreparedStatement statement =
                    connection.prepareStatement(sql(table, selected, keys, order, range, 1))) {
                beginning(keys, order, range).bind(statement);
                try (ResultSet rows = statement.executeQuery()) {
                    found[0] = rows.next() ? dialect.tooLarge(rows, schema(table, columns), keys) : null;
                }
            }
        });
        return found[0];
    }

    /** Sets the parameters of a statement. */
    @FunctionalInterface
    private interface Parameters {
        void bind(PreparedStatement statement) throws SQLException;
    }

    private void read(
            Connection connection,
            FetchPace pace,
            String sql,
            Parameters parameters,
            RowSchema schema,
            List<C> columns,
            Predicate<Row> found)
            throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement(sql, ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY)) {
            pace.begin(statement);
            parameters.bind(statement);
            try (ResultSet rows = statement.executeQuery()) {
                boolean wanted = true;
                while (wanted && rows.next()) {
                    Row row = dialect.row(rows, schema, columns);
                    pace.read(rows, row);
                    wanted = found.test(row);
                }
            }
        }
    }

    private List<C> keys(TableId table, List<C> columns, List<String> names) {
        List<C> keys = new ArrayList<>();
        for (String name : names) {
            keys.add(columns.stream()
                    .filter(column -> column.column().name().equals(name))
                    .findFirst()
                    .orElseThrow(
                            () -> SourceException.fatal("table " + table + " has no column " + name, "correct 'id'")));
        }
        return keys;
    }

    private RowSchema schema(TableId table, List<C> columns) {
        RowSchema now =
                new RowSchema(table, columns.stream().map(TypedColumn::column).toList());
        RowSchema before = last.get(table);
        if (before != null && before.columns().equals(now.columns())) {
            return before;
        }
        last.put(table, now);
        return now;
    }

    private String sql(TableId table, String selected, List<C> keys, KeyOrder<C> order, RowRange range, int limit) {
        List<String> conditions = new ArrayList<>();
        for (C key : keys) {
            if (key.column().nullable()) {
                conditions.add(name(key) + " IS NOT NULL");
            }
        }
        if (range.key() != null) {
            conditions.add(order.behind(range.inclusive()));
        }
        if (range.condition() != null) {
            conditions.add(RowConditions.inParentheses(range.condition()));
        }
        return "SELECT " + selected + " FROM "
                + dialect.quoted(table)
                + (conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions)) + " ORDER BY "
                + order.by() + " LIMIT " + limit;
    }

    private String name(C key) {
        return dialect.quoted(key.column().name());
    }

    private Object[] parameters(List<C> keys, Object[] values) {
        Object[] parameters = new Object[values.length];
        for (int i = 0; i < values.length; i++) {
            parameters[i] = dialect.keyParameter(keys.get(i), Objects.requireNonNull(values[i]));
        }
        return parameters;
    }
}
