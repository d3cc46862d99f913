package dev.tidemark.connector.base.jdbc;

import dev.tidemark.connector.RowRange;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.TableId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads rows with plain queries over the connections of a pool. */
public abstract class JdbcRowReader<C extends TypedColumn> implements RowReader {

    private static final Set<String> OF_THE_STATEMENT = Set.of("21", "22", "42", "P0");

    /** Timeout of a search by {@link #hasValues}, in seconds. */
    protected static final int SEARCH_SECONDS = 10;

    protected final ReadPool.Lease connections;
    private final SqlDialect<C> dialect;
    private final TableRows<C> rows;
    private final Map<TableId, FetchRepeats> repeats = new ConcurrentHashMap<>();

    protected JdbcRowReader(ReadPool.Lease connections, SqlDialect<C> dialect) {
        this.connections = connections;
        this.dialect = dialect;
        this.rows = new TableRows<>(dialect);
    }

    /** Returns what runs the attempts of one read of a table's rows. */
    protected Session session(TableId table) {
        return connections::read;
    }

    /** Reads rows of a table; an attempt continues after what those before it have handed over. */
    protected final void read(TableId table, FetchRepeats.Attempt attempt, FetchRepeats.StepOver stepOver) {
        repeats.computeIfAbsent(table, of -> new FetchRepeats(dialect)).run(session(table), attempt, stepOver);
    }

    private void readInOrder(
            TableId table, List<String> keyColumns, PageProgress progress, FetchRepeats.Attempt attempt) {
        read(
                table,
                (open, pace) -> {
                    if (!progress.isEnded()) {
                        attempt.run(open, pace);
                    }
                },
                open -> {
                    if (!progress.canContinue()) {
                        return false;
                    }
                    Row row = rows.tooLarge(open, table, keyColumns, progress.range());
                    return row != null && progress.stepOver(row);
                });
    }

    /** Returns the start of a statement that searches one row, up to FROM. */
    protected abstract String search();

    /** Returns whether a search failed since it took too long, or since the table or a column was dropped. */
    protected abstract boolean isTooLongOrGone(SQLException failure);

    /**
     * Returns whether a statement fails however often it is run: for a value (SQLSTATE 21, 22), a column that is gone (42, without a
     * missing privilege), or in a function that it calls (P0).
     */
    private static boolean isOfTheStatement(SQLException failure) {
        String state = String.valueOf(failure.getSQLState());
        return !state.equals("42501") && OF_THE_STATEMENT.contains(state.substring(0, Math.min(2, state.length())));
    }

    /** Returns whether a statement failed at a key that is not a value of its column's type. */
    protected abstract boolean isNotOfTheType(SQLException failure);

    /** Returns whether a row of the table has a value in one of the columns; true if that cannot be found out in time. */
    protected final boolean hasValues(TableId table, List<String> columns) {
        String sql = search() + " FROM " + dialect.quoted(table)
                + columns.stream()
                        .map(column -> dialect.quoted(column) + " IS NOT NULL")
                        .collect(Collectors.joining(" OR ", " WHERE ", " LIMIT 1"));
        boolean[] found = {true};
        session(table).read(open -> {
            try (Statement statement = open.createStatement()) {
                limit(statement);
                try (ResultSet answer = statement.executeQuery(sql)) {
                    found[0] = answer.next();
                }
            } catch (SQLException e) {
                if (!isTooLongOrGone(e)) {
                    throw e;
                }
            }
        });
        return found[0];
    }

    /** Limits the time of a search, if {@link #search} does not. */
    protected void limit(Statement statement) throws SQLException {}

    /** Reads rows for a consumer. */
    @FunctionalInterface
    protected interface Query {
        void run(Consumer<Row> found) throws SQLException;
    }

    /** Runs a query; returns false if a key is not a value of its column's type: then no row was passed on. */
    protected final boolean tryRun(Query query, Consumer<Row> found) throws SQLException {
        List<Row> read = new ArrayList<>();
        try {
            query.run(read::add);
        } catch (SQLException e) {
            if (isNotOfTheType(e)) {
                return false;
            }
            throw e;
        }
        read.forEach(found);
        return true;
    }

    /** Returns consecutive parts of a list. */
    protected static <T extends @Nullable Object> List<List<T>> batches(List<T> all, int size) {
        List<List<T>> batches = new ArrayList<>();
        for (int from = 0; from < all.size(); from += size) {
            batches.add(all.subList(from, Math.min(all.size(), from + size)));
        }
        return batches;
    }

    @Override
    public final void first(TableId table, List<String> keyColumns, int limit, Consumer<Row> found) {
        PageProgress progress = new PageProgress(keyColumns, RowRange.ALL, limit, row -> {
            found.accept(row);
            return true;
        });
        readInOrder(table, keyColumns, progress, (open, pace) -> {
            if (progress.isAtStart()) {
                rows.first(open, pace, table, keyColumns, limit, progress);
            } else if (progress.canContinue()) {
                rows.range(open, pace, table, keyColumns, progress.range(), progress.left(), progress);
            } else {
                throw SourceException.retryable(
                        "rows of " + table + " whose key is NULL are too wide to be fetched together",
                        "make the columns of the key NOT NULL");
            }
        });
    }

    @Override
    public final void range(TableId table, List<String> keyColumns, RowRange range, int limit, Predicate<Row> found) {
        PageProgress progress = new PageProgress(keyColumns, range, limit, found);
        readInOrder(table, keyColumns, progress, (open, pace) -> {
            try {
                rows.range(open, pace, table, keyColumns, progress.range(), progress.left(), progress);
            } catch (SQLException e) {
                if (range.condition() != null && isOfTheStatement(e)) {
                    throw SourceException.fatal(
                            "the condition of the load cannot be computed for a row: " + dialect.words(e),
                            "request the load again with another condition");
                }
                throw e;
            }
        });
    }

    @Override
    public final void requireCondition(TableId table, String condition) throws InvalidConditionException {
        InvalidConditionException[] rejected = {null};
        session(table).read(open -> {
            open.setAutoCommit(false); // the first failure ends the transaction
            try {
                RowConditions.require(open, dialect, dialect.quoted(table), condition);
            } catch (InvalidConditionException e) {
                rejected[0] = e;
            } finally {
                open.rollback();
                open.setAutoCommit(true);
            }
        });
        if (rejected[0] != null) {
            throw rejected[0];
        }
    }

    @Override
    public final void close() {
        connections.close();
    }
}
