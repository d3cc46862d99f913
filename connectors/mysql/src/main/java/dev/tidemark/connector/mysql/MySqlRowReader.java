package dev.tidemark.connector.mysql;

import dev.tidemark.connector.Row;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.TableId;
import dev.tidemark.connector.Transaction;
import dev.tidemark.connector.jdbc.FirstRows;
import dev.tidemark.connector.jdbc.ReadPool;
import dev.tidemark.connector.jdbc.RowsAfter;
import dev.tidemark.connector.jdbc.SqlDialect;
import dev.tidemark.connector.mysql.MySqlCatalog.CatalogColumn;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads rows by key with plain queries, {@link KeyQuery#most many} keys at a time. */
final class MySqlRowReader implements RowReader {

    /** What a column cannot be compared with: collations 1267 to 1271, values 1292, 1366 and 1525, character sets 3854. */
    private static final Set<Integer> NO_VALUE_OF_THE_TYPE = Set.of(1267, 1270, 1271, 1292, 1366, 1525, 3854);

    private final ReadPool.Lease connections;
    private final SqlDialect<CatalogColumn> dialect;
    private final RowsAfter<CatalogColumn> pages;

    MySqlRowReader(ReadPool.Lease connections, SqlDialect<CatalogColumn> dialect) {
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
        connections.read(open -> hidden.addAll(new VisibleTransactions(open).hiddenBefore(offset)));
        return hidden;
    }

    @Override
    public void read(TableId table, List<String> keyColumns, List<@Nullable Object[]> keys, Consumer<Row> found) {
        if (keys.isEmpty()) {
            return;
        }
        connections.read(open -> {
            KeyQuery query = KeyQuery.ofRows(open, table, keyColumns);
            for (int from = 0; from < keys.size(); from += query.most()) {
                query.run(keys.subList(from, Math.min(keys.size(), from + query.most())), found);
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
            for (int from = 0; from < keyTexts.size(); from += query.most()) {
                List<@Nullable Object[]> batch = new ArrayList<>();
                for (String[] texts : keyTexts.subList(from, Math.min(keyTexts.size(), from + query.most()))) {
                    @Nullable Object[] values = query.parse(texts);
                    if (values != null) {
                        batch.add(values);
                    }
                }
                if (!tryRun(query, batch, found)) {
                    for (@Nullable Object[] one : batch) {
                        tryRun(query, List.<@Nullable Object[]>of(one), found);
                    }
                }
            }
        });
    }

    /** False where a value cannot be compared with its column: then nothing was handed on. */
    private static boolean tryRun(KeyQuery query, List<@Nullable Object[]> keys, Consumer<Row> found)
            throws SQLException {
        List<Row> rows = new ArrayList<>();
        try {
            query.run(keys, rows::add);
        } catch (SQLException e) {
            if (NO_VALUE_OF_THE_TYPE.contains(e.getErrorCode())) {
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
