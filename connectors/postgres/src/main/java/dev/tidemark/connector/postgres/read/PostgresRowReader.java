package dev.tidemark.connector.postgres.read;

import dev.tidemark.connector.base.jdbc.FetchPace;
import dev.tidemark.connector.base.jdbc.JdbcRowReader;
import dev.tidemark.connector.base.jdbc.ReadPool;
import dev.tidemark.connector.base.jdbc.ReadTransaction;
import dev.tidemark.connector.base.jdbc.Session;
import dev.tidemark.connector.base.jdbc.SqlDialect;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.data.Transaction;
import dev.tidemark.connector.postgres.catalog.PostgresCatalog.CatalogColumn;
import dev.tidemark.connector.postgres.connection.Database;
import dev.tidemark.connector.postgres.connection.PostgresErrors;
import dev.tidemark.connector.postgres.log.VisibleTransactions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads rows by key with plain queries, a thousand keys at a time. */
public final class PostgresRowReader extends JdbcRowReader<CatalogColumn> {

    private static final int BATCH = 1000;

    private static final String LOG_END = "SELECT (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()"
            + " ELSE pg_current_wal_lsn() END - '0/0'::pg_lsn)::bigint";

    /** A default that was dropped since has left a mark, if rows have it; a domain may have one of its own. */
    private static final String EMPTY_COLUMNS = """
            SELECT count(DISTINCT a.attname) FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
            WHERE a.attrelid = to_regclass(?) AND a.attname = ANY(?) AND NOT a.attisdropped
              AND a.attgenerated = '' AND t.typtype <> 'd'
              AND NOT EXISTS (
                SELECT FROM pg_attribute p
                WHERE p.attname = a.attname AND NOT p.attisdropped AND (p.attnotnull OR p.atthasdef OR p.atthasmissing)
                  AND (p.attrelid = a.attrelid OR p.attrelid IN (SELECT relid FROM pg_partition_tree(a.attrelid))))
            """;

    private final RowSecurity security;
    private final SqlDialect<CatalogColumn> dialect;

    public PostgresRowReader(ReadPool.Lease connections, RowSecurity security, SqlDialect<CatalogColumn> dialect) {
        super(connections, dialect);
        this.security = security;
        this.dialect = dialect;
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
    public long logEnd() {
        long[] end = {0};
        connections.read(open -> {
            try (Statement statement = open.createStatement();
                    ResultSet answer = statement.executeQuery(LOG_END)) {
                answer.next();
                end[0] = answer.getLong(1);
            }
        });
        return end[0];
    }

    @Override
    public boolean mayBeFilled(TableId table, List<String> columns) {
        boolean[] filled = {true};
        connections.read(open -> {
            try (PreparedStatement statement = open.prepareStatement(EMPTY_COLUMNS)) {
                statement.setString(1, Database.quoted(table.schema()) + "." + Database.quoted(table.table()));
                statement.setArray(2, open.createArrayOf("text", columns.toArray()));
                try (ResultSet answer = statement.executeQuery()) {
                    filled[0] = !answer.next() || answer.getInt(1) < columns.size();
                }
            }
        });
        // The catalog shows the columns as they are now: a default that was dropped may have filled rows, and so may a
        // statement.
        return filled[0] || hasValues(table, columns);
    }

    @Override
    protected String search() {
        return "SELECT";
    }

    @Override
    protected void limit(Statement statement) throws SQLException {
        statement.setQueryTimeout(SEARCH_SECONDS);
    }

    @Override
    protected boolean isTooLongOrGone(SQLException failure) {
        String state = String.valueOf(failure.getSQLState());
        return !PostgresErrors.isHidden(failure) && (state.startsWith("42") || state.equals("57014"));
    }

    /** Class 22: the texts are at fault, such as 22P02 invalid text, 22003 out of range, 22007 and 22008 dates. */
    @Override
    protected boolean isNotOfTheType(SQLException failure) {
        return failure.getSQLState() != null && failure.getSQLState().startsWith("22");
    }

    @Override
    public void read(TableId table, List<String> keyColumns, List<@Nullable Object[]> keys, Consumer<Row> found) {
        if (keys.isEmpty()) {
            return;
        }
        KeyProgress progress = new KeyProgress(keys.size(), found);
        read(
                table,
                (open, pace) -> ReadTransaction.of(open, Database.quoted(table), () -> {
                    KeyQuery query = KeyQuery.ofRows(open, table, keyColumns);
                    for (List<Integer> batch : batches(progress.left(), BATCH)) {
                        Spelled spelled = Spelled.of(query, keys, batch);
                        query.run(pace, spelled.texts(), (at, row) -> progress.found(spelled.key(at), row));
                        progress.done(batch);
                    }
                }),
                open -> stepOver(open, table, keyColumns, keys, progress));
    }

    private boolean stepOver(
            Connection open,
            TableId table,
            List<String> keyColumns,
            List<@Nullable Object[]> keys,
            KeyProgress progress)
            throws SQLException {
        List<Integer> left = progress.left();
        ReadTransaction.of(open, Database.quoted(table), () -> {
            KeyQuery query = KeyQuery.ofRows(open, table, keyColumns);
            Spelled spelled = Spelled.of(query, keys, left.subList(0, Math.min(BATCH, left.size())));
            query.tooLarge(dialect, spelled.texts(), (at, row) -> progress.found(spelled.key(at), row));
        });
        return progress.left().size() < left.size();
    }

    /** Keys as texts, and their indexes among all that are to be read. */
    private record Spelled(List<String[]> texts, List<Integer> keys) {

        static Spelled of(KeyQuery query, List<@Nullable Object[]> all, List<Integer> batch) {
            Spelled spelled = new Spelled(new ArrayList<>(), new ArrayList<>());
            for (int key : batch) {
                String[] texts = query.spell(all.get(key));
                if (texts != null) {
                    spelled.texts.add(texts);
                    spelled.keys.add(key);
                }
            }
            return spelled;
        }

        int key(int at) {
            return keys.get(at);
        }
    }

    @Override
    public void existing(TableId table, List<String> keyColumns, List<String[]> keyTexts, Consumer<Row> found) {
        if (keyTexts.isEmpty()) {
            return;
        }
        session(table).read(open -> {
            for (List<String[]> batch : batches(keyTexts, BATCH)) {
                if (!tryKeys(open, table, keyColumns, batch, found)) {
                    for (String[] one : batch) {
                        tryKeys(open, table, keyColumns, List.<String[]>of(one), found);
                    }
                }
            }
        });
    }

    /** Runs one query in a transaction of its own: a failure ends it. */
    private boolean tryKeys(
            Connection open, TableId table, List<String> keyColumns, List<String[]> texts, Consumer<Row> found)
            throws SQLException {
        return tryRun(
                rows -> ReadTransaction.of(
                        open,
                        Database.quoted(table),
                        () -> KeyQuery.ofKeys(open, table, keyColumns)
                                .run(FetchPace.ofKeys(), texts, (key, row) -> rows.accept(row))),
                found);
    }

    @Override
    protected Session session(TableId table) {
        RowSecurity.Proof proof = new RowSecurity.Proof();
        return work ->
                connections.read((ReadPool.Work<RuntimeException>) open -> security.read(open, table, proof, work));
    }
}
