package dev.tidemark.connector.mysql;

import dev.tidemark.connector.Row;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.TableId;
import dev.tidemark.connector.Transaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads rows by key with plain queries, a thousand keys at a time. */
final class MySqlRowReader implements RowReader {

    private static final int BATCH = 1000;

    /** What a column cannot be compared with: collations 1267 to 1271, values 1292, 1366 and 1525, character sets 3854. */
    private static final Set<Integer> NO_VALUE_OF_THE_TYPE = Set.of(1267, 1270, 1271, 1292, 1366, 1525, 3854);

    private final Opener database;
    private final Function<SQLException, SourceException> explain;
    private @Nullable Connection connection;

    /** Opens a connection. */
    interface Opener {
        Connection open() throws SQLException;
    }

    MySqlRowReader(Database database) {
        this(() -> database.open(Database.PATIENT, textProtocol()), e -> MySqlErrors.explain(e, database));
    }

    /**
     * Makes a reader, which opens nothing yet.
     *
     * @param explain turns the database's error into one for people
     */
    MySqlRowReader(Opener database, Function<SQLException, SourceException> explain) {
        this.database = database;
        this.explain = explain;
    }

    /** Values are taken as the bytes that the server sends, which are text only in this protocol. */
    static Properties textProtocol() {
        Properties properties = new Properties();
        properties.setProperty("useServerPrepStmts", "false");
        properties.setProperty("useCursorFetch", "false");
        return properties;
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
                query.run(keys.subList(from, Math.min(keys.size(), from + BATCH)), found);
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
                List<@Nullable Object[]> batch = new ArrayList<>();
                for (String[] texts : keyTexts.subList(from, Math.min(keyTexts.size(), from + BATCH))) {
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
        run(open -> new FirstRows(open, table, keyColumns).run(limit, found));
    }

    private interface Read<X extends Exception> {
        void with(Connection open) throws SQLException, X;
    }

    private <X extends Exception> void run(Read<X> read) throws X {
        try {
            Connection open = connection;
            if (open == null || open.isClosed()) {
                open = database.open();
                connection = open;
                prepare(open);
            }
            read.with(open);
        } catch (SQLException e) {
            close();
            throw explain.apply(e);
        }
    }

    /** Whatever zone and character set the server or the driver would choose, values come in these. */
    static void prepare(Connection open) throws SQLException {
        try (Statement statement = open.createStatement()) {
            statement.execute("SET time_zone = '+00:00', character_set_results = utf8mb4");
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
