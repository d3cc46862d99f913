package dev.tidemark.flush.write;

import dev.tidemark.collection.Target;
import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.deadletter.DeadLetters;
import dev.tidemark.document.ChangedFields;
import dev.tidemark.trace.TraceBuffer;
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
public final class Batch {

    /**
     * The last that is known of a document.
     *
     * @param event the change it comes from
     * @param row the row, or null if the document is deleted
     * @param changed the fields to write, as {@link ChangedFields}; a part only if the rest of the document is correct
     * @param trace its ticket of the {@link TraceBuffer}
     * @param left the row that left this id, if another row may have taken it in the same transaction: then the row that has the
     *     key now is read, and the document is only deleted if there is none
     */
    public record Write(
            ChangeEvent event,
            @Nullable Row row,
            long changed,
            int trace,
            @Nullable Row left) {

        Write(ChangeEvent event, @Nullable Row row, long changed, int trace) {
            this(event, row, changed, trace, null);
        }

        /** Returns the write for an id that a row left, and that another row possibly has taken before. */
        static Write left(ChangeEvent event, int trace, Row row) {
            return new Write(event, null, ChangedFields.ALL, trace, row);
        }

        public static Write delete(ChangeEvent event, int trace) {
            return new Write(event, null, ChangedFields.ALL, trace);
        }

        public static Write full(ChangeEvent event, Row row, int trace) {
            return new Write(event, row, ChangedFields.ALL, trace);
        }

        /** Returns the same write, with the full document. */
        Write full() {
            return new Write(event, row, ChangedFields.ALL, trace);
        }

        /** Returns a write of the full document of that row, as it was read, for the same change. */
        public Write full(Row read) {
            return full(event, read, trace);
        }

        /** Returns a delete for the same change. */
        Write gone() {
            return delete(event, trace);
        }

        /** Returns whether the full document is written, not only fields of it. */
        boolean isFull() {
            return changed == ChangedFields.ALL;
        }
    }

    private final Map<TableId, List<CollectionWrites>> byTable = new LinkedHashMap<>();

    private final DeadLetters deadLetters;
    private final TraceBuffer traces;

    private Batch(DeadLetters deadLetters, TraceBuffer traces) {
        this.deadLetters = deadLetters;
        this.traces = traces;
    }

    /** Coalesces changes in their source order. */
    public static Batch of(
            List<ChangeEvent> events, Map<TableId, List<Target>> targets, DeadLetters deadLetters, TraceBuffer traces) {
        Batch batch = new Batch(deadLetters, traces);
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
                    .map(target -> new CollectionWrites(target, deadLetters, traces))
                    .toList();
            byTable.put(table, writes);
        }
        return writes;
    }

    /** Returns the writes of each collection; collections without writes are left out. */
    public List<CollectionWrites> writes() {
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
