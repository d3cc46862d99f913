package dev.tidemark.admin;

import dev.tidemark.collection.DynamicCollections;
import dev.tidemark.collection.Target;
import dev.tidemark.collection.Targets;
import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.document.ColumnProjection;
import dev.tidemark.queue.ChangeQueue;
import dev.tidemark.trace.Operation;
import dev.tidemark.trace.Outcome;
import dev.tidemark.trace.TraceBuffer;
import dev.tidemark.trace.TraceEntry;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reports the outcome of a row's last changes: from the trace buffer, and from the queue for those that still wait. Any thread.
 */
public final class RowTraces {

    private final Targets targets;
    private final ChangeQueue queue;
    private final Supplier<List<ChangeEvent>> inFlight;
    private final TraceBuffer traces;

    /** Documents that are formed from the table's rows: their collection, and how their ids are formed. */
    private record Made(String collection, String idPrefix, boolean computedId, List<String> key) {

        private static Made of(Target target) {
            return new Made(
                    target.collection(),
                    target.config().idPrefix(),
                    target.config().hasComputedId(),
                    target.key());
        }

        private static Made of(DynamicCollections family) {
            return new Made(
                    family.config().collection(),
                    family.config().idPrefix(),
                    family.config().hasComputedId(),
                    family.tableInfo().key());
        }
    }

    /**
     * Trace of one row.
     *
     * @param held changes of batches, as the trace buffer contains them
     * @param waiting changes that were received and are not in the buffer yet
     */
    public record Trace(TraceBuffer.Held held, List<TraceEntry> waiting) {}

    /** @param inFlight the changes of the batch that is being written */
    public RowTraces(Targets targets, ChangeQueue queue, Supplier<List<ChangeEvent>> inFlight, TraceBuffer traces) {
        this.targets = targets;
        this.queue = queue;
        this.inFlight = inFlight;
        this.traces = traces;
    }

    /** Returns the tables whose rows documents are formed from. */
    public Set<TableId> tables() {
        Set<TableId> tables = new LinkedHashSet<>();
        targets.tables().forEach(table -> tables.add(table.schema().table()));
        return tables;
    }

    /** Returns the names of the collections that documents are written to. */
    public Set<String> collections() {
        return targets.all().stream().map(Target::collection).collect(Collectors.toSet());
    }

    /**
     * Searches for the changes of a row.
     *
     * @param key the row's key or its document's id, as text
     * @param limit max number of the newest changes in batches, and of the oldest that wait
     */
    public Trace of(TableId table, String key, int limit) {
        List<Made> documents = Stream.concat(
                        targets.named().stream()
                                .filter(target -> target.table().equals(table))
                                .map(Made::of),
                        targets.families().stream()
                                .filter(family -> family.table().equals(table))
                                .map(Made::of))
                .toList();
        // In the direction of the flow: what moves on meanwhile is seen twice rather than not at all.
        List<ChangeEvent> received = new ArrayList<>(queue.waiting());
        List<ChangeEvent> taken = inFlight.get();
        TraceBuffer.Held held = traces.find(table, wanted(documents, key), limit);
        List<TraceEntry> waiting = new ArrayList<>();
        for (Made made : documents) {
            ColumnProjection columns = new ColumnProjection(made.key());
            add(taken, Outcome.WRITING, table, key, made, columns, waiting);
            add(received, Outcome.QUEUED, table, key, made, columns, waiting);
        }
        waiting.removeIf(entry -> held.entries().stream().anyMatch(known -> isSame(known, entry)));
        List<TraceEntry> distinct = waiting.stream().limit(limit).toList();
        return new Trace(held, distinct);
    }

    private static Predicate<String> wanted(List<Made> documents, String key) {
        Set<String> ids = new LinkedHashSet<>();
        ids.add(key);
        documents.stream().filter(made -> !made.computedId()).forEach(made -> ids.add(made.idPrefix() + key));
        return ids::contains;
    }

    private static boolean isSame(TraceEntry one, TraceEntry other) {
        return one.position() == other.position()
                && one.operation() == other.operation()
                && one.receivedMillis() == other.receivedMillis();
    }

    private static void add(
            List<ChangeEvent> events,
            Outcome outcome,
            TableId table,
            String key,
            Made made,
            ColumnProjection columns,
            List<TraceEntry> found) {
        for (ChangeEvent event : events) {
            if (event.change() instanceof Change.OfTable change
                    && change.table().equals(table)) {
                String text = keyOf(change, columns);
                String id = text == null || made.computedId() ? null : made.idPrefix() + text;
                if (change instanceof Change.Truncate || key.equals(text) || key.equals(id)) {
                    found.add(waiting(event, change, made, id, outcome));
                }
            }
        }
    }

    private static @Nullable String keyOf(Change.OfTable change, ColumnProjection columns) {
        Row row = null;
        if (change instanceof Change.Upsert upsert) {
            row = upsert.after();
        } else if (change instanceof Change.Delete delete) {
            row = delete.before();
        }
        return row == null ? null : columns.id(row);
    }

    private static TraceEntry waiting(
            ChangeEvent event, Change.OfTable change, Made made, @Nullable String id, Outcome outcome) {
        return new TraceEntry(
                change.table(),
                made.collection(),
                id,
                null,
                Operation.of(change),
                null,
                event.position(),
                event.commitMillis(),
                event.receivedMillis(),
                0,
                0,
                0,
                outcome,
                null);
    }
}
