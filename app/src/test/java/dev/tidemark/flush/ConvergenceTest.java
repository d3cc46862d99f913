package dev.tidemark.flush;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.connector.ChangeEvent;
import dev.tidemark.connector.Row;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * However a history is cut into batches, whatever fails on the way and wherever it is replayed from, the documents are the
 * rows (invariants 2 and 4).
 */
class ConvergenceTest {

    private static final int IDS = 8;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private final Map<String, Long> rows = new TreeMap<>();
    private final List<ChangeEvent> history = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void anyHistoryInAnyBatches_endsInTheRows(long seed) throws Exception {
        Random random = new Random(seed);
        try (Flushing flushing = new Flushing(folder, "items")) {
            while (history.size() < 1500) {
                change(random);
            }
            for (Map.Entry<String, Long> row : rows.entrySet()) {
                flushing.rows.byId.put(row.getKey(), Items.row(row.getKey(), row.getValue()));
            }
            replay(flushing, 0, random);
            assertDocumentsAreRows(flushing);
            replay(flushing, random.nextInt(history.size()), random);
            assertDocumentsAreRows(flushing);
        }
    }

    private void replay(Flushing flushing, int from, Random random) throws InterruptedException {
        for (int at = from; at < history.size(); ) {
            int to = Math.min(history.size(), at + 1 + random.nextInt(40));
            flushing.flush(history.subList(at, to).toArray(ChangeEvent[]::new));
            at = to;
        }
    }

    private void assertDocumentsAreRows(Flushing flushing) {
        Map<String, String> expected = new TreeMap<>();
        rows.forEach((id, n) -> expected.put(id, Items.document(id, n)));
        assertThat(flushing.sink.documents("items")).isEqualTo(expected);
        assertThat(flushing.pending()).isEmpty();
    }

    /** One more statement on the rows, and what the database's log says of it. */
    private void change(Random random) {
        String id = "id" + random.nextInt(IDS);
        String other = "id" + random.nextInt(IDS);
        long n = random.nextLong(1000);
        long at = history.size() + 1L;
        boolean there = rows.containsKey(id);
        int kind = random.nextInt(100);
        if (kind == 0) {
            rows.clear();
            history.add(Items.truncate(at));
        } else if (!there) {
            rows.put(id, n);
            history.add(Items.insert(at, id, n));
        } else if (kind < 30) {
            rows.remove(id);
            history.add(Items.delete(at, id));
        } else if (kind < 45 && !rows.containsKey(other)) { // the id's columns change: told as one update
            rows.remove(id);
            rows.put(other, n);
            history.add(Items.update(at, id, other, n));
        } else if (kind < 60 && !rows.containsKey(other)) { // the primary key changes: told as delete and insert
            rows.remove(id);
            rows.put(other, n);
            history.add(Items.delete(at, id));
            history.add(Items.insert(at + 1, other, n));
        } else if (kind < 70) { // another column changed, this one is not sent
            history.add(Items.update(at, id, id, Row.UNAVAILABLE));
        } else {
            rows.put(id, n);
            history.add(Items.update(at, id, id, n));
        }
    }
}
