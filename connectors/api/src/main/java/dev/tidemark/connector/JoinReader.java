package dev.tidemark.connector;

import dev.tidemark.connector.data.Row;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reader of joined documents that also finds which of them a change affects. Values have exactly the same forms as those of
 * tables. Connections are opened when they are needed, and shared with all readers of the connector. Used by one thread at a
 * time.
 */
public interface JoinReader extends AutoCloseable {

    /**
     * Reads the documents that exist now, with one statement.
     *
     * @param keyTexts a text for each key column, as a document's id spells it
     * @param found called with a row of what the query yields for each document that exists, in no particular order
     * @throws SourceException if the database cannot be read now, or now rejects the statement
     */
    void rows(List<String[]> keyTexts, Consumer<Row> found);

    /**
     * Finds the documents that rows of a dependency affect, in the order of their keys and at most {@code most}, with one
     * statement. If that many were found, there may be more after the last one.
     *
     * @param dependency the index of the dependency
     * @param values values of the dependency's columns, in its order, for each row
     * @param after the key of the last document that was found before, or null to begin
     * @param found called with a row of the key columns for each document
     */
    void concerned(
            int dependency,
            List<List<@Nullable Object>> values,
            String @Nullable [] after,
            int most,
            Consumer<Row> found);

    /** Finds rows of the root as {@link #concerned} does; repeated calls find all of them. */
    void all(String @Nullable [] after, int most, Consumer<Row> found);

    @Override
    void close();
}
