package dev.tidemark.flush.write;

import dev.tidemark.collection.Target;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.data.Row;
import dev.tidemark.sink.SinkException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Re-reads rows that are to be written in full and of which the source did not send every mapped column (unchanged TOAST), or
 * that are from before or after an ALTER TABLE which the collection has followed, or not yet: as many of a flush at a time as
 * there is room for. What is read is the row now, at or after the change; later changes follow in the queue, so documents
 * converge (invariant 4). A row that an expression routes to another collection by now is a delete. Any thread.
 */
public final class MissingColumnLoader implements RowLoader {

    private final RowReader reader;
    /** By collection, how many rows are requested at once: rows of one table are about as wide as those before. */
    private final Map<String, Integer> keysAtOnce = new ConcurrentHashMap<>();

    public MissingColumnLoader(RowReader reader) {
        this.reader = reader;
    }

    /** Replaces incomplete writes by complete ones. */
    @Override
    public Completed complete(Target target, Map<String, Batch.Write> pending, Visibility visibility)
            throws SinkException, InterruptedException {
        Set<String> later = new HashSet<>(new LeftKeys(reader).decide(target, pending, visibility));
        int most = keysAtOnce.getOrDefault(target.collection(), RowBudget.KEYS);
        Map<String, String[]> missing = new LinkedHashMap<>();
        List<@Nullable Object[]> keys = new ArrayList<>();
        pending.forEach((id, write) -> {
            Row row = write.row();
            if (row == null
                    || !write.isFull()
                    || target.mapper().isEnough(row) && !target.mapper().isUnfit(row.schema())) {
                return;
            }
            if (keys.size() < most) {
                missing.put(id, target.keyTexts(row));
                keys.add(target.ids(row.schema()).key(row));
            } else {
                later.add(id);
            }
        });
        if (!missing.isEmpty()) {
            RowBudget rows = new RowBudget();
            Map<String, String> idsByKey = new HashMap<>();
            missing.forEach((id, texts) -> idsByKey.put(String.join("\0", texts), id));
            read(target, keys, visibility, row -> {
                if (!rows.keeps(row)) {
                    String id = named(target, row, missing, idsByKey);
                    if (id != null && missing.remove(id) != null) {
                        later.add(id);
                    }
                }
            });
            keysAtOnce.put(target.collection(), rows.nextKeys(keys.size()));
            rows.kept().forEach(row -> write(target, row, pending, missing, idsByKey));
        }
        return new Completed(missing, later);
    }

    /** Returns true: the columns of a change show the schema of its row. */
    @Override
    public boolean followsChanges() {
        return true;
    }

    /** Returns the id of the write that the row was read for; null if it is none of them. */
    private static @Nullable String named(
            Target target, Row row, Map<String, String[]> asked, Map<String, String> idsByKey) {
        String id = target.ids(row.schema()).of(row);
        return id != null && asked.containsKey(id) ? id : idsByKey.get(String.join("\0", target.keyTexts(row)));
    }

    private static void write(
            Target target,
            Row row,
            Map<String, Batch.Write> pending,
            Map<String, String[]> missing,
            Map<String, String> idsByKey) {
        target.isWrittenAs(row.schema()); // it may be newer than what the log has shown so far
        String id = named(target, row, missing, idsByKey);
        if (id == null || missing.remove(id) == null) {
            return;
        }
        // Else it has another id by now. One that is too large to be read is rejected when it is mapped.
        boolean same = row.tooLarge() > 0 || id.equals(target.ids(row.schema()).of(row));
        // A row that has moved on does not belong here: the change that moved it follows.
        pending.computeIfPresent(id, (known, write) -> same && target.takes(row) ? write.full(row) : write.gone());
    }

    private void read(Target target, List<@Nullable Object[]> keys, Visibility visibility, Consumer<Row> found)
            throws SinkException, InterruptedException {
        try {
            visibility.prove(reader);
            reader.read(target.table(), target.key(), keys, found);
        } catch (SourceException e) {
            throw new SinkException(
                    e.isRetryable() ? SinkException.Kind.RETRYABLE : SinkException.Kind.FATAL,
                    ROW_READ,
                    "rows of " + target.table() + " that are not complete could not be read: " + e.getMessage(),
                    e.hint(),
                    e);
        }
    }
}
