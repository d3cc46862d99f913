package dev.tidemark.flush;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.collection.Target;
import dev.tidemark.config.Cel;
import dev.tidemark.config.Config;
import dev.tidemark.config.Expression;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.Row;
import dev.tidemark.deadletter.DeadLetter;
import dev.tidemark.document.CollectionDesign;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * However a history is cut into batches, the documents end as the rows (invariants 2 and 4): while requests fail half done
 * and are tried again, while the process dies with half of a batch written and a new one begins at an offset stored some time
 * ago, and while documents are refused for a time. Rows that are read again are read at any later moment.
 */
class ConvergenceTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Map<String, Config.Field> COMPUTED =
            Map.of("both", Cel.field("default(row.name, '') + '/' + default(row.big, '')", "string"));

    /** One column that documents have, and large besides, and one that they do not have. */
    private static final Config.Selection SOME = new Config.Selection(
            Cel.cel("(row.secret == null || !row.secret.contains('3')) && (row.big == null || !row.big.endsWith('5'))"),
            null);

    /** One column that never changes alone, and a large one, which the log leaves out where it did not change. */
    private static final Expression ID = Cel.cel("row.id + '/' + default(row.big, '')");

    private static int updates;
    private static int skipped;
    private static int left;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final FakeSink sink = new FakeSink();
    private @Nullable List<String> writtenAs = CollectionDesign.columns(Goods.SCHEMA);
    private Config.Selection selection = Config.Selection.ALL;
    private @Nullable Expression idCel;
    private boolean mended;
    private int retries;
    private int present;

    /** The process is gone. */
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Short histories, for the end is all that is looked at, and a full document heals what went wrong before. */
    static LongStream seeds() {
        return LongStream.range(0, 150);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void anyHistory_endsInTheRows(long seed) throws Exception {
        Random random = new Random(seed);
        selection = seed % 2 == 0 ? Config.Selection.ALL : SOME;
        idCel = seed % 5 < 2 ? ID : null;
        GoodsLog log = history(random, (int) (seed % 3), idCel != null);
        sink.judge = ConvergenceTest::isBad;
        retries = seed % 10 == 0 ? 2 : 0; // each waits for its time
        List<Long> stored = new ArrayList<>(List.of(0L));
        for (int life = 0; life < 6; life++) {
            long last = stored.get(stored.size() - 1);
            long from = life % 3 == 2 ? Math.min(last, stored.get(random.nextInt(stored.size()))) : last;
            stored.add(from);
            live(log, random, from, stored, 60);
        }
        runToEnd(log, random, stored);

        mended = true;
        sink.rejectedIds.clear();
        if (log.altered()) {
            log.rows().keySet().forEach(log::touch); // its next update heals a document that an ALTER TABLE made old
        } else {
            Set<String> pending = pendingIds();
            Map.copyOf(log.rows()).forEach((key, row) -> {
                if (pending.contains(idOf(row))) {
                    log.touch(key);
                }
            });
        }
        runToEnd(log, random, stored);
        Set<String> bad = badIds(log);
        assertThat(without(bad, documents())).isEqualTo(without(bad, rows(log)));
        left += (int) log.rows().values().stream().filter(row -> !isKept(row)).count();
        assertThat(pendingIds()).isEqualTo(bad);
    }

    @AfterAll
    static void partsWereWritten_andSkipped() {
        assertThat(updates).isGreaterThan(1000);
        assertThat(skipped).isGreaterThan(300);
        assertThat(left).isGreaterThan(20);
    }

    /** The shorter what follows an ALTER TABLE, the less has been written again since. */
    private static GoodsLog history(Random random, int alters, boolean full) {
        GoodsLog log = new GoodsLog(random, full);
        log.steps(100);
        for (int i = 0; i < alters; i++) {
            log.alter();
            log.steps(1 + random.nextInt(10));
        }
        return log;
    }

    /** What the collection refuses: a document without a name. */
    private static boolean isBad(JsonNode document, boolean whole) {
        return whole ? !document.has("name") : document.path("name").isNull();
    }

    private void runToEnd(GoodsLog log, Random random, List<Long> stored) throws Exception {
        live(log, random, stored.get(stored.size() - 1), stored, Integer.MAX_VALUE);
    }

    /** A process from its start until it is killed, or has flushed everything. */
    private void live(GoodsLog log, Random random, long from, List<Long> stored, int mostWrites) throws Exception {
        int[] left = {1 + random.nextInt(mostWrites)};
        sink.halfway = () -> {
            if (--left[0] == 0) {
                throw new Killed();
            }
            if (retries > 0 && random.nextInt(40) == 0) {
                retries--;
                throw FakeSink.retryable();
            }
        };
        try (Flushing flushing = new Flushing(directory, Config.OnReject.DEAD_LETTER, sink, List.of(target()))) {
            flushing.beforeCommit = () -> {
                if (!flushing.mixed.isEmpty()) {
                    writtenAs = null;
                }
                if (mostWrites < Integer.MAX_VALUE && random.nextInt(10) == 0) {
                    throw new Killed();
                }
            };
            try {
                flush(flushing, log, random, (int) from, stored);
            } catch (Killed e) {
                // The next life begins where this one, or one before it, stored its last offset.
            }
            updates += (int) flushing.count("tidemark.documents", "action", "update", "outcome", "ok");
            skipped += (int) flushing.count("tidemark.updates.skipped");
        }
    }

    private Target target() {
        return Goods.target(writtenAs, selection, COMPUTED, Config.Validation.NONE, idCel);
    }

    private String idOf(Row row) {
        return idCel == null ? String.valueOf(row.get(0)) : row.get(0) + "/" + Objects.toString(row.get(3), "");
    }

    private void flush(Flushing flushing, GoodsLog log, Random random, int from, List<Long> stored)
            throws InterruptedException {
        for (int at = from; at < log.events.size(); ) {
            int to = Math.min(log.events.size(), at + 1 + random.nextInt(12));
            present = Math.max(present, to + random.nextInt(log.events.size() - to + 1) / 4);
            flushing.rows.byId.clear();
            flushing.rows.byId.putAll(log.rowsAfter(present));
            rejectSome(random);
            flushing.flush(log.events.subList(at, to).toArray(ChangeEvent[]::new));
            stored.add((long) to);
            at = to;
        }
    }

    /** Somebody spoils the collection's schema for a document, and fixes it. */
    private void rejectSome(Random random) {
        if (!mended && random.nextInt(10) == 0) {
            sink.rejectedIds.add("id" + random.nextInt(4));
        } else if (random.nextInt(5) == 0) {
            sink.rejectedIds.clear();
        }
    }

    private Set<String> pendingIds() throws IOException {
        try (Flushing flushing = new Flushing(directory, Config.OnReject.DEAD_LETTER, sink, List.of(Goods.target()))) {
            return new TreeSet<>(flushing.pending().stream().map(DeadLetter::id).toList());
        }
    }

    private Set<String> badIds(GoodsLog log) {
        Set<String> bad = new TreeSet<>();
        log.rows().forEach((id, row) -> {
            if (row.get(1) == null && isKept(row)) {
                bad.add(idOf(row));
            }
        });
        return bad;
    }

    private Map<String, JsonNode> documents() throws IOException {
        Map<String, JsonNode> documents = new TreeMap<>();
        for (Map.Entry<String, String> document :
                sink.documents(Goods.COLLECTION).entrySet()) {
            documents.put(document.getKey(), JSON.readTree(document.getValue()));
        }
        return documents;
    }

    private static Map<String, JsonNode> without(Set<String> ids, Map<String, JsonNode> documents) {
        documents.keySet().removeAll(ids);
        return documents;
    }

    private Map<String, JsonNode> rows(GoodsLog log) {
        Map<String, JsonNode> rows = new TreeMap<>();
        log.rows().forEach((id, row) -> {
            if (isKept(row)) {
                rows.put(idOf(row), document(row));
            }
        });
        return rows;
    }

    /** As {@link #SOME} has it. */
    private boolean isKept(Row row) {
        boolean secret = row.get(4) instanceof String text && text.contains("3");
        boolean big = row.get(3) instanceof String text && text.endsWith("5");
        return selection.isEmpty() || !(secret || big);
    }

    private JsonNode document(Row row) {
        Map<String, Object> document = new TreeMap<>();
        for (int i = 0; i < row.schema().columns().size(); i++) {
            Object value = row.get(i);
            String name = row.schema().columns().get(i).name();
            if (value != null && !name.equals("secret")) {
                document.put(name, value);
            }
        }
        document.put("id", idOf(row));
        document.put("both", Objects.toString(row.get(1), "") + "/" + Objects.toString(row.get(3), ""));
        try {
            return JSON.readTree(JSON.writeValueAsString(document)); // numbers of the size that a reader gives them
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
