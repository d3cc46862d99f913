package dev.tidemark.connector.mysql.read;

import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.base.jdbc.FirstRows;
import dev.tidemark.connector.base.jdbc.ReadPool;
import dev.tidemark.connector.base.jdbc.ReadTransaction;
import dev.tidemark.connector.base.jdbc.RowsAfter;
import dev.tidemark.connector.base.jdbc.SqlDialect;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.data.Transaction;
import dev.tidemark.connector.mysql.catalog.MySqlCatalog;
import dev.tidemark.connector.mysql.catalog.MySqlCatalog.CatalogColumn;
import dev.tidemark.connector.mysql.connection.Database;
import dev.tidemark.connector.mysql.log.BinlogPosition;
import dev.tidemark.connector.mysql.log.VisibleTransactions;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads rows by key with plain queries, {@link KeyQuery#most many} keys at a time. */
public final class MySqlRowReader implements RowReader {

    /** What a column cannot be compared with: collations 1267 to 1271, values 1292, 1366 and 1525, character sets 3854. */
    private static final Set<Integer> NO_VALUE_OF_THE_TYPE = Set.of(1267, 1270, 1271, 1292, 1366, 1525, 3854);

    /** How long a value may be searched for. */
    private static final int SEARCH_MILLIS = 10_000;

    /** 3024: the time is over, 1317: interrupted, 1054: no such column, 1146: no such table. */
    private static final Set<Integer> TOOK_TOO_LONG_OR_GONE = Set.of(3024, 1317, 1054, 1146);

    private final ReadPool.Lease connections;
    private final SqlDialect<CatalogColumn> dialect;
    private final RowsAfter<CatalogColumn> pages;

    public MySqlRowReader(ReadPool.Lease connections, SqlDialect<CatalogColumn> dialect) {
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
    public long logEnd() {
        long[] end = {0};
        connections.read(open -> end[0] = BinlogPosition.end(open));
        return end[0];
    }

    @Override
    public boolean mayBeFilled(TableId table, List<String> columns) {
        String sql = "SELECT column_name FROM information_schema.columns WHERE table_schema = ? AND table_name = ?"
                + " AND column_default IS NULL AND is_nullable = 'YES' AND extra NOT LIKE '%GENERATED%'";
        Set<String> empty = new HashSet<>();
        connections.read(open -> {
            try (PreparedStatement statement = open.prepareStatement(sql)) {
                statement.setString(1, table.schema());
                statement.setString(2, table.table());
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        empty.add(rows.getString(1));
                    }
                }
            }
        });
        return !empty.containsAll(columns) || hasValues(table, columns);
    }

    /** The catalog shows the columns as they are now: a default that is gone may have filled rows. */
    private boolean hasValues(TableId table, List<String> columns) {
        String sql = "SELECT /*+ MAX_EXECUTION_TIME(" + SEARCH_MILLIS + ") */ 1 FROM " + Database.quoted(table.schema())
                + "." + Database.quoted(table.table())
                + columns.stream()
                        .map(column -> Database.quoted(column) + " IS NOT NULL")
                        .collect(Collectors.joining(" OR ", " WHERE ", " LIMIT 1"));
        boolean[] found = {true};
        connections.read(open -> {
            try (Statement statement = open.createStatement();
                    ResultSet answer = statement.executeQuery(sql)) {
                found[0] = answer.next();
            } catch (SQLException e) {
                if (!TOOK_TOO_LONG_OR_GONE.contains(e.getErrorCode())) {
                    throw e;
                }
            }
        });
        return found[0];
    }

    @Override
    public void read(TableId table, List<String> keyColumns, List<@Nullable Object[]> keys, Consumer<Row> found) {
        if (keys.isEmpty()) {
            return;
        }
        connections.read(open -> ReadTransaction.of(open, MySqlCatalog.quoted(table), () -> {
            KeyQuery query = KeyQuery.ofRows(open, table, keyColumns);
            for (int from = 0; from < keys.size(); from += query.most()) {
                query.run(keys.subList(from, Math.min(keys.size(), from + query.most())), found);
            }
        }));
    }

    @Override
    public void existing(TableId table, List<String> keyColumns, List<String[]> keyTexts, Consumer<Row> found) {
        if (keyTexts.isEmpty()) {
            return;
        }
        connections.read(open -> ReadTransaction.of(open, MySqlCatalog.quoted(table), () -> {
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
        }));
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
        connections.read(open -> new FirstRows<>(dialect).read(open, table, keyColumns, limit, found));
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
