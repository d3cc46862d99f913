package dev.tidemark.flush;

import dev.tidemark.connector.ColumnType.Kind;
import dev.tidemark.connector.KeyText;
import dev.tidemark.connector.Row;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.RowSchema;
import dev.tidemark.connector.SourceException;
import dev.tidemark.sink.SinkException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads rows, of which nothing is known but their keys, once; that what was flushed of them is visible was proven before. One that is
 * not there is a delete. Later changes follow in the queue, so documents converge (invariant 4).
 */
final class RereadCompletion implements Completion {

    private final RowReader reader;
    private final Map<String, String[]> keyTexts;
    private boolean read;

    /** @param keyTexts the texts of each row's key, by its document's id */
    RereadCompletion(RowReader reader, Map<String, String[]> keyTexts) {
        this.reader = reader;
        this.keyTexts = keyTexts;
    }

    @Override
    public void complete(Target target, Map<String, Batch.Write> pending, Visibility visibility) throws SinkException {
        if (read) {
            return;
        }
        List<@Nullable Object[]> keys = new ArrayList<>();
        for (String id : pending.keySet()) {
            @Nullable Object[] key = key(target, keyTexts.get(id));
            if (key != null) {
                keys.add(key);
            }
        }
        for (Row row : read(target, keys)) {
            String id = target.ids(row.schema()).of(row);
            target.isWrittenAs(row.schema()); // it may be newer than what the log has told so far
            if (id != null && target.takes(row)) { // else an expression puts it into another collection by now
                pending.computeIfPresent(id, (same, write) -> write.whole(row));
            }
        }
        read = true;
    }

    /** The values of the key; null where no row can have them. */
    private static @Nullable Object @Nullable [] key(Target target, String @Nullable [] texts) {
        RowSchema schema = target.tableInfo().schema();
        if (texts == null) {
            return null;
        }
        @Nullable Object[] key = new Object[texts.length];
        for (int i = 0; i < key.length; i++) {
            int column = schema.indexOf(target.key().get(i));
            Kind kind =
                    column < 0 ? Kind.TEXT : schema.columns().get(column).type().kind();
            key[i] = KeyText.parse(kind, texts[i]);
            if (key[i] == null) {
                return null;
            }
        }
        return key;
    }

    private List<Row> read(Target target, List<@Nullable Object[]> keys) throws SinkException {
        List<Row> rows = new ArrayList<>();
        try {
            reader.read(target.table(), target.key(), keys, rows::add);
        } catch (SourceException e) {
            throw new SinkException(
                    e.heals() ? SinkException.Kind.RETRYABLE : SinkException.Kind.FATAL,
                    ROW_READ,
                    "rows of dead letters of " + target.table() + " could not be read: " + e.getMessage(),
                    e.hint(),
                    e);
        }
        return rows;
    }
}
