package dev.tidemark.flush;

import dev.tidemark.connector.Change;
import dev.tidemark.connector.ChangeEvent;
import dev.tidemark.connector.Row;
import dev.tidemark.connector.TableId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The changes of one flush, coalesced: for each document the last state only (invariant 2: the last change in source
 * order wins; the ids of a batch are disjoint, so their requests may run in any order).
 *
 * <p>A truncate is a barrier: what came before it in the batch is void, and it is sent before what came after.
 */
final class Batch {

    /**
     * The last that is known of a document.
     *
     * @param event the change it comes from
     * @param row the row, or null where the document goes away
     */
    record Write(ChangeEvent event, @Nullable Row row) {}

    /** What one collection gets. */
    static final class Writes {
        private final Target target;
        private final Map<String, Write> byId = new LinkedHashMap<>();
        private final List<Write> withoutId = new ArrayList<>();
        private boolean truncate;
        private int changes;

        private Writes(Target target) {
            this.target = target;
        }

        Target target() {
            return target;
        }

        Map<String, Write> byId() {
            return byId;
        }

        /** Changes that name no document: a key column is NULL or empty, or was not sent. */
        List<Write> withoutId() {
            return withoutId;
        }

        boolean truncate() {
            return truncate;
        }

        /** Changes that a later one replaced. */
        int coalesced() {
            return changes - byId.size() - withoutId.size();
        }

        private void add(ChangeEvent event, Change.OfTable change) {
            if (change instanceof Change.Upsert upsert) {
                upsert(event, upsert);
            } else if (change instanceof Change.Delete delete) {
                put(event, delete.before(), null);
            } else {
                byId.clear();
                withoutId.clear();
                changes = 0;
                truncate = true;
            }
        }

        private void upsert(ChangeEvent event, Change.Upsert upsert) {
            Row before = upsert.before();
            if (before != null) {
                String old = target.ids(before.schema()).of(before);
                // The id's columns changed where they are not the primary key (which would come as delete and insert).
                if (old != null
                        && !old.isEmpty()
                        && !old.equals(target.ids(upsert.after().schema()).of(upsert.after()))) {
                    changes++;
                    byId.remove(old);
                    byId.put(old, new Write(event, null));
                }
            }
            put(event, upsert.after(), upsert.after());
        }

        private void put(ChangeEvent event, Row keyed, @Nullable Row row) {
            changes++;
            String id = target.ids(keyed.schema()).of(keyed);
            if (id == null || (id.isEmpty() && row != null)) {
                withoutId.add(new Write(event, row));
            } else if (!id.isEmpty()) { // a row with an empty id never became a document: nothing to delete

                byId.put(id, new Write(event, row));
            }
        }
    }

    private final Map<TableId, List<Writes>> byTable = new LinkedHashMap<>();

    private Batch() {}

    /** Coalesces changes in their source order. */
    static Batch of(List<ChangeEvent> events, Map<TableId, List<Target>> targets) {
        Batch batch = new Batch();
        for (ChangeEvent event : events) {
            if (event.change() instanceof Change.OfTable change) {
                for (Writes writes : batch.writesOf(change.table(), targets)) {
                    writes.add(event, change);
                }
            }
        }
        return batch;
    }

    private List<Writes> writesOf(TableId table, Map<TableId, List<Target>> targets) {
        List<Writes> writes = byTable.get(table);
        if (writes == null) {
            writes = targets.getOrDefault(table, List.of()).stream()
                    .map(Writes::new)
                    .toList();
            byTable.put(table, writes);
        }
        return writes;
    }

    /** What each collection gets; collections that get nothing are left out. */
    List<Writes> writes() {
        List<Writes> all = new ArrayList<>();
        for (List<Writes> writes : byTable.values()) {
            for (Writes of : writes) {
                if (of.truncate || !of.byId.isEmpty() || !of.withoutId.isEmpty()) {
                    all.add(of);
                }
            }
        }
        return all;
    }
}
