package dev.tidemark.flush.routing;

import dev.tidemark.collection.DynamicCollections;
import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.Row;
import dev.tidemark.deadletter.DeadLetters;
import dev.tidemark.document.DocumentMapper.Verdict;
import dev.tidemark.document.Placement;
import dev.tidemark.document.value.ValueRejectedException;
import dev.tidemark.flush.write.CollectionWrites;
import dev.tidemark.trace.TraceBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The changes of a batch, by the collection that an expression puts their rows into. A row that moves is deleted in its old
 * collection and inserted in its new one, so for each collection and id the order stays that of the source (invariant 2). Flush
 * thread only.
 */
final class RoutedChanges {

    /** Effect of a change on one collection. */
    private record Routed(ChangeEvent event, Change.OfTable change) {}

    private final DynamicCollections family;
    private final UnroutedRows strays;
    private final Map<String, List<Routed>> byCollection = new LinkedHashMap<>();
    private boolean empty = true;

    private RoutedChanges(DynamicCollections family, DeadLetters deadLetters, TraceBuffer traces) {
        this.family = family;
        this.strays = new UnroutedRows(family, deadLetters, traces);
    }

    static RoutedChanges of(
            List<ChangeEvent> events, DynamicCollections family, DeadLetters deadLetters, TraceBuffer traces) {
        RoutedChanges routed = new RoutedChanges(family, deadLetters, traces);
        for (ChangeEvent event : events) {
            if (event.change() instanceof Change.OfTable change
                    && change.table().equals(family.table())) {
                routed.empty = false;
                routed.add(event, change);
            }
        }
        return routed;
    }

    boolean isEmpty() {
        return empty;
    }

    UnroutedRows strays() {
        return strays;
    }

    /** Returns the collections that rows belong to and that are not members of the family yet. */
    List<String> unknown() {
        return byCollection.keySet().stream()
                .filter(name -> family.member(name).isEmpty())
                .toList();
    }

    /** Rejects the rows of a collection that no row can be written to, with the reason. */
    void reject(String collection, String reason) {
        Map<String, Routed> last = new LinkedHashMap<>();
        for (Routed routed : Objects.requireNonNull(byCollection.remove(collection))) {
            Row row = rowOf(routed.change());
            last.put(String.valueOf(family.mapper().ids(row.schema()).of(row)), routed);
        }
        for (Routed routed : last.values()) {
            if (routed.change() instanceof Change.Upsert upsert) { // else it moved elsewhere, or was deleted
                strays.add(routed.event(), upsert.after(), reason);
            }
        }
    }

    private static Row rowOf(Change.OfTable change) {
        return change instanceof Change.Upsert upsert ? upsert.after() : ((Change.Delete) change).before();
    }

    /** Returns the writes of each collection; all of them are members of the family. */
    List<CollectionWrites> writes(DeadLetters deadLetters, TraceBuffer traces) {
        List<CollectionWrites> all = new ArrayList<>();
        byCollection.forEach((name, changes) -> {
            CollectionWrites writes = new CollectionWrites(family.member(name).orElseThrow(), deadLetters, traces);
            changes.forEach(routed -> writes.add(routed.event(), routed.change()));
            if (!writes.isEmpty()) {
                all.add(writes);
            }
        });
        return all;
    }

    private void add(ChangeEvent event, Change.OfTable change) {
        if (change instanceof Change.Upsert upsert) {
            upsert(event, upsert);
        } else if (change instanceof Change.Delete delete) {
            leave(event, delete.before(), family.placements().of(delete.before()));
            strays.placed(delete.before());
        } else {
            truncate(event, change);
        }
    }

    /** Empties every collection; one that nothing was written to before this batch is not even created. */
    private void truncate(ChangeEvent event, Change.OfTable change) {
        byCollection.clear();
        family.members().forEach(member -> to(member.collection(), event, change));
        strays.truncate();
    }

    private void upsert(ChangeEvent event, Change.Upsert upsert) {
        Row before = upsert.before();
        Row after = before == null || before.schema() != upsert.after().schema()
                ? upsert.after()
                : upsert.after().filledFrom(before);
        Placement now = family.placements().of(after);
        Placement old = before == null || family.placements().same(before, after)
                ? now
                : family.placements().of(before);
        if (before != null) {
            discardOld(before, after);
        }
        if (now instanceof Placement.In in) {
            arrive(event, upsert, after, in, old);
        } else if (now instanceof Placement.Nowhere nowhere) {
            if (before != null) {
                leave(event, before, old);
            }
            stray(event, after, nowhere.reason());
        } else if (now instanceof Placement.Unknown unknown) {
            stray(event, after, unknown.reason()); // its document stays as it was: its collection is unknown
        }
    }

    private void arrive(ChangeEvent event, Change.Upsert upsert, Row after, Placement.In now, Placement old) {
        Row before = upsert.before();
        boolean moved = false;
        if (before != null && !now.equals(old)) {
            leave(event, before, old);
            moved = true;
        }
        if (isKnown(now.collection()) || isWanted(after)) {
            // A row that moved has no document there yet: it is written in full.
            to(now.collection(), event, moved ? new Change.Upsert(null, after, Change.Upsert.Cause.INSERT) : upsert);
            strays.placed(after);
        } else {
            strays.leftOut(event, after);
        }
    }

    /** Discards what waits under the old id if an update changed the id. */
    private void discardOld(Row before, Row after) {
        String old = family.mapper().ids(before.schema()).of(before);
        if (old != null && !old.equals(family.mapper().ids(after.schema()).of(after))) {
            strays.placed(before);
        }
    }

    /** Deletes the row from its old collection. If that is not known, it is deleted in all collections. */
    private void leave(ChangeEvent event, Row before, Placement old) {
        Change.Delete delete = new Change.Delete(before);
        if (old instanceof Placement.In in) {
            if (isKnown(in.collection())) { // else nothing of this table was ever written there
                to(in.collection(), event, delete);
            }
        } else if (old instanceof Placement.Unknown) {
            family.members().forEach(member -> to(member.collection(), event, delete));
        }
    }

    private void stray(ChangeEvent event, Row row, String reason) {
        if (isWanted(row)) {
            strays.add(event, row, reason);
        } else {
            strays.leftOut(event, row);
        }
    }

    private boolean isWanted(Row row) {
        try {
            return family.mapper().verdict(row) != Verdict.LEFT_OUT;
        } catch (ValueRejectedException e) {
            return true; // reported when it is written
        }
    }

    private boolean isKnown(String collection) {
        return byCollection.containsKey(collection) || family.member(collection).isPresent();
    }

    private void to(String collection, ChangeEvent event, Change.OfTable change) {
        byCollection.computeIfAbsent(collection, name -> new ArrayList<>()).add(new Routed(event, change));
    }
}
