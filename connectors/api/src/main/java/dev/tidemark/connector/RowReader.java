package dev.tidemark.connector;

import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.data.Transaction;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reader of existing rows by key. Values have exactly the same forms as streamed ones. Connections are opened when they are
 * needed, and shared with all readers of the connector. Thread-safe.
 */
public interface RowReader extends AutoCloseable {

    /**
     * Blocks until later reads, by any reader, see what the transactions did. A commit is in the log before other sessions see
     * it: for a moment, or for as long as a synchronous replica takes to confirm it.
     *
     * @throws SourceException if one of them is not visible within 2 seconds; the caller retries, as after any other failure
     */
    void awaitVisible(Collection<Transaction> transactions) throws InterruptedException;

    /**
     * Returns the transactions that the log contains before an offset and that are not visible yet, for {@link #awaitVisible}:
     * nothing else is known about the changes that an earlier process received. May include other transactions that are in
     * progress.
     *
     * @param offset a stored offset
     */
    Collection<Transaction> hiddenBefore(Map<String, ?> offset);

    /**
     * Returns the end of the log, in the unit of change events' positions. Everything that other sessions see now is in the log
     * before it.
     *
     * @throws SourceException if the database cannot be read now
     */
    long logEnd();

    /**
     * Returns whether rows that existed before columns were added may have values in them: these have, or had, a default, are
     * generated, or are NOT NULL, or a row is found that has one. Also true if it cannot be known, or not soon.
     *
     * @throws SourceException if the database cannot be read now
     */
    default boolean mayBeFilled(TableId table, List<String> columns) {
        return true;
    }

    /**
     * Reads the rows that exist now, in batches, each with all its columns.
     *
     * @param table the table to read
     * @param keyColumns the columns that identify a row
     * @param keys a value for each key column, as a {@link Row} holds it
     * @param found called for each row that exists, in no particular order
     * @throws SourceException if the database cannot be read now
     */
    void read(TableId table, List<String> keyColumns, List<@Nullable Object[]> keys, Consumer<Row> found);

    /**
     * Finds which of the given keys exist, without reading full rows; for sweeps.
     *
     * @param keyTexts a text for each key column, as a document's id spells it; a text that is not a value of the
     *     column's type does not exist
     * @param found called with a row of the key columns (a schema of only those) for each row that exists
     */
    void existing(TableId table, List<String> keyColumns, List<String[]> keyTexts, Consumer<Row> found);

    /**
     * Reads the first rows of a table, each with all its columns. Unless an index has the order of the key, the database
     * reads the full table.
     *
     * @param keyColumns the columns that the rows are ordered by
     * @param limit the max number of rows; above 0
     * @param found called for each row in that order, while the others are not read yet
     * @throws SourceException if the database cannot be read now; some rows may have been handed over
     */
    void first(TableId table, List<String> keyColumns, int limit, Consumer<Row> found);

    /**
     * Reads rows in the order of their key, each with all its columns; cheap for any part of the table if there is an index of the
     * key. Rows with NULL in their key are left out.
     *
     * @param keyColumns the columns that identify a row
     * @param range which rows
     * @param limit the max number of rows; above 0
     * @param found called for each row in that order, while the others are not read yet; reading ends when it returns false
     * @throws SourceException if the database cannot be read now; some rows may have been handed over
     */
    void range(TableId table, List<String> keyColumns, RowRange range, int limit, Predicate<Row> found);

    /** Reads the rows after a key as {@link #range} does; null: from the first row. */
    default void after(
            TableId table, List<String> keyColumns, Object @Nullable [] after, int limit, Predicate<Row> found) {
        range(table, keyColumns, RowRange.after(after), limit, found);
    }

    /**
     * Verifies that an SQL condition selects rows of a table: the server accepts it as one expression, which is complete in itself.
     * Reads no row.
     *
     * @throws InvalidConditionException if it does not; the message is the server's
     * @throws SourceException if the database cannot be queried now
     */
    void requireCondition(TableId table, String condition) throws InvalidConditionException;

    /** Thrown for a text that is not a condition over the columns of a table. */
    final class InvalidConditionException extends Exception {

        private static final long serialVersionUID = 1L;

        public InvalidConditionException(String message) {
            super(message);
        }
    }

    @Override
    void close();
}
