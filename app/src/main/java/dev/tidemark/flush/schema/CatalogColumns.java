package dev.tidemark.flush.schema;

import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.document.Columns;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Columns that the catalog shows of tables that are followed. A change counts once all is flushed that the log held when it
 * was seen: rows from before it do not come any more then. Thread-safe.
 */
public final class CatalogColumns {

    /**
     * A change that was seen.
     *
     * @param record the document's {@link dev.tidemark.config.Config.Document#recordName}
     * @param end of the log after it was seen
     */
    public record Change(String record, RowSchema schema, long end) {}

    private final Map<String, String> handled = new HashMap<>();
    private final Map<String, Change> waiting = new HashMap<>();

    /**
     * Takes what the catalog shows now.
     *
     * @param followed the columns that are recorded; null if none are
     * @param end the end of the log now
     */
    public void seen(String record, RowSchema schema, @Nullable List<String> followed, LongSupplier end) {
        String shape = shape(schema);
        synchronized (this) {
            String before = handled.get(record);
            if (before == null && followed != null && followed.equals(Columns.texts(schema))) {
                handled.put(record, shape); // the first check
                return;
            }
            Change waits = waiting.get(record);
            if (shape.equals(before) || followed == null) {
                waiting.remove(record);
                return;
            }
            if (waits != null && shape(waits.schema()).equals(shape)) {
                return;
            }
        }
        Change change = new Change(record, schema, end.getAsLong());
        synchronized (this) {
            waiting.put(record, change);
        }
    }

    /** Returns the changes that count now. */
    public synchronized List<Change> due(long committed) {
        if (waiting.isEmpty()) {
            return List.of();
        }
        List<Change> due = new ArrayList<>();
        for (Change change : waiting.values()) {
            if (committed >= change.end()) {
                due.add(change);
            }
        }
        return due;
    }

    /** Records that the change was followed. */
    public synchronized void done(Change change) {
        handled.put(change.record(), shape(change.schema()));
        if (Objects.equals(waiting.get(change.record()), change)) {
            waiting.remove(change.record());
        }
    }

    private static String shape(RowSchema schema) {
        return schema.columns().toString();
    }
}
