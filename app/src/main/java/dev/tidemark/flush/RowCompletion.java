package dev.tidemark.flush;

import dev.tidemark.connector.Row;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.SourceException;
import dev.tidemark.document.DocumentIds;
import dev.tidemark.sink.SinkException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads rows again that are to be written whole and of which the source did not send every mapped column (unchanged TOAST):
 * all such rows of a flush, in batches. What is read is the row now, at or after the change; later changes follow in the queue, so documents converge
 * (invariant 4). A row that is gone, or that an expression puts into another collection by now, is a
 * delete. Any thread.
 */
final class RowCompletion implements Completion {

    private final RowReader reader;

    RowCompletion(RowReader reader) {
        this.reader = reader;
    }

    /** Replaces every incomplete write by a complete one, or by a delete. */
    @Override
    public void complete(Target target, Map<String, Batch.Write> pending, Visibility visibility)
            throws SinkException, InterruptedException {
        List<String> ids = new ArrayList<>();
        List<@Nullable Object[]> keys = new ArrayList<>();
        pending.forEach((id, write) -> {
            Row row = write.row();
            if (row != null
                    && write.isWhole()
                    && !row.complete()
                    && !target.mapper().isEnough(row)) {
                ids.add(id);
                keys.add(target.ids(row.schema()).key(row));
            }
        });
        if (ids.isEmpty()) {
            return;
        }
        List<Row> found = read(target, keys, visibility);
        for (String id : ids) {
            pending.computeIfPresent(id, (same, write) -> write.gone());
        }
        for (Row row : found) {
            DocumentIds of = target.ids(row.schema());
            String id = of.of(row);
            target.isWrittenAs(row.schema()); // it may be newer than what the log has told so far
            if (id != null && target.takes(row)) { // else it has moved on: the change that moved it follows
                pending.computeIfPresent(id, (same, write) -> write.whole(row));
            }
        }
    }

    private List<Row> read(Target target, List<@Nullable Object[]> keys, Visibility visibility)
            throws SinkException, InterruptedException {
        List<Row> rows = new ArrayList<>();
        try {
            visibility.prove(reader);
            reader.read(target.table(), target.key(), keys, rows::add);
        } catch (SourceException e) {
            throw new SinkException(
                    e.heals() ? SinkException.Kind.RETRYABLE : SinkException.Kind.FATAL,
                    ROW_READ,
                    "rows of " + target.table() + " with unchanged TOAST columns could not be read: " + e.getMessage(),
                    e.hint(),
                    e);
        }
        return rows;
    }
}
