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
 * Reads present rows by key. Values have the very same forms as streamed ones. Connections are opened when they are needed, and
 * shared with all readers of the connector. Any thread.
 */
public interface RowReader extends AutoCloseable {

    /**
     * Waits until what is read from here on, by whatever reader, holds what the transactions did. A commit stands in the log
     * before other sessions see it: by a moment, or for as long as a synchronous replica takes to confirm it.
     *
     * @throws SourceException where one of them is not visible within 2 seconds: to be tried again, like any other failure
     */
    void awaitVisible(Collection<Transaction> transactions) throws InterruptedException;

    /**
     * Transactions that the log tells of before an offset and that are not visible yet, for {@link #awaitVisible}: of what a process
     * before this one was told, nothing else is known any more. Others that are in progress may be among them.
     *
     * @param offset a stored one
     */
    Collection<Transaction> hiddenBefore(Map<String, ?> offset);

    /**
     * Returns the end of the log, as positions of change events count: whatever other sessions see by now is told of before it.
     *
     * @throws SourceException where the database cannot be read now
     */
    long logEnd();

    /**
     * Returns whether rows that existed before columns were added may have values in them: these have, or had, a default, are generated, or
     * are NOT NULL, or a row is found that has one. Also true if it cannot be known, or not soon.
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
     * @param keyColumns the columns that tell rows apart
     * @param keys a value for each key column, as a {@link Row} holds it
     * @param found called for each row there is, in no particular order
     * @throws SourceException where the database cannot be read now
     */
    void read(TableId table, List<String> keyColumns, List<@Nullable Object[]> keys, Consumer<Row> found);

    /**
     * Finds which of the given keys exist, without reading whole rows; for sweeps.
     *
     * @param keyTexts a text for each key column, as a document's id spells it; a text that is no value of the column's
     *     type simply does not exist
     * @param found called with a row of the key columns (a schema of only those) for each row that exists
     */
    void existing(TableId table, List<String> keyColumns, List<String[]> keyTexts, Consumer<Row> found);

    /**
     * Reads the first rows of a table, each with all its columns. Where no index has the order of the key, the database
     * reads the whole table for it.
     *
     * @param keyColumns the columns that the rows are ordered by
     * @param limit how many rows at most; above 0
     * @param found called for each row in that order, while the others are not read yet
     * @throws SourceException where the database cannot be read now; some rows may have been handed over
     */
    void first(TableId table, List<String> keyColumns, int limit, Consumer<Row> found);

    /**
     * Reads rows in the order of their key, each with all its columns, from behind a key on; an index of the key makes that cheap
     * however far behind it is. Rows with NULL in their key are left out.
     *
     * @param keyColumns the columns that tell rows apart
     * @param after the key's values, as a {@link Row} holds them, to continue behind; null: from the first row
     * @param limit how many rows at most; above 0
     * @param found called for each row in that order, while the others are not read yet; no more is wanted when it returns false
     * @throws SourceException where the database cannot be read now; some rows may have been handed over
     */
    void after(TableId table, List<String> keyColumns, Object @Nullable [] after, int limit, Predicate<Row> found);

    @Override
    void close();
}
