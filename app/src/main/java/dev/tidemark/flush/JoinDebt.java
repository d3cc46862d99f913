package dev.tidemark.flush;

import dev.tidemark.connector.Change;
import dev.tidemark.connector.ChangeEvent;
import dev.tidemark.connector.Join.Dependency;
import dev.tidemark.connector.Row;
import dev.tidemark.flush.Batch.Write;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is owed to one collection of joined documents: ids that changes of the root mark, and rows of dependencies of which the
 * ids that they concern are to be found first. Each is kept once, with the oldest batch that wants it; what is read later
 * serves every change before. Flush thread only.
 *
 * <p>Invariant 3: the ids that rows concern are found a part at a time, however many they are.
 */
final class JoinDebt {

    /** Documents read by one statement. */
    static final int PAGE = 500;

    /** Ids found by one statement. */
    static final int MOST_FOUND = 10_000;

    /** Rows of a dependency that one statement asks for. */
    private static final int ROWS = 100;

    /** The index that stands for the root itself in a search: all of its rows are wanted. */
    private static final int ALL = -1;

    private final JoinedTarget joined;
    private final List<Map<List<@Nullable Object>, Mark>> rows = new ArrayList<>();
    private final Map<String, Mark> ids = new LinkedHashMap<>();
    private final Map<String, Mark> found = new LinkedHashMap<>();
    private final ToldColumns key;
    private final ToldColumns foundKey;
    private final List<ToldColumns> told = new ArrayList<>();
    private final List<Write> withoutId = new ArrayList<>();
    private @Nullable Mark oldestWithoutId;
    private @Nullable Mark truncated;
    private @Nullable Mark everything;
    private @Nullable Search search;
    private boolean foundNext;
    private int coalesced;

    /**
     * A change that wants a document.
     *
     * @param batch the number of its batch
     * @param event its place in the source, without its rows
     */
    private record Mark(long batch, ChangeEvent event) {}

    /** Ids are being found for these rows; after the first statement there is a last id to go on from. */
    private record Search(int dependency, List<List<@Nullable Object>> values, Mark mark, String @Nullable [] after) {}

    JoinDebt(JoinedTarget joined) {
        this.joined = joined;
        this.key = new ToldColumns(joined.target().key());
        this.foundKey = new ToldColumns(joined.target().key());
        for (Dependency dependency : joined.join().dependencies()) {
            rows.add(new LinkedHashMap<>());
            told.add(new ToldColumns(dependency.columns()));
        }
    }

    JoinedTarget joined() {
        return joined;
    }

    /** Notes what a change of any table means for the documents. */
    void mark(long batch, ChangeEvent event, Change.OfTable change) {
        List<Dependency> dependencies = joined.join().dependencies();
        boolean isRoot = change.table().equals(joined.join().root());
        Mark mark = null;
        if (isRoot) {
            mark = light(batch, event);
            root(mark, event, change);
        }
        for (int i = 0; i < dependencies.size(); i++) {
            if (dependencies.get(i).table().equals(change.table())) {
                mark = mark == null ? light(batch, event) : mark;
                dependency(i, mark, change);
            }
        }
    }

    private static Mark light(long batch, ChangeEvent event) {
        return new Mark(
                batch, new ChangeEvent(new Change.Heartbeat(), event.position(), event.commitMillis(), null, 0));
    }

    private void root(Mark mark, ChangeEvent event, Change.OfTable change) {
        if (change instanceof Change.Truncate) {
            clear();
            truncated = mark;
        } else if (change instanceof Change.Delete delete) {
            String id = key.id(delete.before());
            want(id, Write.delete(event), mark);
        } else if (change instanceof Change.Upsert upsert) {
            Row before = upsert.before();
            String id = key.id(upsert.after());
            want(id, Write.whole(event, upsert.after()), mark);
            String old = before == null ? null : key.id(before);
            if (old != null && !old.isEmpty() && !old.equals(id)) {
                put(ids, old, mark);
            }
        }
    }

    private void want(@Nullable String id, Write write, Mark mark) {
        if (id != null && !id.isEmpty()) {
            put(ids, id, mark);
        } else if (id == null || write.row() != null) { // one with an empty id never became a document
            withoutId.add(write);
            oldestWithoutId = oldestWithoutId == null ? mark : oldestWithoutId;
        }
    }

    private void dependency(int index, Mark mark, Change.OfTable change) {
        if (change instanceof Change.Delete delete) {
            concern(index, mark, delete.before(), delete.before());
        } else if (change instanceof Change.Upsert upsert && upsert.cause() != Change.Upsert.Cause.SNAPSHOT) {
            Row before = upsert.before();
            concern(index, mark, upsert.after(), before == null ? upsert.after() : before);
            if (before != null) {
                concern(index, mark, before, upsert.after());
            }
        } else if (change instanceof Change.Truncate) {
            everything(mark);
        }
    }

    /** A row of the dependency, as it was or is; what was not sent of it did not change, so the other side tells it. */
    private void concern(int index, Mark mark, Row row, Row other) {
        Row known = row.schema() == other.schema() ? row.filledFrom(other) : row;
        List<@Nullable Object> values = told.get(index).values(known);
        if (values == null) {
            everything(mark); // the table tells less than it did at the start: then all documents may be meant
        } else if (joined.join().dependencies().get(index).select() != null) {
            put(rows.get(index), values, mark);
        } else {
            String id = told.get(index).id(known);
            if (id != null && !id.isEmpty()) {
                put(ids, id, mark);
            }
        }
    }

