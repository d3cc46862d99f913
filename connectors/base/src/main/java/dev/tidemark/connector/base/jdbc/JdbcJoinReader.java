package dev.tidemark.connector.base.jdbc;

import dev.tidemark.connector.Join;
import dev.tidemark.connector.JoinReader;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads joined documents. What it knows of statements and columns is determined again after a failure. */
public final class JdbcJoinReader<C extends TypedColumn> implements JoinReader {

    private final Reads connections;
    private final SqlDialect<C> dialect;
    private final Join join;
    private final FetchRepeats repeats;
    private @Nullable JoinStatements<C> statements;
    private @Nullable ResultColumns<C> columns;

    /** @param connections whose transactions are read-only, so that nothing that a configured statement calls can change data */
    public JdbcJoinReader(Reads connections, SqlDialect<C> dialect, Join join) {
        this.connections = connections;
        this.dialect = dialect;
        this.join = join;
        this.repeats = new FetchRepeats(dialect);
    }

    @Override
    public void rows(List<String[]> keyTexts, Consumer<Row> found) {
        JoinProgress progress = new JoinProgress(keyTexts, found);
        repeats.run(
                connections.session(),
                (connection, pace) -> compiled(connection, compiled -> {
                    List<Object[]> keys = keys(compiled, progress);
                    if (!keys.isEmpty()) {
                        rows(connection, pace, compiled, keys, progress);
                    }
                }),
                connection -> {
                    boolean[] any = {false};
                    compiled(connection, compiled -> any[0] = tooLarge(connection, compiled, progress));
                    return any[0];
                });
    }

    /** Returns the keys that are still to be read. */
    private List<Object[]> keys(JoinStatements<C> compiled, JoinProgress progress) {
        progress.keys(compiled.keys());
        List<Object[]> keys = new ArrayList<>();
        for (String[] texts : progress.left()) {
            Object[] key = key(compiled, texts);
            if (key != null) {
                keys.add(key);
            }
        }
        return keys;
    }

    /** Hands over, with their keys alone, the rows that are too large to be read; returns whether there are any. */
    private boolean tooLarge(Connection connection, JoinStatements<C> compiled, JoinProgress progress)
            throws SQLException {
        List<Object[]> keys = keys(compiled, progress);
        if (keys.isEmpty()) {
            return false;
        }
        ResultColumns<C> known = columns(connection, compiled, keys.size());
        String sql = "SELECT " + dialect.selected(compiled.keys()) + ", " + dialect.size(known.columns()) + " FROM ("
                + compiled.rows(keys.size()) + "\n) AS tidemark_sizes";
        List<Row> rows = new ArrayList<>();
        try (PreparedStatement statement = dialect.prepare(connection, join, sql)) {
            bind(statement, compiled, keys);
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    Row row = dialect.tooLarge(found, known.schema(), compiled.keys());
                    if (row != null) {
                        rows.add(row);
                    }
                }
            }
        }
        rows.forEach(progress);
        return !rows.isEmpty();
    }

    /** Returns the columns of the result; the server describes them if no result was read yet. */
    private ResultColumns<C> columns(Connection connection, JoinStatements<C> compiled, int keys) throws SQLException {
        ResultColumns<C> known = columns;
        if (known == null) {
            try (PreparedStatement statement = dialect.prepare(connection, join, compiled.rows(keys))) {
                known = columns(connection, compiled, statement.getMetaData());
                columns = known;
            }
        }
        return known;
    }

    private ResultColumns<C> columns(Connection connection, JoinStatements<C> compiled, ResultSetMetaData result)
            throws SQLException {
        List<String> key = compiled.keys().stream().map(k -> k.column().name()).toList();
        return new ResultColumns<>(dialect, connection, result, join.root(), key);
    }

    private void bind(PreparedStatement statement, JoinStatements<C> compiled, List<Object[]> keys)
            throws SQLException {
        int at = 1;
        for (int repeat = 0; repeat < compiled.repeats(); repeat++) {
            for (Object[] key : keys) {
                at = bind(statement, at, compiled, key);
            }
        }
    }

    private void rows(
            Connection connection, FetchPace pace, JoinStatements<C> compiled, List<Object[]> keys, Consumer<Row> found)
            throws SQLException {
        if (dialect.fetchSize() < 0) {
            fetch(connection, pace, compiled, keys, found);
            return;
        }
        ReadTransaction.run(connection, () -> fetch(connection, pace, compiled, keys, found));
    }

    /** Hands over the rows as they are fetched: joined ones may be wide (invariant 3). */
    private void fetch(
            Connection connection, FetchPace pace, JoinStatements<C> compiled, List<Object[]> keys, Consumer<Row> found)
            throws SQLException {
        try (PreparedStatement statement = dialect.prepare(connection, join, compiled.rows(keys.size()))) {
            bind(statement, compiled, keys);
            if (!read(connection, pace, compiled, statement, found)) {
                read(connection, pace, compiled, statement, found);
            }
        }
    }

    /** Returns false if the columns had to be found out, which left no result to read: a connection that hands rows over as they come does one thing. */
    private boolean read(
            Connection connection,
            FetchPace pace,
            JoinStatements<C> compiled,
            PreparedStatement statement,
            Consumer<Row> found)
            throws SQLException {
        ResultSetMetaData result;
        pace.begin(statement);
        try (ResultSet rows = statement.executeQuery()) {
            result = rows.getMetaData();
            ResultColumns<C> known = columns;
            if (known != null && known.fit(result)) {
                while (rows.next()) {
                    Row row = known.row(rows);
                    pace.read(rows, row);
                    found.accept(row);
                }
                return true;
            }
        }
        columns = columns(connection, compiled, result);
        return false;
    }

    @Override
    public void concerned(
            int dependency,
            List<List<@Nullable Object>> values,
            String @Nullable [] after,
            int most,
            Consumer<Row> found) {
        connections
                .session()
                .read(connection -> compiled(connection, compiled -> {
                    String sql = compiled.concerned(dependency, values.size(), after != null, most);
                    try (PreparedStatement statement = dialect.prepare(connection, join, sql)) {
                        keys(statement, compiled.bind(statement, dependency, values), compiled, after, found);
                    }
                }));
    }

    @Override
    public void all(String @Nullable [] after, int most, Consumer<Row> found) {
        connections
                .session()
                .read(connection -> compiled(connection, compiled -> {
                    try (PreparedStatement statement =
                            dialect.prepare(connection, join, compiled.all(after != null, most))) {
                        keys(statement, 1, compiled, after, found);
                    }
                }));
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

    /** Returns the values that a key's texts stand for; null if one is not a value of its column, so that no row has the key. */
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

    /** Binds a key; returns the index of the next parameter. */
    private int bind(PreparedStatement statement, int at, JoinStatements<C> compiled, Object[] key)
            throws SQLException {
        for (int i = 0; i < key.length; i++) {
            dialect.bindKey(statement, at + i, compiled.keys().get(i), key[i]);
        }
        return at + key.length;
    }

    private interface Read<C extends TypedColumn> {
        void with(JoinStatements<C> statements) throws SQLException;
    }

    private void compiled(Connection connection, Read<C> read) throws SQLException {
        try {
            JoinStatements<C> compiled = statements;
            if (compiled == null) {
                compiled = dialect.compile(connection, join);
                statements = compiled;
            }
            read.with(compiled);
        } catch (SQLException e) {
            statements = null;
            throw e;
        }
    }

    @Override
    public void close() {
        connections.close();
    }
}
