package dev.tidemark.flush.write;

import dev.tidemark.collection.Target;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.data.Row;
import dev.tidemark.document.DocumentIds;
import dev.tidemark.sink.SinkException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keys that a row has left, in tables whose keys are unique only when a statement or transaction ends
 * ({@code UPDATE slots SET id = id + 1}): another row may have come before, in this batch or, if the transaction is cut, in an
 * earlier one. So the row that has the key is read, after the transaction. If there is none, the log's delete is applied. Later
 * changes follow in the queue, so documents converge (invariant 4). Any thread.
 */
final class LeftKeys {

    private final RowReader reader;

    LeftKeys(RowReader reader) {
        this.reader = reader;
    }

    /**
     * Decides for ids that a row has left whether their document is deleted.
     *
     * @return the other ids: there was no room for their rows
     */
    Set<String> decide(Target target, Map<String, Batch.Write> pending, Visibility visibility)
            throws SinkException, InterruptedException {
        Map<String, @Nullable Object[]> keys = new LinkedHashMap<>();
        Set<String> later = new HashSet<>();
        pending.forEach((id, write) -> {
            Row left = write.left();
            if (write.row() == null && left != null) {
                if (keys.size() < RowBudget.KEYS) {
                    keys.put(id, DocumentIds.of(target.key(), left.schema()).key(left));
                } else {
                    later.add(id);
                }
            }
        });
        if (keys.isEmpty()) {
            return Set.of();
        }
        RowBudget rows = new RowBudget();
        read(target, new ArrayList<>(keys.values()), visibility, row -> {
            if (!rows.keeps(row)) {
                later.add(String.valueOf(target.ids(row.schema()).of(row)));
            }
        });
        for (String id : keys.keySet()) {
            if (!later.contains(id)) {
                pending.computeIfPresent(id, (same, write) -> write.gone());
            }
        }
        for (Row row : rows.kept()) {
            String id = target.ids(row.schema()).of(row);
            target.isWrittenAs(row.schema()); // it may be newer than what the log has shown so far
            if (id != null && keys.containsKey(id) && target.takes(row)) {
                pending.computeIfPresent(id, (same, write) -> write.full(row));
            }
        }
        return later;
    }

    private void read(Target target, List<@Nullable Object[]> keys, Visibility visibility, Consumer<Row> found)
            throws SinkException, InterruptedException {
        try {
            visibility.prove(reader);
            reader.read(target.table(), target.key(), keys, found);
        } catch (SourceException e) {
            throw new SinkException(
                    e.isRetryable() ? SinkException.Kind.RETRYABLE : SinkException.Kind.FATAL,
                    RowLoader.ROW_READ,
                    "rows of " + target.table() + " whose keys were moved could not be read: " + e.getMessage(),
                    e.hint(),
                    e);
        }
    }
}
