package dev.tidemark.flush.routing;

import dev.tidemark.collection.DynamicCollections;
import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.Row;
import dev.tidemark.deadletter.DeadLetter;
import dev.tidemark.deadletter.DeadLetters;
import dev.tidemark.deadletter.DeadLettersFullException;
import dev.tidemark.document.DocumentMapper;
import dev.tidemark.flush.write.FlushReport;
import dev.tidemark.trace.Operation;
import dev.tidemark.trace.Outcome;
import dev.tidemark.trace.TraceBuffer;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rows of one batch that have no collection although they should: the last that is known of each. They go to the dead letters
 * under the name that stands for no collection, and leave them when their row has a collection again or was deleted.
 */
public final class UnroutedRows {

    private final DynamicCollections family;
    private final Map<String, DeadLetter> entries = new LinkedHashMap<>();
    private final Set<String> placed = new LinkedHashSet<>();
    private final TraceBuffer traces;
    private final boolean pending;
    private boolean truncated;
    private long leftOut;

    UnroutedRows(DynamicCollections family, DeadLetters deadLetters, TraceBuffer traces) {
        this.family = family;
        this.traces = traces;
        this.pending = deadLetters.hasPending(family.config().collection());
    }

    /** Adds a row without a collection. */
    void add(ChangeEvent event, Row row, String reason) {
        String id = id(row);
        placed.remove(id);
        int begun = begin(event, id);
        traces.end(begun, Outcome.DEAD_LETTER);
        traces.note(begun, reason);
        entries.put(
                id,
                new DeadLetter(
                        family.config().collection(),
                        id,
                        family.table().toString(),
                        id,
                        "upsert",
                        DocumentMapper.describe(row),
                        reason,
                        1,
                        event.position(),
                        Instant.ofEpochMilli(event.commitMillis()),
                        Instant.now()));
    }

    /** Records that this row has a collection, or was deleted, or need not have a collection. */
    void placed(Row row) {
        if (!pending && entries.isEmpty()) {
            return;
        }
        String id = id(row);
        entries.remove(id);
        placed.add(id);
    }

    /** Counts a row that is not a document, by its configuration, of a collection that nothing was written to. */
    void leftOut(ChangeEvent event, Row row) {
        placed(row);
        traces.end(begin(event, id(row)), Outcome.LEFT_OUT);
        leftOut++;
    }

    private int begin(ChangeEvent event, String id) {
        Operation operation = event.change() instanceof Change.OfTable change ? Operation.of(change) : Operation.REPLAY;
        return traces.begin(family.table(), family.config().collection(), id, null, operation, null, event);
    }

    void truncate() {
        entries.clear();
        placed.clear();
        truncated = true;
    }

    /** Returns the document's id; empty if there is none. */
    private String id(Row row) {
        @Nullable String id = family.mapper().ids(row.schema()).of(row);
        return id == null ? "" : id;
    }

    List<DeadLetter> entries() {
        return List.copyOf(entries.values());
    }

    /** Records all of it; durable when this returns, and safe to repeat before it has. */
    public void resolve(DeadLetters deadLetters, FlushReport report) throws IOException, DeadLettersFullException {
        String none = family.config().collection();
        if (truncated) {
            deadLetters.resolveAll(none);
        }
        if (!entries.isEmpty()) {
            report.rejected(none, deadLetters.append(entries()), entries());
        }
        if (deadLetters.hasPending(none)) {
            deadLetters.resolve(none, placed);
        }
        report.pending(none);
        report.leftOut(family.table(), leftOut);
        leftOut = 0;
    }
}
