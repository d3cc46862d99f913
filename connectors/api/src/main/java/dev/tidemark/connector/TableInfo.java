package dev.tidemark.connector;

import dev.tidemark.connector.data.RowSchema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Description of a captured table from the database's catalog.
 *
 * @param schema its columns
 * @param key the columns of the document's id: those configured, else the primary key, in its order
 * @param estimatedRows the planner's estimate of the number of rows, -1 if there is none
 * @param definition of the view that the rows are read through; null if there is none, or our user is not permitted to see it
 * @param deferrable whether rows may share a key in the middle of a transaction: only deferrable constraints keep it unique
 */
public record TableInfo(
        RowSchema schema,
        List<String> key,
        long estimatedRows,
        @Nullable String definition,
        boolean deferrable) {
    public TableInfo {
        key = List.copyOf(key);
    }

    /** Creates the description of a table that is not read through a view. */
    public TableInfo(RowSchema schema, List<String> key, long estimatedRows) {
        this(schema, key, estimatedRows, null, false);
    }

    /** Returns a copy of which rows may share a key in the middle of a transaction, or not. */
    public TableInfo withDeferrable(boolean shared) {
        return new TableInfo(schema, key, estimatedRows, definition, shared);
    }

    /** Returns a copy that is read through a view of this definition. */
    public TableInfo definedBy(@Nullable String view) {
        return new TableInfo(schema, key, estimatedRows, view, deferrable);
    }

    /** Returns a copy with the key of {@code captured} if that has one, else this. */
    public TableInfo keyedAs(SourceSettings.Table captured) {
        return captured.key().isEmpty()
                ? this
                : new TableInfo(schema, captured.key(), estimatedRows, definition, deferrable);
    }
}
