package dev.tidemark.flush;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.collection.Target;
import dev.tidemark.config.Config;
import dev.tidemark.config.DocumentBuilder;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.Row;
import dev.tidemark.document.CollectionDesign;
import dev.tidemark.sink.CollectionInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Keys that move and are swapped in one transaction under a deferrable constraint: the log tells row by row that one left a key and came to
 * another, in the order of the rows, so that two have one key for a while.
 */
class MovedKeysTest {

    private static final int HISTORIES = 300;

    private static Target target() {
        return new Target(
                DocumentBuilder.of(new SourceSettings.Table(Items.TABLE, List.of()), "items")
                        .build(),
                new TableInfo(Items.SCHEMA, List.of("id"), -1).withDeferrable(true),
                new CollectionInfo("items", List.of(), false, null, 0),
                List.of("id", "n"),
                CollectionDesign.columns(Items.SCHEMA));
    }

    @Test
    void shift_keepsEveryDocument(@TempDir Path directory) throws Exception {
        try (Flushing flushing = new Flushing(directory, Config.OnReject.DEAD_LETTER, null, List.of(target()))) {
            flushing.flush(Items.insert(1, "1", 10L), Items.insert(2, "2", 20L));
            flushing.rows.byId.put("2", Items.row("2", 10L));
            flushing.rows.byId.put("3", Items.row("3", 20L));
            flushing.flush(
                    left(3, Items.row("1", 10L)),
                    Items.insert(4, "2", 10L),
                    left(5, Items.row("2", 20L)),
                    Items.insert(6, "3", 20L));
            assertThat(flushing.sink.documents("items"))
                    .isEqualTo(Map.of("2", Items.document("2", 10L), "3", Items.document("3", 20L)));
        }
    }

    /** Whatever the order of the rows, wherever the transaction is cut into batches, and if all of it is replayed. */
    @Test
    void permutations_endWithOneDocumentForEachRow(@TempDir Path directory) throws Exception {
        for (int seed = 0; seed < HISTORIES; seed++) {
            Random random = new Random(seed);
            try (Flushing flushing =
                    new Flushing(directory.resolve("h" + seed), Config.OnReject.DEAD_LETTER, null, List.of(target()))) {
                List<Row> rows = new ArrayList<>();
                List<ChangeEvent> first = new ArrayList<>();
                for (int i = 0; i < 6; i++) {
                    rows.add(Items.row(String.valueOf(i), (long) random.nextInt(3))); // some are alike
                    first.add(Items.event(i + 1, insert(rows.get(i))));
                }
                flushing.flush(first.toArray(ChangeEvent[]::new));
                List<ChangeEvent> moves = moves(rows, random);
                flushing.rows.byId.clear();
                Map<String, String> expected = new TreeMap<>();
                for (Row row : rows) {
                    flushing.rows.byId.put(String.valueOf(row.get(0)), row);
                    expected.put(String.valueOf(row.get(0)), Items.document(String.valueOf(row.get(0)), row.get(1)));
                }
                int cut = random.nextInt(moves.size() + 1);
                flushCut(flushing, moves, cut);
                assertThat(flushing.sink.documents("items")).as("seed " + seed).isEqualTo(expected);
                flushCut(flushing, moves, random.nextInt(moves.size() + 1));
                assertThat(flushing.sink.documents("items"))
                        .as("replay of seed " + seed)
                        .isEqualTo(expected);
            }
        }
    }

    private static void flushCut(Flushing flushing, List<ChangeEvent> events, int cut) throws InterruptedException {
        for (List<ChangeEvent> part : List.of(events.subList(0, cut), events.subList(cut, events.size()))) {
            if (!part.isEmpty()) {
                flushing.flush(part.toArray(ChangeEvent[]::new));
            }
        }
    }

    /** One or two statements that move rows to keys of each other, or of none; rows and their order are as the log has them. */
    private static List<ChangeEvent> moves(List<Row> rows, Random random) {
        List<ChangeEvent> events = new ArrayList<>();
        for (int statement = 0; statement <= random.nextInt(2); statement++) {
            List<Integer> keys = new ArrayList<>(IntStream.range(0, 9).boxed().toList());
            Collections.shuffle(keys, random);
            List<Integer> order =
                    new ArrayList<>(IntStream.range(0, rows.size()).boxed().toList());
            Collections.shuffle(order, random);
            for (int index : order) {
                Row before = rows.get(index);
                Row after = Items.row(
                        String.valueOf(keys.get(index)),
                        random.nextBoolean() ? before.get(1) : (Object) (long) random.nextInt(3));
                rows.set(index, after);
                long position = 100L + events.size();
                if (String.valueOf(before.get(0)).equals(after.get(0))) {
                    events.add(Items.event(position, new Change.Upsert(before, after, Change.Upsert.Cause.UPDATE)));
                } else {
                    events.add(left(position, before));
                    events.add(Items.event(position, insert(after)));
                }
            }
        }
        return events;
    }

    private static ChangeEvent left(long position, Row before) {
        return Items.event(position, new Change.Delete(before, true));
    }

    private static Change insert(Row row) {
        return new Change.Upsert(null, row, Change.Upsert.Cause.INSERT);
    }
}
