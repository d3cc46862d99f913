package dev.tidemark.connector.jdbc;

import dev.tidemark.connector.Join;
import dev.tidemark.connector.JoinReader;
import dev.tidemark.connector.Row;
import dev.tidemark.connector.RowSchema;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads joined documents. What it knows of statements and columns is found out anew after a failure. */
public final class JdbcJoinReader<C extends TypedColumn> implements JoinReader {

    private final ReadPool.Lease connections;
    private final SqlDialect<C> dialect;
    private final Join join;
    private @Nullable JoinStatements<C> statements;
    private @Nullable ResultColumns<C> columns;

    /** @param connections whose transactions are read-only, so that whatever a configured statement calls changes nothing */
    public JdbcJoinReader(ReadPool.Lease connections, SqlDialect<C> dialect, Join join) {
        this.connections = connections;
        this.dialect = dialect;
        this.join = join;
    }

    @Override
    public void rows(List<String[]> keyTexts, Consumer<Row> found) {
        run((connection, compiled) -> {
            List<Object[]> keys = new ArrayList<>();
            for (String[] texts : keyTexts) {
                Object[] key = key(compiled, texts);
                if (key != null) {
                    keys.add(key);
                }
            }
            if (!keys.isEmpty()) {
                rows(connection, compiled, keys, found);
            }
        });
    }

    private void rows(Connection connection, JoinStatements<C> compiled, List<Object[]> keys, Consumer<Row> found)
            throws SQLException {
        try (PreparedStatement statement = dialect.prepare(connection, join, compiled.rows(keys.size()))) {
            int at = 1;
            for (int repeat = 0; repeat < compiled.repeats(); repeat++) {
                for (Object[] key : keys) {
                    at = bind(statement, at, compiled, key);
                }
            }
            try (ResultSet rows = statement.executeQuery()) {
                ResultColumns<C> known = columns(connection, rows, compiled);
                while (rows.next()) {
                    found.accept(known.row(rows));
                }
            }
        }
    }

    /** The columns of the result, found out anew where a table or the view was altered. */
    private ResultColumns<C> columns(Connection connection, ResultSet rows, JoinStatements<C> compiled)
            throws SQLException {
        ResultColumns<C> known = columns;
        if (known == null || !known.fit(rows.getMetaData())) {
            List<String> key =
                    compiled.keys().stream().map(k -> k.column().name()).toList();
            known = new ResultColumns<>(dialect, connection, rows.getMetaData(), join.root(), key);
            columns = known;
        }
        return known;
    }

    @Override
    public void concerned(
            int dependency,
            List<List<@Nullable Object>> values,
            String @Nullable [] after,
            int most,
            Consumer<Row> found) {
        run((connection, compiled) -> {
            String sql = compiled.concerned(dependency, values.size(), after != null, most);
            try (PreparedStatement statement = dialect.prepare(connection, join, sql)) {
                keys(statement, compiled.bind(statement, dependency, values), compiled, after, found);
            }
        });
    }

    @Override
    public void all(String @Nullable [] after, int most, Consumer<Row> found) {
        run((connection, compiled) -> {
            try (PreparedStatement statement = dialect.prepare(connection, join, compiled.all(after != null, most))) {
                keys(statement, 1, compiled, after, found);
            }
        });
    }

    private void keys(
            PreparedStatement statement,
            int at,
            JoinStatements<C> compiled,
            String @Nullable [] after,
            Consumer<Row> found)
            throws SQLException {
        if (after != null) {
            compiled.bindAfter(statement, at, Objects.requireNonNull(key(compiled, after)));
        }
        List<C> keys = compiled.keys();
        RowSchema schema = new RowSchema(
                join.root(), keys.stream().map(TypedColumn::column).toList());
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                found.accept(ResultColumns.row(dialect, rows, schema, keys));
            }
        }
    }

    /** The values that a key's texts stand for; null where one is no value of its column: there is no such row. */
    private Object @Nullable [] key(JoinStatements<C> compiled, String[] texts) {
        Object[] values = new Object[texts.length];
        for (int i = 0; i < texts.length; i++) {
            Object value = dialect.keyValue(compiled.keys().get(i), texts[i]);
            if (value == null) {
                return null;
            }
            values[i] = value;
        }
        return values;
    }

    /** Binds a key; returns the place of the next parameter. */
    private int bind(PreparedStatement statement, int at, JoinStatements<C> compiled, Object[] key)
            throws SQLException {
        for (int i = 0; i < key.length; i++) {
            dialect.bindKey(statement, at + i, compiled.keys().get(i), key[i]);
        }
        return at + key.length;
    }

    private interface Read<C extends TypedColumn> {
        void with(Connection connection, JoinStatements<C> statements) throws SQLException;
    }

    private void run(Read<C> read) {
        connections.read(connection -> {
            try {
                JoinStatements<C> compiled = statements;
                if (compiled == null) {
                    compiled = dialect.compile(connection, join);
                    statements = compiled;
                }
                read.with(connection, compiled);
            } catch (SQLException e) {
                statements = null;
                throw e;
            }
        });
    }

    @Override
    public void close() {
        connections.close();
    }
}
