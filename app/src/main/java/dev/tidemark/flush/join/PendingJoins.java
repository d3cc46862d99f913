package dev.tidemark.flush.join;

import dev.tidemark.collection.JoinedTarget;
import dev.tidemark.collection.Target;
import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.document.ColumnProjection;
import dev.tidemark.flush.write.Batch.Write;
import dev.tidemark.flush.write.CollectionWrites;
import dev.tidemark.flush.write.DocumentTrace;
import dev.tidemark.trace.Operation;
import dev.tidemark.trace.TraceBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Pending work of one collection of joined documents: documents that changes mark, and rows of dependencies, for which the
 * documents that they concern are to be found first. Each is kept once, with the oldest batch that marked it: what is read later
 * serves every change before. Flush thread only.
 *
 * <p>Invariant 3: the documents that rows concern are found a part at a time, however many they are.
 */
public final class PendingJoins {

    /** Documents read by one statement. */
    static final int PAGE = 500;

    /** Documents found by one statement. */
    public static final int MOST_FOUND = 10_000;

    /** Rows of a dependency for which one statement finds documents. */
    private static final int ROWS = 100;

    /** The index that stands for the root itself in a search: all of its rows are searched. */
    private static final int ALL = -1;

    /**
     * A change that marks documents.
     *
     * @param batch the number of its batch
     * @param table the table that changed
     * @param event its position in the source, without its rows
     */
    public record Mark(long batch, TableId table, ChangeEvent event) {

        public static Mark of(long batch, TableId table, ChangeEvent event) {
            ChangeEvent place = new ChangeEvent(
                    new Change.Heartbeat(),
                    event.position(),
                    event.commitMillis(),
                    null,
                    0,
                    null,
                    event.receivedMillis());
            return new Mark(batch, table, place);
        }
    }

    /** Documents are being found for these rows; after the first statement there is a last id to continue from. */
    private record Search(int dependency, List<List<@Nullable Object>> values, Mark mark, String @Nullable [] after) {}

    private final JoinedTarget joined;
    private final DocumentTrace trace;
    private final ColumnProjection foundKey;
    // Each of these is in the order of batches, so its first is its oldest.
    private final List<Map<List<@Nullable Object>, Mark>> rows = new ArrayList<>();
    private final Map<String, Mark> ids = new LinkedHashMap<>();
    private final Map<String, Mark> found = new LinkedHashMap<>();
    /** Pending documents whose roots were deleted by the last change of them in the log. */
    private final Set<String> deleted = new HashSet<>();

    private Set<String> deletedOfPage = Set.of();
    private final List<Write> withoutId = new ArrayList<>();
    private @Nullable Mark oldestWithoutId;
    private @Nullable Mark truncated;
    private @Nullable Mark everything;
    private @Nullable Search search;
    private boolean tableDropped;
    private boolean foundNext;
    private int coalesced;

    public PendingJoins(JoinedTarget joined, TraceBuffer traces) {
        this.joined = joined;
        this.trace = new DocumentTrace(joined.target(), traces);
        this.foundKey = new ColumnProjection(joined.target().key());
        joined.join().dependencies().forEach(dependency -> rows.add(new LinkedHashMap<>()));
    }

    JoinedTarget joined() {
        return joined;
    }

    DocumentTrace trace() {
        return trace;
    }

    /** Marks a document as pending. */
    public void document(String id, Mark mark) {
        put(ids, id, mark);
    }

    /** Marks a document as pending because of its root, which the change has deleted or written. */
    void root(String id, boolean isDeleted, Mark mark) {
        document(id, mark);
        if (isDeleted) {
            deleted.add(id);
        } else {
            deleted.remove(id);
        }
    }

    /** Returns those of the last page whose roots were deleted by the last change of them in the log. */
    Set<String> deletedOfPage() {
        return deletedOfPage;
    }

    /** Marks the documents that a row of a dependency concerns as pending. */
    public void row(int dependency, List<@Nullable Object> values, Mark mark) {
        put(rows.get(dependency), values, mark);
    }

    private <K> void put(Map<K, Mark> marks, K key, Mark mark) {
        if (marks.putIfAbsent(key, mark) != null) {
            coalesced++;
        }
    }

    /** Adds a row of the root that does not identify a document. */
    void withoutId(Write write, Mark mark) {
        withoutId.add(write);
        oldestWithoutId = oldestWithoutId == null ? mark : oldestWithoutId;
    }

    /** Marks all documents as pending, and with them all that any row concerns. */
    public void everything(Mark mark) {
        everything = oldest(Stream.concat(of(mark, everything), rows.stream().flatMap(PendingJoins::first)));
        rows.forEach(Map::clear);
    }

    /** Records that the collection is to be emptied; what was pending before is discarded. */
    void truncate(Mark mark, boolean dropped) {
        clear();
        tableDropped = dropped;
        truncated = mark;
    }

    /** Discards everything. */
    void clear() {
        rows.forEach(Map::clear);
        ids.clear();
        found.clear();
        deleted.clear();
        withoutId.clear();
        oldestWithoutId = null;
        truncated = null;
        everything = null;
        search = null;
    }

