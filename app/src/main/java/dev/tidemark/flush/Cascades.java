package dev.tidemark.flush;

import dev.tidemark.config.Config;
import dev.tidemark.connector.Change;
import dev.tidemark.connector.ChangeEvent;
import dev.tidemark.connector.TableId;
import dev.tidemark.document.DocumentFilter;
import dev.tidemark.document.FilterTemplate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which deleted rows take documents of a collection with them ({@code deleteWhere}), and where that cuts a batch. */
final class Cascades {

    private record Rule(String collection, FilterTemplate filter) {}

    /** Documents to delete. */
    record Deletion(String collection, DocumentFilter filter) {}

    /** Changes, and what is to be deleted when all of them are durable and before any later one is sent. */
    record Segment(List<ChangeEvent> events, Set<Deletion> deletions) {}

    private final Map<TableId, List<Rule>> rules = new HashMap<>();

    Cascades(Collection<List<Target>> targets) {
        for (List<Target> ofTable : targets) {
            for (Target target : ofTable) {
                Config.DeleteWhere where = target.config().deleteWhere();
                if (where != null) {
                    rules.computeIfAbsent(where.table(), table -> new ArrayList<>())
                            .add(new Rule(target.collection(), FilterTemplate.parse(where.filter())));
                }
            }
        }
    }

    /**
     * Invariant 2: which documents a filter matches depends on what was written before it, so it is a barrier. The changes in
     * their order, cut after each deletion; deletions that follow one another are not cut apart.
     */
    List<Segment> segments(List<ChangeEvent> events) {
        if (rules.isEmpty()) {
            return List.of(new Segment(events, Set.of()));
        }
        List<Segment> segments = new ArrayList<>();
        Set<Deletion> deletions = new LinkedHashSet<>();
        int from = 0;
        for (int i = 0; i < events.size(); i++) {
            Set<Deletion> of = deletions(events.get(i).change());
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

    private Set<Deletion> deletions(Change change) {
        if (!(change instanceof Change.Delete delete)) {
            return Set.of();
        }
        Set<Deletion> deletions = new LinkedHashSet<>();
        for (Rule rule : rules.getOrDefault(delete.table(), List.of())) {
            DocumentFilter filter = rule.filter.fill(delete.before());
            if (filter != null) {
                deletions.add(new Deletion(rule.collection, filter));
            }
        }
        return deletions;
    }
}
