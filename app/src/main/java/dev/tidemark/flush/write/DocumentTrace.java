package dev.tidemark.flush.write;

import dev.tidemark.collection.Target;
import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.document.ColumnProjection;
import dev.tidemark.trace.Operation;
import dev.tidemark.trace.Outcome;
import dev.tidemark.trace.TraceBuffer;
import org.jspecify.annotations.Nullable;

/** Records in the trace buffer what a flush does to one collection's documents. Begun by one thread; ended by any. */
public final class DocumentTrace {

    private final Target target;
    private final TraceBuffer traces;
    /** Key of the row, if an expression yields the ids: such ids do not identify the row; null otherwise. */
    private final @Nullable ColumnProjection key;

    public DocumentTrace(Target target, TraceBuffer traces) {
        this.target = target;
        this.traces = traces;
        this.key = target.config().hasComputedId() ? new ColumnProjection(target.key()) : null;
    }

    Target target() {
        return target;
    }

    /** Begins the entry of a change of the target's own table. Returns the ticket. */
    public int begin(ChangeEvent event, @Nullable String id, Row row) {
        Operation operation = event.change() instanceof Change.OfTable change ? Operation.of(change) : Operation.REPLAY;
        return begin(event, id, key == null ? null : key.id(row), operation, null);
    }

    /** Begins the entry of a change of the full table. */
    int beginTable(ChangeEvent event) {
        return begin(event, null, null, Operation.TRUNCATE, null);
    }

    /**
     * Begins the entry of a change.
     *
     * @param cause the table that changed, if that is another one
     */
    public int begin(
            ChangeEvent event,
            @Nullable String id,
            @Nullable String keyText,
            Operation operation,
            @Nullable TableId cause) {
        return traces.begin(target.table(), target.collection(), id, keyText, operation, cause, event);
    }

    void replaced(Batch.Write write) {
        end(write.trace(), Outcome.REPLACED);
    }

    public void end(int ticket, Outcome outcome) {
        traces.end(ticket, outcome);
    }

    void rejected(Batch.Write write, String error) {
        end(write.trace(), Outcome.DEAD_LETTER);
        note(write.trace(), error);
    }

    void note(int ticket, String note) {
        traces.note(ticket, note);
    }
}
