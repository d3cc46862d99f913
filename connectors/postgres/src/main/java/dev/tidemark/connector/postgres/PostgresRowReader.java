package dev.tidemark.connector.postgres;

import dev.tidemark.connector.Row;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.TableId;
import dev.tidemark.connector.Transaction;
import dev.tidemark.connector.jdbc.FirstRows;
import dev.tidemark.connector.jdbc.ReadPool;
import dev.tidemark.connector.jdbc.RowsAfter;
import dev.tidemark.connector.jdbc.SqlDialect;
import dev.tidemark.connector.postgres.PostgresCatalog.CatalogColumn;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads rows by key with plain queries, a thousand keys at a time. */
final class PostgresRowReader implements RowReader {

    private static final int BATCH = 1000;

    private final ReadPool.Lease connections;
    private final SqlDialect<CatalogColumn> dialect;
    private final RowsAfter<CatalogColumn> pages;

    PostgresRowReader(ReadPool.Lease connections, SqlDialect<CatalogColumn> dialect) {
        this.connections = connections;
        this.dialect = dialect;
        this.pages = new RowsAfter<>(dialect);
    }

    @Override
    public void awaitVisible(Collection<Transaction> transactions) throws InterruptedException {
        connections.read(open -> new VisibleTransactions(open).await(transactions));
    }

    @Override
    public Collection<Transaction> hiddenBefore(Map<String, ?> offset) {
        List<Transaction> hidden = new ArrayList<>();
        connections.read(open -> hidden.addAll(new VisibleTransactions(open).hiddenBefore()));
        return hidden;
    }

    @Override
    public void read(TableId table, List<String> keyColumns, List<@Nullable Object[]> keys, Consumer<Row> found) {
        if (keys.isEmpty()) {
            return;
        }
        connections.read(open -> {
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
        connections.read(open -> {
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
        connections.read(open -> new FirstRows<>(dialect, open, table, keyColumns).run(limit, found));
    }

    @Override
    public void after(
            TableId table, List<String> keyColumns, Object @Nullable [] after, int limit, Predicate<Row> found) {
        connections.read(open -> pages.read(open, table, keyColumns, after, limit, found));
    }

    @Override
    public void close() {
        connections.close();
    }
}
