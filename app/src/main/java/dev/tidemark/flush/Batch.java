package dev.tidemark.flush;

import dev.tidemark.connector.Change;
import dev.tidemark.connector.ChangeEvent;
import dev.tidemark.connector.Row;
import dev.tidemark.connector.TableId;
import dev.tidemark.deadletter.DeadLetters;
import dev.tidemark.document.ChangedFields;
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
     * @param changed the fields to write, as {@link ChangedFields}; a part only where the rest of the document is right
     */
    record Write(ChangeEvent event, @Nullable Row row, long changed) {

        static Write delete(ChangeEvent event) {
            return new Write(event, null, ChangedFields.ALL);
        }

        static Write whole(ChangeEvent event, Row row) {
            return new Write(event, row, ChangedFields.ALL);
        }

        /** The same, with the whole document. */
        Write whole() {
            return new Write(event, row, ChangedFields.ALL);
        }

        /** Whether the whole document is written, not only fields of it. */
        boolean isWhole() {
            return changed == ChangedFields.ALL;
        }
    }

    private final Map<TableId, List<CollectionWrites>> byTable = new LinkedHashMap<>();

    private final DeadLetters deadLetters;

    private Batch(DeadLetters deadLetters) {
        this.deadLetters = deadLetters;
    }

    /** Coalesces changes in their source order. */
    static Batch of(List<ChangeEvent> events, Map<TableId, List<Target>> targets, DeadLetters deadLetters) {
        Batch batch = new Batch(deadLetters);
        for (ChangeEvent event : events) {
            if (event.change() instanceof Change.OfTable change) {
                for (CollectionWrites writes : batch.writesOf(change.table(), targets)) {
                    writes.add(event, change);
                }
            }
        }
        return batch;
    }

    private List<CollectionWrites> writesOf(TableId table, Map<TableId, List<Target>> targets) {
        List<CollectionWrites> writes = byTable.get(table);
        if (writes == null) {
            writes = targets.getOrDefault(table, List.of()).stream()
                    .map(target -> new CollectionWrites(target, deadLetters))
                    .toList();
            byTable.put(table, writes);
        }
        return writes;
    }

    /** What each collection gets; collections that get nothing are left out. */
    List<CollectionWrites> writes() {
        List<CollectionWrites> all = new ArrayList<>();
        for (List<CollectionWrites> writes : byTable.values()) {
            for (CollectionWrites of : writes) {
                if (!of.isEmpty()) {
                    all.add(of);
                }
            }
        }
        return all;
    }
}
