package dev.tidemark.flush.reload;

import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.document.DocumentIds;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The keys of the rows that changed while others were read ahead: for those, what was flushed is at least as new. Every change of a
 * row counts, whatever came of it: written, deleted, rejected, left out or moved to another collection. Flush thread only.
 */
final class TouchedRows {

    /** Number of keys that are kept. */
    private static final int MOST = 200_000;

    private final Function<TableId, @Nullable TableInfo> tables;
    private final Map<TableId, Keys> keys = new HashMap<>();
    private final Deque<Batch> batches = new ArrayDeque<>();
    private int size;

    private record Batch(long sequence, Map<TableId, Set<String>> rows) {}

    /** The texts of a table's keys, in rows of one schema at a time. */
    private static final class Keys {
        private final List<String> columns;
        private @Nullable RowSchema schema;
        private @Nullable DocumentIds of;

        Keys(List<String> columns) {
            this.columns = columns;
        }

        @Nullable
        String of(Row row) {
            DocumentIds ids = of;
            if (ids == null || row.schema() != schema) {
                schema = row.schema();
                ids = DocumentIds.of(columns, row.schema());
                of = ids;
            }
            return ids.of(row);
        }
    }

    /** @param tables the tables that documents come from */
    TouchedRows(Function<TableId, @Nullable TableInfo> tables) {
        this.tables = tables;
    }

    /**
     * Adds the rows that the changes of a batch concern.
     *
     * @param recorded the tables to which this applies
     * @return the tables with a change whose key is not known
     */
    Set<TableId> add(long sequence, List<ChangeEvent> events, Set<TableId> recorded) {
        Map<TableId, Set<String>> rows = new HashMap<>();
        Set<TableId> unknown = new HashSet<>();
        for (ChangeEvent event : events) {
            if (event.change() instanceof Change.OfTable change && recorded.contains(change.table())) {
                boolean known = true;
                if (change instanceof Change.Upsert upsert) {
                    known = add(rows, upsert.after());
                    if (upsert.before() != null) {
                        add(rows, upsert.before()); // one that lacks the key has the same
                    }
                } else if (change instanceof Change.Delete delete) {
                    known = add(rows, delete.before());
                }
                if (!known) {
                    unknown.add(change.table());
                }
            }
        }
        if (!rows.isEmpty()) {
            batches.add(new Batch(sequence, rows));
            size += rows.values().stream().mapToInt(Set::size).sum();
        }
        return unknown;
    }

    private boolean add(Map<TableId, Set<String>> rows, Row row) {
        TableId table = row.schema().table();
        String key = keys(table).of(row);
        if (key == null) {
            return false;
        }
        rows.computeIfAbsent(table, each -> new HashSet<>()).add(key);
        return true;
    }

    private Keys keys(TableId table) {
        return keys.computeIfAbsent(table, each -> {
            TableInfo info = tables.apply(each);
            return new Keys(info == null ? List.of() : info.key());
        });
    }

    boolean isFull() {
        return size > MOST;
    }

    /** Returns whether the row changed in a batch after that flush sequence. */
    boolean isTouched(Row row, long since) {
        TableId table = row.schema().table();
        String key = null;
        for (var each = batches.descendingIterator(); each.hasNext(); ) {
            Batch batch = each.next();
            if (batch.sequence() <= since) {
                return false;
            }
            Set<String> rows = batch.rows().get(table);
            if (rows != null) {
                key = key == null ? keys(table).of(row) : key;
                if (key == null || rows.contains(key)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Forgets the batches up to a flush sequence: nothing was read before them that is not written. */
    void forget(long upTo) {
        while (!batches.isEmpty() && batches.element().sequence() <= upTo) {
            size -= batches.remove().rows().values().stream()
                    .mapToInt(Set::size)
                    .sum();
        }
    }

    void clear() {
        batches.clear();
        size = 0;
    }
}
