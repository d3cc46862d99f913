package dev.tidemark.connector;

import java.util.List;

/**
 * What the database's catalog says of a captured table.
 *
 * @param schema its columns
 * @param key the columns of the document's id: those configured, else the primary key, in its order
 * @param estimatedRows the planner's guess of the number of rows, -1 where there is none
 */
public record TableInfo(RowSchema schema, List<String> key, long estimatedRows) {
    public TableInfo {
        key = List.copyOf(key);
    }

    /** The same table with the key of {@code captured}, where that names one. */
    public TableInfo keyedAs(SourceSettings.Table captured) {
        return captured.key().isEmpty() ? this : new TableInfo(schema, captured.key(), estimatedRows);
    }
}
