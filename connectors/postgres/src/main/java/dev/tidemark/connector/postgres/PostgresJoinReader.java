package dev.tidemark.connector.postgres;

import dev.tidemark.connector.ColumnType.Kind;
import dev.tidemark.connector.Join;
import dev.tidemark.connector.JoinReader;
import dev.tidemark.connector.Row;
import dev.tidemark.connector.RowSchema;
import dev.tidemark.connector.postgres.PostgresCatalog.CatalogColumn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGStatement;

/** Reads joined documents. Its transactions are read-only: whatever a configured statement calls, it changes nothing. */
final class PostgresJoinReader implements JoinReader {

    /** So much longer than the server does the driver wait for an answer. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Database database;
    private final Join join;
    private @Nullable Connection connection;
    private @Nullable JoinStatements statements;
    private @Nullable ResultColumns columns;

    PostgresJoinReader(Database database, Join join) {
        this.database = database;
        this.join = join;
    }

    @Override
    public void rows(List<String[]> keyTexts, Consumer<Row> found) {
        run((open, statements) -> {
            try (PreparedStatement statement = prepare(open, statements.rows(keyTexts.size()))) {
                int at = 1;
                for (int repeat = 0; repeat < statements.repeats(); repeat++) {
                    for (String[] key : keyTexts) {
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
            String sql = statements.concerned(dependency, after != null, most);
            try (PreparedStatement statement = prepare(open, sql)) {
                int at = 1;
                for (CatalogColumn column : statements.columns(dependency)) {
                    int index = at - 1;
                    List<@Nullable String> texts = new ArrayList<>();
                    for (List<@Nullable Object> row : values) {
                        Object value = row.get(index);
                        texts.add(
                                value == null
                                        ? null
                                        : KeyText.of(column.column().type().kind(), value));
                    }
                    statement.setString(at++, ArrayText.write(texts));
                }
                keys(statement, at, statements, after, found);
            }
        });
    }

    @Override
    public void all(String @Nullable [] after, int most, Consumer<Row> found) {
        run((open, statements) -> {
            try (PreparedStatement statement = prepare(open, statements.all(after != null, most))) {
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
            bind(statement, at, statements.keys(), after);
        }
        List<CatalogColumn> keys = statements.keys();
        RowSchema schema = new RowSchema(
                join.root(), keys.stream().map(CatalogColumn::column).toList());
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                @Nullable Object[] key = new @Nullable Object[keys.size()];
                for (int i = 0; i < key.length; i++) {
                    key[i] = KeyQuery.value(rows, i + 1, keys.get(i));
                }
                found.accept(new Row(schema, key));
            }
        }
    }

    /** Binds a key; returns the place of the next parameter. */
    private static int bind(PreparedStatement statement, int at, List<CatalogColumn> keys, String[] texts)
            throws SQLException {
        for (int i = 0; i < texts.length; i++) {
            Kind kind = keys.get(i).column().type().kind();
            statement.setString(at + i, KeyText.ofDocument(kind, texts[i]));
        }
        return at + texts.length;
    }

    /** Planned each time: for these values, and for the tables as they are now. */
    private static PreparedStatement prepare(Connection open, String sql) throws SQLException {
        PreparedStatement statement = open.prepareStatement(sql);
        statement.unwrap(PGStatement.class).setPrepareThreshold(0);
        return statement;
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
                open = database.open(join.timeout().plus(GRACE));
                connection = open;
                prepare(open);
                compiled = new JoinStatements(open, join);
                statements = compiled;
            }
            read.with(open, compiled);
        } catch (SQLException e) {
            close();
            throw PostgresErrors.explain(e, database);
        }
    }

    private void prepare(Connection open) throws SQLException {
        try (Statement statement = open.createStatement()) {
            statement.execute("SET default_transaction_read_only = on");
            statement.execute("SET statement_timeout = " + join.timeout().toMillis());
            // Compiling a plan costs more than a page of documents does.
            statement.execute("SET jit = off");
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
