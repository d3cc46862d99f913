package dev.tidemark.flush.replay;

import dev.tidemark.collection.Target;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.data.ColumnType.Kind;
import dev.tidemark.connector.data.KeyText;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.flush.write.Batch;
import dev.tidemark.flush.write.RowBudget;
import dev.tidemark.flush.write.RowLoader;
import dev.tidemark.flush.write.Visibility;
import dev.tidemark.sink.SinkException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads rows, of which nothing is known but their keys, once; that what was flushed of them is visible was proven before. Later
 * changes follow in the queue, so documents converge (invariant 4).
 */
public final class ReplayLoader implements RowLoader {

    private final RowReader reader;
    private final Map<String, String[]> keyTexts;
    /** Ids that were decided on. */
    private final Set<String> read = new HashSet<>();

    private int keysAtOnce = RowBudget.KEYS;

    /** @param keyTexts the texts of each row's key, by its document's id */
    public ReplayLoader(RowReader reader, Map<String, String[]> keyTexts) {
        this.reader = reader;
        this.keyTexts = keyTexts;
    }

    @Override
    public Completed complete(Target target, Map<String, Batch.Write> pending, Visibility visibility)
            throws SinkException {
        Map<String, String[]> missing = new LinkedHashMap<>();
        Set<String> later = new HashSet<>();
        Map<String, String> idsByKey = new HashMap<>();
        List<@Nullable Object[]> keys = new ArrayList<>();
        for (String id : pending.keySet()) {
            if (read.contains(id)) {
                continue;
            }
            if (keys.size() == keysAtOnce) {
                later.add(id);
                continue;
            }
            String[] texts = keyTexts.get(id);
            @Nullable Object[] key = key(target, texts);
            if (key != null && texts != null) {
                keys.add(key);
                idsByKey.put(String.join("\0", texts), id);
            }
            missing.put(id, texts == null ? new String[0] : texts);
        }
        if (missing.isEmpty()) {
            return Completed.ALL;
        }
        Set<String> asked = Set.copyOf(missing.keySet());
        RowBudget rows = new RowBudget();
        read(target, keys, row -> {
            String id = idsByKey.get(String.join("\0", target.keyTexts(row)));
            missing.remove(id); // found: its write, or a delete, is right
            if (!rows.keeps(row) && id != null) {
                later.add(id);
            }
        });
        keysAtOnce = rows.nextKeys(keys.size());
        for (Row row : rows.kept()) {
            String id = target.ids(row.schema()).of(row);
            target.isWrittenAs(row.schema()); // it may be newer than what the log has shown so far
            if (id != null && target.takes(row)) { // otherwise an expression routes it to another collection by now
                pending.computeIfPresent(id, (same, write) -> write.full(row));
            }
        }
        asked.stream().filter(id -> !later.contains(id)).forEach(read::add);
        return new Completed(missing, later);
    }

    /** Returns the values of the key; null if no row can have them. */
    private static @Nullable Object @Nullable [] key(Target target, String @Nullable [] texts) {
        RowSchema schema = target.tableInfo().schema();
        if (texts == null || texts.length != target.key().size()) {
            return null; // such as of a document that no row has
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

    private void read(Target target, List<@Nullable Object[]> keys, Consumer<Row> found) throws SinkException {
        try {
            reader.read(target.table(), target.key(), keys, found);
        } catch (SourceException e) {
            throw new SinkException(
                    e.isRetryable() ? SinkException.Kind.RETRYABLE : SinkException.Kind.FATAL,
                    ROW_READ,
                    "rows of dead letters of " + target.table() + " could not be read: " + e.getMessage(),
                    e.hint(),
                    e);
        }
    }
}
