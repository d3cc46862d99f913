package dev.tidemark.flush;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.collection.Targets;
import dev.tidemark.config.Config;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.Row;
import dev.tidemark.deadletter.DeadLetter;
import dev.tidemark.flush.join.Joins;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
 * As {@link ConvergenceTest}, where an expression puts rows into collections: wherever a process dies, also between recording a
 * collection, making it and writing to it, in the end each row is a document of its collection and of no other.
 */
class TenantsConvergenceTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static int deaths;
    private static int strays;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final FakeSink sink = new FakeSink();
    private final Tenants tenants = new Tenants();
    private @Nullable List<String> writtenAs = Goods.WRITTEN_AS;
    private int present;

    /** The process is gone. */
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    static LongStream seeds() {
        return LongStream.range(0, 100);
    }

    @AfterAll
    static void muchHappened() {
        assertThat(deaths).isGreaterThan(200);
        assertThat(strays).isGreaterThan(20);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void anyHistory_endsWithEachRowInItsCollection(long seed) throws Exception {
        Random random = new Random(seed);
        sink.strict = true;
        GoodsLog log = new GoodsLog(random).tellingBefore();
        log.steps(150);
        List<Long> stored = new ArrayList<>(List.of(0L));
        for (int life = 0; life < 8; life++) {
            long last = stored.get(stored.size() - 1);
            long from = life % 3 == 2 ? Math.min(last, stored.get(random.nextInt(stored.size()))) : last;
            stored.add(from);
            live(log, random, (int) from, stored, 40);
        }
        live(log, random, stored.get(stored.size() - 1).intValue(), stored, Integer.MAX_VALUE);
        assertThat(documents()).isEqualTo(rows(log));
        Set<String> withoutPlace = new TreeSet<>();
        log.rows().forEach((id, row) -> {
            if (place(row) == null) {
                withoutPlace.add(id);
            }
        });
        strays += withoutPlace.size();
        assertThat(pendingIds()).isEqualTo(withoutPlace);
    }

    private void live(GoodsLog log, Random random, int from, List<Long> stored, int mostWrites) throws Exception {
        int[] left = {1 + random.nextInt(mostWrites)};
        tenants.before = () -> {
            if (--left[0] == 0) {
                throw new Killed();
            }
        };
        sink.halfway = tenants.before::run;
        Targets targets = new Targets(List.of(), List.of(tenants.family(sink, writtenAs)));
        try (Flushing flushing =
                new Flushing(directory, Config.OnReject.DEAD_LETTER, sink, targets, new Joins(List.of(), 1000))) {
            flushing.beforeCommit = () -> {
                if (!flushing.mixed.isEmpty()) {
                    writtenAs = null;
                }
                if (mostWrites < Integer.MAX_VALUE && random.nextInt(10) == 0) {
                    throw new Killed();
                }
            };
            for (int at = from; at < log.events.size(); ) {
                int to = Math.min(log.events.size(), at + 1 + random.nextInt(12));
                present = Math.max(present, to + random.nextInt(log.events.size() - to + 1) / 4);
                flushing.rows.byId.clear();
                flushing.rows.byId.putAll(log.rowsAfter(present));
                flushing.flush(log.events.subList(at, to).toArray(ChangeEvent[]::new));
                stored.add((long) to);
                at = to;
            }
        } catch (Killed | IllegalStateException e) {
            if (e instanceof IllegalStateException && !(e.getCause() instanceof Killed)) {
                throw e;
            }
            deaths++; // the next life begins where this one, or one before it, stored its last offset
        }
    }

    private Set<String> pendingIds() throws Exception {
        try (Flushing flushing = new Flushing(
                directory,
                Config.OnReject.DEAD_LETTER,
                sink,
                new Targets(List.of(), List.of(tenants.family(sink, null))),
                new Joins(List.of(), 1000))) {
            return new TreeSet<>(flushing.pending().stream().map(DeadLetter::id).toList());
        }
    }

    /** The collection of a row; null if it has none. */
    private static @Nullable String place(Row row) {
        return row.get(4) instanceof String text ? "g_" + text.charAt(5) : null;
    }

    /** Collection and id of each document there is, with its content. */
    private Map<String, JsonNode> documents() throws IOException {
        Map<String, JsonNode> all = new TreeMap<>();
        for (Map.Entry<String, Map<String, String>> collection : sink.collections.entrySet()) {
            for (Map.Entry<String, String> document : collection.getValue().entrySet()) {
                all.put(collection.getKey() + " " + document.getKey(), JSON.readTree(document.getValue()));
            }
        }
        return all;
    }

    private static Map<String, JsonNode> rows(GoodsLog log) throws IOException {
        Map<String, JsonNode> all = new TreeMap<>();
        for (Map.Entry<String, Row> entry : log.rows().entrySet()) {
            String place = place(entry.getValue());
            if (place != null) {
                all.put(place + " " + entry.getKey(), document(entry.getValue()));
            }
        }
        return all;
    }

    private static JsonNode document(Row row) throws IOException {
        Map<String, Object> document = new TreeMap<>();
        for (int i = 0; i < row.schema().columns().size(); i++) {
            Object value = row.get(i);
            String name = row.schema().columns().get(i).name();
            if (value != null && !name.equals("secret")) {
                document.put(name, value);
            }
        }
        return JSON.readTree(JSON.writeValueAsString(document));
    }
}
