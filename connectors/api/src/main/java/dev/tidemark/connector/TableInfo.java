package dev.tidemark.connector;

import dev.tidemark.connector.data.RowSchema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the database's catalog says of a captured table.
 *
 * @param schema its columns
 * @param key the columns of the document's id: those configured, else the primary key, in its order
 * @param estimatedRows the planner's guess of the number of rows, -1 if there is none
 * @param definition of the view that stands for the table; null if there is none, or it may not be seen
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

    /** A table of its own. */
    public TableInfo(RowSchema schema, List<String> key, long estimatedRows) {
        this(schema, key, estimatedRows, null, false);
    }

    /** The same, of which rows may share a key in the middle of a transaction, or not. */
    public TableInfo withDeferrable(boolean shared) {
        return new TableInfo(schema, key, estimatedRows, definition, shared);
    }

    /** The same read through a view. */
    public TableInfo definedBy(@Nullable String view) {
        return new TableInfo(schema, key, estimatedRows, view, deferrable);
    }

    /** The same table with the key of {@code captured}, where that names one. */
    public TableInfo keyedAs(SourceSettings.Table captured) {
        return captured.key().isEmpty()
                ? this
                : new TableInfo(schema, captured.key(), estimatedRows, definition, deferrable);
    }
}
