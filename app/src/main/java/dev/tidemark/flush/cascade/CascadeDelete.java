package dev.tidemark.flush.cascade;

import dev.tidemark.document.DocumentFilter;
import dev.tidemark.document.DocumentFilter.ByValue;
import dev.tidemark.document.DocumentFilter.Exact;
import dev.tidemark.sink.FoundDocument;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.SinkException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Deletes the documents that deleted rows take with them: by the sink's filter if that selects exactly these, otherwise by
 * finding candidates, comparing their values here, and deleting those that match by id. Safe to repeat. Flush thread only.
 */
public final class CascadeDelete {

    /** Max number of ids that a pass keeps in memory (invariant 3); more take several passes. */
    private static final int PASS = 200_000;

    /** More searches than this cost more than one pass over the full collection. */
    private static final int MOST_SEARCHES = 20;

    private static final int SHOWN = 3;

    private final String collection;
    private final List<DocumentFilter> filters;
    private final int pass;

    private CascadeDelete(String collection, List<DocumentFilter> filters, int pass) {
        this.collection = collection;
        this.filters = filters;
        this.pass = pass;
    }

    /** Returns the deletes for these deletions; those that need values of the same fields are done together. */
    public static List<CascadeDelete> of(Collection<Cascades.Deletion> deletions) {
        return of(deletions, PASS);
    }

    static List<CascadeDelete> of(Collection<Cascades.Deletion> deletions, int pass) {
        Map<Object, CascadeDelete> groups = new LinkedHashMap<>();
        for (Cascades.Deletion deletion : deletions) {
            Object group = deletion.filter() instanceof ByValue byValue
                    ? List.of(deletion.collection(), byValue.fields())
                    : deletion;
            groups.computeIfAbsent(group, key -> new CascadeDelete(deletion.collection(), new ArrayList<>(), pass))
                    .filters
                    .add(deletion.filter());
        }
        return List.copyOf(groups.values());
    }

    public String collection() {
        return collection;
    }

    /** Returns a description of the documents, for a message. */
    public String words() {
        String shown = filters.stream().limit(SHOWN).map(Object::toString).collect(Collectors.joining(", "));
        return filters.size() > SHOWN ? shown + " and " + (filters.size() - SHOWN) + " more" : shown;
    }

    /** Returns how many documents were deleted; a repeated call counts those that were left. */
    public long run(Sink sink) throws SinkException, InterruptedException {
        List<ByValue> byValue = new ArrayList<>();
        boolean searchable = filters.size() <= MOST_SEARCHES;
        long deleted = 0;
        for (DocumentFilter filter : filters) {
            if (filter instanceof Exact exact) {
                deleted += sink.deleteBy(collection, exact.text());
            } else if (filter instanceof ByValue values) {
                byValue.add(values);
                searchable &= values.candidates() != null;
            }
        }
        if (byValue.isEmpty()) {
            return deleted;
        }
        List<String> fields = byValue.get(0).fields();
        if (!searchable) {
            return deleted + delete(sink, null, fields, any(byValue));
        }
        for (ByValue values : byValue) {
            deleted += delete(sink, values.candidates(), fields, values::matches);
        }
        return deleted;
    }

    /** Returns a predicate whether any of them matches a document; candidates are found by the first of their values. */
    private static Predicate<FoundDocument> any(List<ByValue> all) {
        String field = all.get(0).conditions().get(0).field();
        Map<String, List<ByValue>> byFirst = new HashMap<>();
        for (ByValue values : all) {
            byFirst.computeIfAbsent(values.conditions().get(0).value(), value -> new ArrayList<>())
                    .add(values);
        }
        return found -> found.of(field).stream()
                .flatMap(value -> byFirst.getOrDefault(value, List.of()).stream())
                .anyMatch(values -> values.matches(found));
    }

    private long delete(Sink sink, @Nullable String candidates, List<String> fields, Predicate<FoundDocument> meant)
            throws SinkException, InterruptedException {
        long deleted = 0;
        boolean more = true;
        while (more) {
            List<String> ids = new ArrayList<>();
            sink.exportFields(collection, candidates, fields, found -> {
                if (ids.size() < pass && meant.test(found)) {
                    ids.add(found.id());
                }
            });
            if (!ids.isEmpty()) {
                sink.delete(collection, ids);
            }
            deleted += ids.size();
            more = ids.size() == pass;
        }
        return deleted;
    }
}
