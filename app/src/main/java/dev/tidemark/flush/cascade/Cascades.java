package dev.tidemark.flush.cascade;

import dev.tidemark.collection.Target;
import dev.tidemark.config.Config;
import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.data.Transaction;
import dev.tidemark.document.DocumentFilter;
import dev.tidemark.document.FilterTemplate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Rules by which deleted rows take documents of a collection with them ({@code deleteWhere}), and cut a batch. */
public final class Cascades {

    private record Rule(String collection, FilterTemplate filter, TableId referring) {}

    /** Documents to delete. */
    record Deletion(String collection, DocumentFilter filter) {}

    /** Changes, and what is to be deleted when all of them are durable and before any later one is sent. */
    public record Segment(List<ChangeEvent> events, Set<Deletion> deletions) {}

    private final Map<TableId, List<Rule>> rules = new HashMap<>();
    private final boolean silentCascades;

    /** @param silentCascades whether rows that a foreign key changes are not in the log */
    public Cascades(Collection<List<Target>> targets, boolean silentCascades) {
        this.silentCascades = silentCascades;
        for (List<Target> ofTable : targets) {
            for (Target target : ofTable) {
                Config.DeleteWhere where = target.config().deleteWhere();
                if (where != null) {
                    rules.computeIfAbsent(where.table(), table -> new ArrayList<>())
                            .add(new Rule(target.collection(), FilterTemplate.parse(where.filter()), target.table()));
                }
            }
        }
    }

    /**
     * Returns the changes in their order, cut after each deletion; deletions that follow one another are not cut apart.
     * Invariant 2: which documents a filter matches depends on what was written before it, so it is a barrier.
     */
    public List<Segment> segments(List<ChangeEvent> events) {
        if (rules.isEmpty()) {
            return List.of(new Segment(events, Set.of()));
        }
        List<Segment> segments = new ArrayList<>();
        Set<Deletion> deletions = new LinkedHashSet<>();
        List<Set<Deletion>> each = deletions(events);
        int from = 0;
        for (int i = 0; i < events.size(); i++) {
            Set<Deletion> of = each.get(i);
            if (of.isEmpty() && !deletions.isEmpty()) {
                segments.add(new Segment(events.subList(from, i), deletions));
                deletions = new LinkedHashSet<>();
                from = i;
            }
            deletions.addAll(of);
        }
        segments.add(new Segment(events.subList(from, events.size()), deletions));
        return segments;
    }

    /**
     * Returns what each of the changes deletes. A row that moves to another partition is a delete and an insert in one
     * transaction: it still exists. (If cascades are silent, REPLACE is logged that way, which does delete what refers to the
     * row.)
     */
    private List<Set<Deletion>> deletions(List<ChangeEvent> events) {
        List<Set<Deletion>> each = new ArrayList<>(Collections.nCopies(events.size(), Set.<Deletion>of()));
        Set<Deletion> thereAgain = new HashSet<>();
        @Nullable Transaction transaction = null;
        for (int i = events.size() - 1; i >= 0; i--) {
            ChangeEvent event = events.get(i);
            if (event.transaction() == null || !event.transaction().equals(transaction)) {
                transaction = event.transaction();
                thereAgain.clear();
            }
            Set<Deletion> of = deletions(event.change());
            if (!of.isEmpty()) {
                of.removeAll(thereAgain);
            }
            each.set(i, of);
            if (!silentCascades && event.transaction() != null && event.change() instanceof Change.Upsert upsert) {
                thereAgain.addAll(matched(upsert.table(), upsert.after()));
            }
        }
        return each;
    }

    /**
     * Returns the tables whose rows may have changed along with a row that they refer to (ON UPDATE CASCADE, SET NULL): documents
     * that the filter matched before the change hold its old value.
     */
    Set<TableId> referring(List<ChangeEvent> events) {
        Set<TableId> tables = new LinkedHashSet<>();
        if (!rules.isEmpty()) {
            for (ChangeEvent event : events) {
                if (event.change() instanceof Change.OfTable change) {
                    for (Rule rule : rules.getOrDefault(change.table(), List.of())) {
                        if (changesReference(rule, change)) {
                            tables.add(rule.referring());
                        }
                    }
                }
            }
        }
        return tables;
    }

    private static boolean changesReference(Rule rule, Change.OfTable change) {
        if (change instanceof Change.Upsert upsert) {
            Row before = upsert.before();
            return before != null
                    && before.schema() == upsert.after().schema()
                    && !Objects.equals(rule.filter.fill(before), rule.filter.fill(upsert.after()));
        }
        return change instanceof Change.Delete delete && delete.moved();
    }

    private Set<Deletion> deletions(Change change) {
        if (!(change instanceof Change.Delete delete) || delete.moved()) { // a row whose key changed still exists
            return Set.of();
        }
        return matched(delete.table(), delete.before());
    }

    private Set<Deletion> matched(TableId table, Row row) {
        Set<Deletion> deletions = new LinkedHashSet<>();
        for (Rule rule : rules.getOrDefault(table, List.of())) {
            DocumentFilter filter = rule.filter.fill(row);
            if (filter != null) {
                deletions.add(new Deletion(rule.collection, filter));
            }
        }
        return deletions;
    }
}
