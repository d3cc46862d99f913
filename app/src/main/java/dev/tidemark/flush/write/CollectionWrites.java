package dev.tidemark.flush.write;

import dev.tidemark.collection.Target;
import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.deadletter.DeadLetters;
import dev.tidemark.document.ChangedFields;
import dev.tidemark.flush.write.Batch.Write;
import dev.tidemark.trace.Outcome;
import dev.tidemark.trace.TraceBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes of one collection in one flush: its changes, coalesced as they come. One thread. Upholds invariant 2. */
public final class CollectionWrites {

    /**
     * Two rows that have one id: the write of one, and the row that replaced it.
     *
     * @param lost what is not written
     */
    record Collision(String id, Write lost, Row winner) {}

    private final Target target;
    private final @Nullable DeadLetters pendingDeadLetters;
    private final DocumentTrace trace;
    private final Map<String, Write> byId = new LinkedHashMap<>();
    private final List<Write> withoutId = new ArrayList<>();
    private final Visibility visibility = new Visibility();
    private final List<Collision> collisions = new ArrayList<>();
    private final Set<String> goneWithoutId = new HashSet<>();
    private boolean truncate;
    private int changes;
    private int skipped;
    private boolean dropped;
    private boolean held;
    private int truncateTrace;
    private @Nullable RowSchema lastSchema;
    private boolean lastIsWrittenAs;

    public CollectionWrites(Target target, DeadLetters deadLetters, TraceBuffer traces) {
        this.target = target;
        this.trace = new DocumentTrace(target, traces);
        this.pendingDeadLetters = deadLetters.hasPending(target.collection()) ? deadLetters : null;
    }

    /**
     * Creates the writes from ones that were coalesced elsewhere, without a truncate.
     *
     * @param coalesced the number of their changes that later ones replaced
     */
    public CollectionWrites(DocumentTrace trace, Map<String, Write> byId, List<Write> withoutId, int coalesced) {
        this.target = trace.target();
        this.trace = trace;
        this.pendingDeadLetters = null;
        this.byId.putAll(byId);
        this.withoutId.addAll(withoutId);
        this.changes = byId.size() + withoutId.size() + coalesced;
    }

    public Target target() {
        return target;
    }

    DocumentTrace trace() {
        return trace;
    }

    public Map<String, Write> byId() {
        return byId;
    }

    /** Returns the changes that do not identify a document: a key column is NULL or empty, or was not sent. */
    List<Write> withoutId() {
        return withoutId;
    }

    /** Returns the transactions of the changes; none if they were coalesced elsewhere. */
    Visibility visibility() {
        return visibility;
    }

    /** Returns the keys of deleted rows that yielded no id; only if an expression yields the ids. */
    Set<String> goneWithoutId() {
        return goneWithoutId;
    }

    /** Returns the writes of rows whose id another row has, too. */
    List<Collision> collisions() {
        return collisions;
    }

    public boolean truncate() {
        return truncate;
    }

    /** Returns whether it is to be emptied because the table does not exist any more. */
    public boolean dropped() {
        return dropped;
    }

    /** Returns whether the rows from before were deleted, and the delete of their documents waits for an approval. */
    public boolean isTruncateHeld() {
        return held;
    }

    /** Records that the collection is not emptied: that waits for an approval. */
    public void truncateHeld() {
        truncate = false;
        held = true;
        trace.note(truncateTrace, "it waits for an approval");
        trace.end(truncateTrace, Outcome.LEFT_OUT);
    }

    /** Records that all documents are deleted. */
    void truncated() {
        trace.end(truncateTrace, Outcome.TRUNCATED);
    }

    /** Returns the number of changes that a later one replaced. */
    int coalesced() {
        return changes - byId.size() - withoutId.size();
    }

    /** Returns the number of updates that changed no field of their document. */
    int skipped() {
        return skipped;
    }

    public boolean isEmpty() {
        return !truncate && byId.isEmpty() && withoutId.isEmpty() && goneWithoutId.isEmpty() && skipped == 0;
    }

    public void add(ChangeEvent event, Change.OfTable change) {
        visibility.add(event);
        if (change instanceof Change.Upsert upsert) {
            upsert(event, upsert);
        } else if (change instanceof Change.Delete delete) {
            isWrittenAs(delete.before().schema());
            delete(event, delete.before());
        } else if (change instanceof Change.Truncate of) {
            truncate(event, of.dropped());
        }
    }

    /** Records that the collection is to be emptied before these are written. */
    public void emptyFirst(ChangeEvent event, boolean tableDropped) {
        truncate = true;
        dropped = tableDropped;
        truncateTrace = trace.beginTable(event);
    }

    private void truncate(ChangeEvent event, boolean tableDropped) {
        byId.values().forEach(trace::replaced);
        withoutId.forEach(trace::replaced);
        collisions.forEach(collision -> trace.replaced(collision.lost()));
        byId.clear();
        withoutId.clear();
        collisions.clear();
        changes = 0;
        if (truncate) {
            trace.end(truncateTrace, Outcome.REPLACED);
        }
        emptyFirst(event, tableDropped);
    }

