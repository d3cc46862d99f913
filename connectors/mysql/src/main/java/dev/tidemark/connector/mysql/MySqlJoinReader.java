package dev.tidemark.connector.mysql;

import dev.tidemark.connector.Join;
import dev.tidemark.connector.JoinReader;
import dev.tidemark.connector.Row;
import dev.tidemark.connector.RowSchema;
import dev.tidemark.connector.mysql.MySqlCatalog.CatalogColumn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads joined documents. Its transactions are read-only: whatever a configured statement calls, it changes nothing. */
final class MySqlJoinReader implements JoinReader {

    /** So much longer than the server does the driver wait for an answer. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Database database;
    private final Join join;
    private @Nullable Connection connection;
    private @Nullable JoinStatements statements;
    private @Nullable ResultColumns columns;

    MySqlJoinReader(Database database, Join join) {
        this.database = database;
        this.join = join;
    }

    @Override
    public void rows(List<String[]> keyTexts, Consumer<Row> found) {
        run((open, statements) -> {
            List<@Nullable Object[]> keys = new ArrayList<>();
            for (String[] texts : keyTexts) {
                @Nullable Object[] key = values(statements, texts);
                if (key != null) {
                    keys.add(key);
                }
            }
            if (keys.isEmpty()) {
                return;
            }
            try (PreparedStatement statement = open.prepareStatement(statements.rows(keys.size()))) {
                int at = 1;
                for (int repeat = 0; repeat < statements.repeats(); repeat++) {
                    for (@Nullable Object[] key : keys) {
                        at = bind(statement, at, statements.keys(), key);
                    }
                }
                try (ResultSet rows = statement.executeQuery()) {
                    ResultColumns known = columns(open, rows, statements);
                    while (rows.next()) {
                        found.accept(known.row(rows));
                    }
                }
            }
        });
    }

    /** The values that a key's texts stand for; null where one is no value of its column: there is no such row. */
    private static @Nullable Object @Nullable [] values(JoinStatements statements, String[] texts) {
        @Nullable Object[] values = new @Nullable Object[texts.length];
        for (int i = 0; i < texts.length; i++) {
            values[i] = KeyValue.parse(statements.keys().get(i), texts[i]);
            if (values[i] == null) {
                return null;
            }
        }
        return values;
    }

    /** The columns of the result, found out anew where a table or the view was altered. */
    private ResultColumns columns(Connection open, ResultSet rows, JoinStatements statements) throws SQLException {
        ResultColumns known = columns;
        if (known == null || !known.fit(rows.getMetaData())) {
            List<String> key =
                    statements.keys().stream().map(k -> k.column().name()).toList();
            known = ResultColumns.of(open, rows.getMetaData(), join.root(), key);
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
        run((open, statements) -> {
            String sql = statements.concerned(dependency, values.size(), after != null, most);
            List<CatalogColumn> columns = statements.columns(dependency);
            int[] parameters = statements.parameters(dependency);
            try (PreparedStatement statement = open.prepareStatement(sql)) {
                int at = 1;
                for (List<@Nullable Object> row : values) {
                    for (int index : parameters) {
                        bind(statement, at++, row.get(index), columns.get(index));
                    }
                }
                keys(statement, at, statements, after, found);
            }
        });
    }

    @Override
    public void all(String @Nullable [] after, int most, Consumer<Row> found) {
        run((open, statements) -> {
            try (PreparedStatement statement = open.prepareStatement(statements.all(after != null, most))) {
                keys(statement, 1, statements, after, found);
            }
        });
    }

    private void keys(
            PreparedStatement statement,
            int at,
            JoinStatements statements,
            String @Nullable [] after,
            Consumer<Row> found)
            throws SQLException {
        if (after != null) {
            bind(statement, at, statements.keys(), Objects.requireNonNull(values(statements, after)));
        }
        List<CatalogColumn> keys = statements.keys();
        RowSchema schema = new RowSchema(
                join.root(), keys.stream().map(CatalogColumn::column).toList());
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                @Nullable Object[] key = new @Nullable Object[keys.size()];
                for (int i = 0; i < key.length; i++) {
                    key[i] = KeyQuery.value(join.root(), keys.get(i), rows.getBytes(i + 1));
                }
                found.accept(new Row(schema, key));
            }
        }
    }

    private static void bind(PreparedStatement statement, int at, @Nullable Object value, CatalogColumn column)
            throws SQLException {
        if (value == null) {
            statement.setNull(at, Types.NULL);
        } else {
            KeyValue.bind(statement, at, value, column);
        }
    }

    /** Binds a key; returns the place of the next parameter. */
    private static int bind(PreparedStatement statement, int at, List<CatalogColumn> keys, @Nullable Object[] values)
            throws SQLException {
        for (int i = 0; i < values.length; i++) {
            bind(statement, at + i, values[i], keys.get(i));
        }
        return at + values.length;
    }

    private interface Read {
        void with(Connection open, JoinStatements statements) throws SQLException;
    }

    private void run(Read read) {
        try {
            Connection open = connection;
            JoinStatements compiled = statements;
            if (open == null || compiled == null || open.isClosed()) {
                close();
                open = database.open(join.timeout().plus(GRACE), ResultColumns.driver());
                connection = open;
                prepare(open);
                compiled = new JoinStatements(open, join);
                statements = compiled;
            }
            read.with(open, compiled);
        } catch (SQLException e) {
            close();
            throw MySqlErrors.explain(e, database);
        }
    }

    private void prepare(Connection open) throws SQLException {
        MySqlRowReader.prepare(open);
        open.setCatalog(join.root().schema()); // for tables that are named without their database
        try (Statement statement = open.createStatement()) {
            // The default length of GROUP_CONCAT cuts texts without a word.
            statement.execute("SET SESSION max_execution_time = "
                    + join.timeout().toMillis() + ", SESSION group_concat_max_len = 16777216");
            statement.execute("SET SESSION TRANSACTION READ ONLY");
        }
    }

    @Override
    public void close() {
        Connection open = connection;
        connection = null;
        statements = null;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException e) {
                // It is being thrown away: there is nothing to do about it, and nothing is lost.
                return;
            }
        }
    }
}
