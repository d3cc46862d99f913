package dev.tidemark.document;

import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Some columns of a table's changes, found once for each version of the table. One thread. */
public final class ColumnProjection {

    private final List<String> columns;
    private @Nullable RowSchema last;
    private int[] indexes = {};
    private @Nullable DocumentIds ids;

    public ColumnProjection(List<String> columns) {
        this.columns = columns;
    }

    /** Returns the columns' values as a document's id; null if one is NULL or was not sent. */
    @Nullable
    public String id(Row row) {
        compile(row.schema());
        return Objects.requireNonNull(ids).of(row);
    }

    /** Returns the columns' values in order; null if one was not sent. */
    @Nullable
    public List<@Nullable Object> values(Row row) {
        compile(row.schema());
        List<@Nullable Object> values = new ArrayList<>(indexes.length);
        for (int index : indexes) {
            Object value = index < 0 ? Row.UNAVAILABLE : row.get(index);
            if (value == Row.UNAVAILABLE) {
                return null;
            }
            values.add(value);
        }
        return values;
    }

    private void compile(RowSchema schema) {
        if (schema != last) {
            last = schema;
            indexes = columns.stream().mapToInt(schema::indexOf).toArray();
            ids = DocumentIds.of(columns, schema);
        }
    }
}