    private void delete(ChangeEvent event, Row keyed) {
        String id = target.ids(keyed.schema()).of(keyed);
        if (id == null) {
            changes++;
            withoutId.add(Write.delete(event, trace.begin(event, null, keyed)));
        } else if (id.isEmpty()) { // such a row never became a document: nothing to delete
            if (target.config().hasComputedId()) {
                goneWithoutId.add(target.keyText(keyed));
                trace.end(trace.begin(event, null, keyed), Outcome.LEFT_OUT);
            }
        } else if (isOwned(id, keyed)) {
            put(id, gone(event, trace.begin(event, id, keyed), keyed));
        }
    }

    private void upsert(ChangeEvent event, Change.Upsert upsert) {
        Row before = beforeOf(upsert);
        Row after = before == null ? upsert.after() : upsert.after().filledFrom(before);
        boolean uniform = isWrittenAs(after.schema());
        String id = target.ids(after.schema()).of(after);
        boolean moved = deleteOld(event, upsert.before(), after, id);
        if (id == null || id.isEmpty()) {
            changes++;
            withoutId.add(Write.full(event, after, trace.begin(event, null, after)));
            if (!goneWithoutId.isEmpty()) {
                goneWithoutId.remove(target.keyText(after));
            }
            return;
        }
        boolean part = uniform && !moved && upsert.cause() == Change.Upsert.Cause.UPDATE && !isStale(id);
        long changed = part ? target.mapper().changed(before, after) : ChangedFields.ALL;
        Write earlier = byId.get(id);
        int begun = trace.begin(event, id, after);
        if (earlier != null) {
            unite(earlier, id, new Write(event, after, changed, begun), after);
        } else if (changed == ChangedFields.NONE) {
            skip(begun);
        } else {
            put(id, new Write(event, after, changed, begun));
        }
    }

    /**
     * Combines a write with one of the same document that waits already. Two parts are sent as one, with the values of the last
     * row. The full document is sent if either is a full document, or if the earlier one deletes it or is of another schema,
     * whose fields have other bits.
     */
    private void unite(Write earlier, String id, Write later, Row after) {
        Row known = earlier.row();
        if (known != null && !isOwned(id, after)) {
            collisions.add(new Collision(id, earlier, after));
            byId.put(id, later.full()); // the other is not replaced: it is rejected
            changes++;
        } else if (known == null || known.schema() != after.schema()) {
            put(id, later.full());
        } else if (later.changed() == ChangedFields.NONE) {
            skip(later.trace());
        } else {
            Row filled = after.filledFrom(known);
            put(id, new Write(later.event(), filled, earlier.changed() | later.changed(), later.trace()));
        }
    }

    private void skip(int begun) {
        skipped++;
        trace.end(begun, Outcome.UNCHANGED);
    }

    /** Returns the row before the update, as far as the update contains it; null if it has another schema. */
    private static @Nullable Row beforeOf(Change.Upsert upsert) {
        Row before = upsert.before();
        return before != null && before.schema() == upsert.after().schema() ? before : null;
    }

    /**
     * Deletes the document of the old id if an update changed the id. (A changed primary key comes as delete and insert.)
     *
     * @return whether the id changed
     */
    private boolean deleteOld(ChangeEvent event, @Nullable Row before, Row after, @Nullable String id) {
        if (before == null
                || (before.schema() == after.schema()
                        && target.ids(after.schema()).same(before, after))) {
            return false;
        }
        String old = target.ids(before.schema()).of(before);
        if (old == null || old.equals(id)) {
            return false;
        }
        if (!old.isEmpty() && isOwned(old, before)) {
            Write waiting = byId.remove(old); // its place in the order, too
            if (waiting != null) {
                trace.replaced(waiting);
            }
            int begun = trace.begin(event, old, before);
            trace.note(begun, "the row has another id now");
            put(old, gone(event, begun, before));
        }
        return true;
    }

    /**
     * Returns whether the write that waits under the id, if any, is of the same row. An expression may give two rows one id,
     * and a row may get the id that another has not left yet.
     */
    private boolean isOwned(String id, Row row) {
        Write waiting = byId.get(id);
        Row other = waiting == null ? null : waiting.row();
        return other == null
                || other.schema() != row.schema()
                || target.ids(row.schema()).mayBeOneRow(other, row);
    }

    /**
     * Returns the write for an id that the row left. For a deferrable key the log does not show which of the rows that shared it
     * in the middle of a transaction left it.
     */
    private Write gone(ChangeEvent event, int begun, Row row) {
        return target.tableInfo().deferrable() ? Write.left(event, begun, row) : Write.delete(event, begun);
    }

    private void put(String id, Write write) {
        changes++;
        Write earlier = byId.put(id, write);
        if (earlier != null) {
            trace.replaced(earlier);
        }
    }

    /**
     * Returns whether the document has a pending dead letter. Invariant 4: it lacks what was rejected; only a full document
     * corrects that.
     */
    private boolean isStale(String id) {
        return pendingDeadLetters != null && pendingDeadLetters.isPending(target.collection(), id);
    }

    private boolean isWrittenAs(RowSchema schema) {
        if (schema != lastSchema) {
            lastSchema = schema;
            lastIsWrittenAs = target.isWrittenAs(schema);
        }
        return lastIsWrittenAs;
    }
}
