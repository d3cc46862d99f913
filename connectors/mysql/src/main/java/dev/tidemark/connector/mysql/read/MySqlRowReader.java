package dev.tidemark.connector.mysql.read;

import dev.tidemark.connector.base.jdbc.JdbcRowReader;
import dev.tidemark.connector.base.jdbc.ReadPool;
import dev.tidemark.connector.base.jdbc.ReadTransaction;
import dev.tidemark.connector.base.jdbc.SqlDialect;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.data.Transaction;
import dev.tidemark.connector.mysql.catalog.MySqlCatalog;
import dev.tidemark.connector.mysql.catalog.MySqlCatalog.CatalogColumn;
import dev.tidemark.connector.mysql.log.BinlogPosition;
import dev.tidemark.connector.mysql.log.VisibleTransactions;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads rows by key with plain queries, {@link KeyQuery#most many} keys at a time. */
public final class MySqlRowReader extends JdbcRowReader<CatalogColumn> {

    /**
     * Errors of values with which a column cannot be compared: collations 1267 to 1271, values 1292, 1366 and 1525, character
     * sets 3854.
     */
    private static final Set<Integer> NO_VALUE_OF_THE_TYPE = Set.of(1267, 1270, 1271, 1292, 1366, 1525, 3854);

    /** 3024: the time is over, 1317: interrupted, 1054: no such column, 1146: no such table. */
    private static final Set<Integer> TOOK_TOO_LONG_OR_GONE = Set.of(3024, 1317, 1054, 1146);

    private final SqlDialect<CatalogColumn> dialect;

    public MySqlRowReader(ReadPool.Lease connections, SqlDialect<CatalogColumn> dialect) {
        super(connections, dialect);
        this.dialect = dialect;
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
        // The catalog shows the columns as they are now: a default that was dropped may have filled rows.
        return !empty.containsAll(columns) || hasValues(table, columns);
    }

    @Override
    protected String search() {
        return "SELECT /*+ MAX_EXECUTION_TIME(" + SEARCH_SECONDS * 1_000 + ") */ 1";
    }

    @Override
    protected boolean isTooLongOrGone(SQLException failure) {
        return TOOK_TOO_LONG_OR_GONE.contains(failure.getErrorCode());
    }

    @Override
    protected boolean isNotOfTheType(SQLException failure) {
        return NO_VALUE_OF_THE_TYPE.contains(failure.getErrorCode());
    }

    @Override
    public void read(TableId table, List<String> keyColumns, List<@Nullable Object[]> keys, Consumer<Row> found) {
        if (keys.isEmpty()) {
            return;
        }
        connections.read(open -> ReadTransaction.of(open, MySqlCatalog.quoted(table), () -> {
            KeyQuery query = KeyQuery.ofRows(open, dialect, table, keyColumns);
            for (List<@Nullable Object[]> batch : batches(keys, query.most())) {
                query.run(batch, found);
            }
        }));
    }

    @Override
    public void existing(TableId table, List<String> keyColumns, List<String[]> keyTexts, Consumer<Row> found) {
        if (keyTexts.isEmpty()) {
            return;
        }
        connections.read(open -> ReadTransaction.of(open, MySqlCatalog.quoted(table), () -> {
            KeyQuery query = KeyQuery.ofKeys(open, dialect, table, keyColumns);
            for (List<String[]> texts : batches(keyTexts, query.most())) {
                List<@Nullable Object[]> batch = new ArrayList<>();
                for (String[] text : texts) {
                    @Nullable Object[] values = query.parse(text);
                    if (values != null) {
                        batch.add(values);
                    }
                }
                if (!tryRun(rows -> query.run(batch, rows), found)) {
                    for (@Nullable Object[] one : batch) {
                        tryRun(rows -> query.run(List.<@Nullable Object[]>of(one), rows), found);
                    }
                }
            }
        }));
    }
}
