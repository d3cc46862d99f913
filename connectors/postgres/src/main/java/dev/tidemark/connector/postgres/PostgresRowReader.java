package dev.tidemark.connector.postgres;

import dev.tidemark.connector.Row;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.TableId;
import dev.tidemark.connector.Transaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads rows by key with plain queries, a thousand keys at a time. */
final class PostgresRowReader implements RowReader {

    private static final int BATCH = 1000;

    private final Database database;
    private @Nullable Connection connection;

    PostgresRowReader(Database database) {
        this.database = database;
    }

    @Override
    public void awaitVisible(Collection<Transaction> transactions) throws InterruptedException {
        run(open -> new VisibleTransactions(open).await(transactions));
    }

    @Override
    public void read(TableId table, List<String> keyColumns, List<@Nullable Object[]> keys, Consumer<Row> found) {
        if (keys.isEmpty()) {
            return;
        }
        run(open -> {
            KeyQuery query = KeyQuery.ofRows(open, table, keyColumns);
            for (int from = 0; from < keys.size(); from += BATCH) {
                List<String[]> texts = new ArrayList<>();
                for (@Nullable Object[] key : keys.subList(from, Math.min(keys.size(), from + BATCH))) {
                    String[] spelled = query.spell(key);
                    if (spelled != null) {
                        texts.add(spelled);
                    }
                }
                query.run(texts, found);
            }
        });
    }

    @Override
    public void existing(TableId table, List<String> keyColumns, List<String[]> keyTexts, Consumer<Row> found) {
        if (keyTexts.isEmpty()) {
            return;
        }
        run(open -> {
            KeyQuery query = KeyQuery.ofKeys(open, table, keyColumns);
            for (int from = 0; from < keyTexts.size(); from += BATCH) {
                List<String[]> batch = keyTexts.subList(from, Math.min(keyTexts.size(), from + BATCH));
                if (!tryRun(query, batch, found)) {
                    for (String[] one : batch) {
                        tryRun(query, List.<String[]>of(one), found);
                    }
                }
            }
        });
    }

    /** False where a text is no value of its column's type: then nothing was handed on. */
    private static boolean tryRun(KeyQuery query, List<String[]> texts, Consumer<Row> found) throws SQLException {
        List<Row> rows = new ArrayList<>();
        try {
            query.run(texts, rows::add);
        } catch (SQLException e) {
            // Class 22: the texts are at fault, such as 22P02 invalid text, 22003 out of range, 22007 and 22008 dates.
            if (e.getSQLState() != null && e.getSQLState().startsWith("22")) {
                return false;
            }
            throw e;
        }
        rows.forEach(found);
        return true;
    }

    @Override
    public void first(TableId table, List<String> keyColumns, int limit, Consumer<Row> found) {
        run(open -> new FirstRows(open, table, keyColumns).run(limit, found));
    }

    private interface Read<X extends Exception> {
        void with(Connection open) throws SQLException, X;
    }

    private <X extends Exception> void run(Read<X> read) throws X {
        try {
            Connection open = connection;
            if (open == null || open.isClosed()) {
                open = database.open(Database.PATIENT);
                connection = open;
            }
            read.with(open);
        } catch (SQLException e) {
            close();
            throw PostgresErrors.explain(e, database);
        }
    }

    @Override
    public void close() {
        Connection open = connection;
        connection = null;
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