    /** All documents are wanted, and with them all that any row concerns. */
    private void everything(Mark mark) {
        everything = Stream.concat(Stream.of(mark), rows.stream().flatMap(JoinDebt::first))
                .min(Comparator.comparingLong(Mark::batch))
                .orElse(mark);
        rows.forEach(Map::clear);
    }

    private <K> void put(Map<K, Mark> marks, K key, Mark mark) {
        if (marks.putIfAbsent(key, mark) != null) {
            coalesced++;
        }
    }

    /** Forgets everything. */
    void clear() {
        rows.forEach(Map::clear);
        ids.clear();
        found.clear();
        withoutId.clear();
        oldestWithoutId = null;
        truncated = null;
        everything = null;
        search = null;
    }

    /** How much is kept. */
    int size() {
        return ids.size() + found.size() + rows.stream().mapToInt(Map::size).sum();
    }

    boolean isEmpty() {
        return oldest() == null;
    }

    /** The number of the oldest batch that is owed something; {@link Long#MAX_VALUE} where none is. */
    long oldestBatch() {
        Mark oldest = oldest();
        return oldest == null ? Long.MAX_VALUE : oldest.batch();
    }

    /** When the oldest change that is owed something was committed, or {@link Long#MAX_VALUE}. */
    long oldestCommitMillis() {
        Mark oldest = oldest();
        return oldest == null ? Long.MAX_VALUE : oldest.event().commitMillis();
    }

    /** Each map is in the order of batches, so its first is its oldest. */
    private @Nullable Mark oldest() {
        Search current = search;
        Stream<Mark> single = Stream.of(
                        Optional.ofNullable(truncated),
                        Optional.ofNullable(everything),
                        Optional.ofNullable(oldestWithoutId),
                        Optional.ofNullable(current).map(Search::mark))
                .flatMap(Optional::stream);
        Stream<Mark> maps = Stream.concat(Stream.of(ids, found), rows.stream()).flatMap(JoinDebt::first);
        return Stream.concat(single, maps)
                .min(Comparator.comparingLong(Mark::batch))
                .orElse(null);
    }

    private static Stream<Mark> first(Map<?, Mark> marks) {
        Iterator<Mark> values = marks.values().iterator();
        return values.hasNext() ? Stream.of(values.next()) : Stream.empty();
    }

    /** Whether {@link #find} has something to do before more pages can be made of it. */
    boolean isSearching() {
        return found.isEmpty() && (search != null || nextSearch() != null);
    }

    /**
     * Finds ids with one statement; repeats itself after a failure.
     *
     * @throws dev.tidemark.connector.SourceException where the database cannot be read now
     */
    void find() {
        Search current = search == null ? nextSearch() : search;
        if (current == null) {
            return;
        }
        take(current);
        List<String> page = new ArrayList<>();
        if (current.dependency() == ALL) {
            joined.reader().all(current.after(), MOST_FOUND, row -> page.add(String.valueOf(foundKey.id(row))));
        } else {
            joined.reader()
                    .concerned(
                            current.dependency(),
                            current.values(),
                            current.after(),
                            MOST_FOUND,
                            row -> page.add(String.valueOf(foundKey.id(row))));
        }
        for (String id : page) {
            ids.remove(id); // read once for both
            found.put(id, current.mark());
        }
        search = page.size() < MOST_FOUND
                ? null
                : new Search(current.dependency(), current.values(), current.mark(), texts(page.get(page.size() - 1)));
    }

    private String @Nullable [] texts(String id) {
        Target target = joined.target();
        return target.ids(target.tableInfo().schema()).texts(id);
    }

    /** From here on the search itself stands for what it searches for. */
    private void take(Search current) {
        search = current;
        if (current.dependency() == ALL) {
            everything = null;
        } else {
            current.values().forEach(rows.get(current.dependency())::remove);
        }
    }

    /** The search that the oldest mark wants; null where none is. */
    private @Nullable Search nextSearch() {
        Mark all = everything;
        if (all != null) {
            return new Search(ALL, List.of(), all, null);
        }
        int oldest = ALL;
        long batch = Long.MAX_VALUE;
        for (int i = 0; i < rows.size(); i++) {
            long first = first(rows.get(i)).mapToLong(Mark::batch).findFirst().orElse(Long.MAX_VALUE);
            if (first < batch) {
                oldest = i;
                batch = first;
            }
        }
        if (oldest == ALL) {
            return null;
        }
        Map<List<@Nullable Object>, Mark> of = rows.get(oldest);
        return new Search(
                oldest,
                of.keySet().stream().limit(ROWS).toList(),
                first(of).findFirst().orElseThrow(),
                null);
    }

    /**
     * Takes the next documents to read, and what goes with them; null where there is nothing. What a change of a dependency
     * found and what changes of the root marked take turns: a large find does not hold up a small change.
     */
    @Nullable
    CollectionWrites nextPage() {
        Map<String, Mark> from = ids.isEmpty() || (foundNext && !found.isEmpty()) ? found : ids;
        foundNext = from == ids;
        Map<String, Write> page = new LinkedHashMap<>();
        Iterator<Map.Entry<String, Mark>> marks = from.entrySet().iterator();
        while (marks.hasNext() && page.size() < PAGE) {
            Map.Entry<String, Mark> mark = marks.next();
            page.put(mark.getKey(), Write.delete(mark.getValue().event()));
            marks.remove();
        }
        if (page.isEmpty() && withoutId.isEmpty() && truncated == null) {
            return null;
        }
        CollectionWrites writes = new CollectionWrites(joined.target(), page, withoutId, truncated != null, coalesced);
        withoutId.clear();
        oldestWithoutId = null;
        truncated = null;
        coalesced = 0;
        return writes;
    }
}
