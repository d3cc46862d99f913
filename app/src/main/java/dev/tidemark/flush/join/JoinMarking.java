package dev.tidemark.flush.join;

import dev.tidemark.collection.JoinedTarget;
import dev.tidemark.connector.Join;
import dev.tidemark.connector.Join.Dependency;
import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.Row;
import dev.tidemark.document.ColumnProjection;
import dev.tidemark.flush.join.PendingJoins.Mark;
import dev.tidemark.flush.write.Batch.Write;
import dev.tidemark.trace.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Marks the joined documents of one collection that a change of any table concerns. Flush thread only. */
final class JoinMarking {

    private final Join join;
    private final PendingJoins pendingJoins;
    private final ColumnProjection key;
    private final List<ColumnProjection> projections = new ArrayList<>();

    JoinMarking(JoinedTarget joined, PendingJoins pendingJoins) {
        this.join = joined.join();
        this.pendingJoins = pendingJoins;
        this.key = new ColumnProjection(joined.target().key());
        for (Dependency dependency : join.dependencies()) {
            projections.add(new ColumnProjection(dependency.columns()));
        }
    }

    /** Adds what the change concerns to the pending joins. A table may be the root and a dependency. */
    void mark(long batch, ChangeEvent event, Change.OfTable change) {
        Mark mark = Mark.of(batch, change.table(), event);
        if (change.table().equals(join.root())) {
            root(mark, event, change);
        }
        for (int i = 0; i < projections.size(); i++) {
            if (join.dependencies().get(i).table().equals(change.table())) {
                dependency(i, mark, change);
            }
        }
    }

    private void root(Mark mark, ChangeEvent event, Change.OfTable change) {
        if (change instanceof Change.Truncate truncate) {
            pendingJoins.truncate(mark, truncate.dropped());
        } else if (change instanceof Change.Delete delete) {
            want(event, delete.before(), null, mark);
        } else if (change instanceof Change.Upsert upsert) {
            Row before = upsert.before();
            String id = want(event, upsert.after(), upsert.after(), mark);
            String old = before == null ? null : key.id(before);
            if (old != null && !old.isEmpty() && !old.equals(id)) {
                pendingJoins.root(old, true, mark);
            }
        }
    }

    /** @param now the row, or null if it was deleted; returns the document's id */
    private @Nullable String want(ChangeEvent event, Row keyed, @Nullable Row now, Mark mark) {
        String id = key.id(keyed);
        if (id != null && !id.isEmpty()) {
            pendingJoins.trace().end(pendingJoins.trace().begin(event, id, keyed), Outcome.MARKED);
            pendingJoins.root(id, now == null, mark);
        } else if (id == null || now != null) { // one with an empty id never became a document
            int begun = pendingJoins.trace().begin(event, null, keyed);
            pendingJoins.withoutId(now == null ? Write.delete(event, begun) : Write.full(event, now, begun), mark);
        }
        return id;
    }

    /** Marks what a change of the dependency concerns. */
    private void dependency(int index, Mark mark, Change.OfTable change) {
        if (change instanceof Change.Delete delete) {
            concern(index, mark, delete.before(), delete.before());
        } else if (change instanceof Change.Upsert upsert) {
            Row before = upsert.before();
            concern(index, mark, upsert.after(), before == null ? upsert.after() : before);
            if (before != null) {
                concern(index, mark, before, upsert.after());
            }
        } else if (change instanceof Change.Truncate) {
            pendingJoins.everything(mark);
        }
    }

    /**
     * Marks what a row of the dependency concerns, as it was or is. Values of it that were not sent did not change, so the other
     * side contains them.
     */
    private void concern(int index, Mark mark, Row row, Row other) {
        Row known = row.schema() == other.schema() ? row.filledFrom(other) : row;
        List<@Nullable Object> values = projections.get(index).values(known);
        if (values == null) {
            pendingJoins.everything(
                    mark); // the source sends fewer columns than at the start: all documents may be concerned
        } else if (join.dependencies().get(index).select() != null) {
            pendingJoins.row(index, values, mark);
        } else {
            String id = projections.get(index).id(known);
            if (id != null && !id.isEmpty()) {
                pendingJoins.document(id, mark);
            }
        }
    }
}
