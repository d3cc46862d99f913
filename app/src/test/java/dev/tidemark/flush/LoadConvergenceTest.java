package dev.tidemark.flush;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.collection.Targets;
import dev.tidemark.config.Cel;
import dev.tidemark.config.Config;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.Transaction;
import dev.tidemark.deadletter.DeadLetter;
import dev.tidemark.flush.join.Joins;
import dev.tidemark.load.Load;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * However a table is loaded while it changes, the documents end as the rows (invariants 2 and 4): batches are flushed before, while
 * and after a chunk is read, rows become visible late, engines end and send their changes again, processes die, and loads are
 * requested at any time. No later load heals anything: the last is over before the last changes come, as often as not.
 */
class LoadConvergenceTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int EVENTS = 60;
    private static final int MOST_STEPS = 3_000;

    private static final Config.Selection SOME =
            new Config.Selection(Cel.cel("row.secret == null || !row.secret.contains('3')"), null);

    private static int overtaken;
    private static int restarts;
    private static int partial;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final FakeSink sink = new FakeSink();
    private Config.Selection selection = Config.Selection.ALL;

    /** The events of one position are a transaction. */
    private record At(long position) implements Transaction {}

    static LongStream seeds() {
        return LongStream.range(0, 300);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void anyLoad_endsInTheRows(long seed) throws Exception {
        Random random = new Random(seed);
        selection = seed % 2 == 0 ? Config.Selection.ALL : SOME;
        GoodsLog log = new GoodsLog(random);
        log.steps(EVENTS);
        World world = new World(log, random);
        boolean rejects = seed % 5 == 4;
        for (int i = 0; i < 6; i++) {
            sink.documents(Goods.COLLECTION).put("id" + i, "{\"id\":\"id" + i + "\",\"name\":\"of another time\"}");
        }
        sink.documents(Goods.COLLECTION).put("stray", "{\"id\":\"stray\",\"name\":\"of no row\"}");
        try {
            world.open(List.of());
            world.flushing.snapshots.begin(Set.of(Goods.TABLE), table -> true);
            for (int i = 0; i < MOST_STEPS && !world.isDone(); i++) {
                world.step();
                if (rejects) {
                    rejectSome(random);
                }
            }
            world.end();
            if (rejects) {
                sink.rejectedIds.clear();
                world.flushing.pending().stream()
                        .map(DeadLetter::id)
                        .filter(log.rows()::containsKey)
                        .forEach(log::touch);
                world.end();
            }
            assertThat(world.flushing.snapshots.pending()).isZero();
            assertThat(documents()).isEqualTo(rows(log));
        } finally {
            world.close();
        }
    }

    @AfterAll
    static void everythingHappened() {
        assertThat(overtaken)
                .as("batches that were flushed while a chunk was read")
                .isGreaterThan(300);
        assertThat(restarts).as("ends of engines and processes").isGreaterThan(200);
        assertThat(partial).as("partial updates").isGreaterThan(200);
    }

    private void rejectSome(Random random) {
        if (random.nextInt(20) == 0) {
            sink.rejectedIds.add("id" + random.nextInt(6));
        } else if (random.nextInt(10) == 0) {
            sink.rejectedIds.clear();
        }
    }

    /** A database with a log, and a service that loads its table; one thread. */
    private final class World {
        private final GoodsLog log;
        private final Random random;
        private Flushing flushing;
        /** The number of the log's events that the pipeline was given. */
        private int given;
        /** The number of events that readers see. */
        private int visible;

        private World(GoodsLog log, Random random) throws Exception {
            this.log = log;
            this.random = random;
            this.given = random.nextInt(EVENTS / 2); // where the position was fixed
            this.flushing = create(List.of());
        }

        private Flushing create(List<Load> pending) throws Exception {
            return new Flushing(
                    directory,
                    Config.OnReject.DEAD_LETTER,
                    sink,
                    new Targets(List.of(Goods.target(Goods.WRITTEN_AS, selection)), List.of()),
                    new Joins(List.of(), 1_000),
                    pending,
                    Flushing.ALL,
                    random.nextBoolean() ? 1_000 : 4_000);
        }

        private void open(List<Load> pending) throws Exception {
            close();
            flushing = create(pending);
            flushing.committed = given;
            Flushing.Rows rows = flushing.rows;
            rows.hiddenBefore.add(new At(given));
            rows.visibility = this::see;
            rows.logEnd = given;
            rows.beforeRead = () -> {
                look(visible + random.nextInt(log.events.size() - visible + 1) / 2);
                rows.logEnd = visible;
            };
            rows.afterRead = () -> {
                if (!flushing.resting && random.nextInt(3) > 0) {
                    overtaken += flush() ? 1 : 0;
                }
                if (!flushing.resting && random.nextInt(30) == 0) {
                    endEngine();
                }
            };
        }

        private void see(Collection<Transaction> transactions) {
            transactions.forEach(each -> look((int) ((At) each).position()));
        }

        private void look(int events) {
            visible = Math.max(visible, events);
            flushing.rows.byId.clear();
            flushing.rows.byId.putAll(log.rowsAfter(visible));
        }

        private boolean isDone() {
            return given == log.events.size() && flushing.snapshots.pending() == 0;
        }

        private void step() throws Exception {
            int kind = random.nextInt(100);
            if (kind < 40) {
                flushing.reader.step();
            } else if (kind < 60) {
                flush();
            } else if (kind < 90) {
                flushing.worker.flushOnce(Duration.ZERO);
            } else if (kind < 94) {
                flushing.snapshots.requestAgain(Goods.TABLE, -1);
            } else if (kind < 96) {
                flushing.snapshots.request(Goods.TABLE, -1);
            } else if (kind < 98) {
                endEngine();
            } else {
                restart();
            }
        }

        private boolean flush() throws InterruptedException {
            int count = Math.min(log.events.size() - given, 1 + random.nextInt(4));
            ChangeEvent[] batch = log.events.subList(given, given + count).stream()
                    .map(event -> new ChangeEvent(
                            event.change(),
                            event.position(),
                            event.commitMillis(),
                            event.resumeOffset(),
                            event.bytes(),
                            new At(event.position()),
                            0))
                    .toArray(ChangeEvent[]::new);
            given += count;
            if (count > 0) {
                flushing.flush(batch);
            }
            return count > 0;
        }

        /** What was not committed is sent again. */
        private void endEngine() throws InterruptedException {
            restarts++;
            flushing.worker.whileResting(flushing.worker::forget);
            given = (int) flushing.committed;
        }

        private void restart() throws Exception {
            restarts++;
            given = (int) flushing.committed;
            if (random.nextBoolean()) {
                given = Math.max(0, given - random.nextInt(4)); // it died before it stored the offset
            }
            open(flushing.snapshots.wanted());
        }

        /** Flushes what is left, and lets the loads end. */
        private void end() throws Exception {
            while (given < log.events.size()) {
                flush();
            }
            flushing.load();
            for (int i = 0; i < MOST_STEPS && flushing.worker.flushOnce(Duration.ZERO); i++) {
                // until nothing is left
            }
        }

        private void close() throws Exception {
            partial += (int) flushing.count("tidemark.documents", "action", "update", "outcome", "ok");
            flushing.close();
        }
    }

    private Map<String, JsonNode> documents() throws Exception {
        Map<String, JsonNode> documents = new TreeMap<>();
        for (Map.Entry<String, String> document :
                sink.documents(Goods.COLLECTION).entrySet()) {
            documents.put(document.getKey(), JSON.readTree(document.getValue()));
        }
        return documents;
    }

    private Map<String, JsonNode> rows(GoodsLog log) throws Exception {
        Map<String, JsonNode> rows = new TreeMap<>();
        for (Map.Entry<String, Row> row : log.rows().entrySet()) {
            if (selection.isEmpty() || !(row.getValue().get(4) instanceof String text && text.contains("3"))) {
                rows.put(row.getKey(), document(row.getValue()));
            }
        }
        return rows;
    }

    private static JsonNode document(Row row) throws Exception {
        Map<String, Object> document = List.of(0, 1, 2, 3).stream()
                .filter(i -> row.get(i) != null)
                .collect(Collectors.toMap(
                        i -> row.schema().columns().get(i).name(), i -> java.util.Objects.requireNonNull(row.get(i))));
        return JSON.readTree(JSON.writeValueAsString(document));
    }
}