    /** Returns how many documents and rows are kept. */
    int size() {
        return ids.size() + found.size() + rows.stream().mapToInt(Map::size).sum();
    }

    /** Returns the oldest change with pending documents; null if there is none. */
    @Nullable
    public Mark oldest() {
        Search current = search;
        Stream<Mark> single = of(truncated, everything, oldestWithoutId, current == null ? null : current.mark());
        Stream<Mark> maps = Stream.concat(Stream.of(ids, found), rows.stream()).flatMap(PendingJoins::first);
        return oldest(Stream.concat(single, maps));
    }

    private static Stream<Mark> of(@Nullable Mark... marks) {
        return Stream.of(marks).filter(Objects::nonNull).map(Objects::requireNonNull);
    }

    private static Stream<Mark> first(Map<?, Mark> marks) {
        Iterator<Mark> values = marks.values().iterator();
        return values.hasNext() ? Stream.of(values.next()) : Stream.empty();
    }

    private static @Nullable Mark oldest(Stream<Mark> marks) {
        return marks.min(Comparator.comparingLong(Mark::batch)).orElse(null);
    }

    /** Returns whether {@link #find} has something to do before more pages can be created. */
    boolean isSearching() {
        return found.isEmpty() && (search != null || nextSearch() != null);
    }

    /**
     * Finds documents with one statement; to be called again after a failure.
     *
     * @throws dev.tidemark.connector.SourceException if the database cannot be read now
     */
    public void find() {
        Search current = search == null ? nextSearch() : search;
        if (current == null) {
            return;
        }
        take(current);
        String last = null;
        List<Row> page = find(current);
        for (Row row : page) {
            String id = foundKey.id(row);
            if (id != null && !id.isEmpty()) {
                found(id, current.mark());
                last = id;
            }
        }
        search = page.size() < MOST_FOUND || last == null
                ? null
                : new Search(current.dependency(), current.values(), current.mark(), texts(last));
    }

    /**
     * Marks a document that was found as pending. If it is pending for an older batch already, that mark stays; it is read later
     * than now, which serves both.
     */
    private void found(String id, Mark mark) {
        Mark known = ids.get(id);
        if (known == null || known.batch() > mark.batch()) {
            ids.remove(id);
            found.put(id, mark);
        }
    }

    private List<Row> find(Search current) {
        List<Row> page = new ArrayList<>();
        if (current.dependency() == ALL) {
            joined.reader().all(current.after(), MOST_FOUND, page::add);
        } else {
            joined.reader().concerned(current.dependency(), current.values(), current.after(), MOST_FOUND, page::add);
        }
        return page;
    }

    private String @Nullable [] texts(String id) {
        Target target = joined.target();
        return target.ids(target.tableInfo().schema()).texts(id);
    }

    /** Removes the marks of the rows that the search covers: from here on the search itself stands for them. */
    private void take(Search current) {
        search = current;
        if (current.dependency() == ALL) {
            everything = null;
        } else {
            current.values().forEach(rows.get(current.dependency())::remove);
        }
    }

    /** Returns the search for the oldest mark; null if there is none. */
    private @Nullable Search nextSearch() {
        Mark all = everything;
        if (all != null) {
            return new Search(ALL, List.of(), all, null);
        }
        Search next = null;
        for (int i = 0; i < rows.size(); i++) {
            Mark first = first(rows.get(i)).findFirst().orElse(null);
            if (first != null && (next == null || first.batch() < next.mark().batch())) {
                next = new Search(i, rows.get(i).keySet().stream().limit(ROWS).toList(), first, null);
            }
        }
        return next;
    }

    /**
     * Takes the next documents to read, and what goes with them; null if there is nothing. What a change of a dependency
     * found and what changes of the root marked take turns: a large find does not hold up a small change.
     */
    @Nullable
    public CollectionWrites nextPage() {
        Map<String, Mark> from = ids.isEmpty() || (foundNext && !found.isEmpty()) ? found : ids;
        foundNext = from == ids;
        Map<String, Write> page = new LinkedHashMap<>();
        Set<String> deletedNow = new HashSet<>();
        Iterator<Map.Entry<String, Mark>> marks = from.entrySet().iterator();
        while (marks.hasNext() && page.size() < PAGE) {
            Map.Entry<String, Mark> entry = marks.next();
            Mark mark = entry.getValue();
            TableId cause = mark.table().equals(joined.join().root()) ? null : mark.table();
            int begun = trace.begin(mark.event(), entry.getKey(), null, Operation.JOIN, cause);
            page.put(entry.getKey(), Write.delete(mark.event(), begun));
            if (deleted.remove(entry.getKey())) {
                deletedNow.add(entry.getKey());
            }
            marks.remove();
        }
        deletedOfPage = deletedNow;
        if (page.isEmpty() && withoutId.isEmpty() && truncated == null) {
            return null;
        }
        CollectionWrites writes = new CollectionWrites(trace, page, withoutId, coalesced);
        if (truncated != null) {
            writes.emptyFirst(truncated.event(), tableDropped);
        }
        withoutId.clear();
        oldestWithoutId = null;
        truncated = null;
        coalesced = 0;
        return writes;
    }
}
