package dev.tidemark.connector.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.connector.Connector;
import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.ChangeEvent;
import java.io.StringReader;
import java.sql.Connection;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

/** Invariant 4 on a real engine: a restart from the last offset that was given out loses nothing, wherever it stopped. */
@NullUnmarked
class ResumeIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int ROWS = 5000;

    @ParameterizedTest
    @ValueSource(ints = {1, 333, 777, 1500, 4999})
    void restart_receivesAllRowsOfACopy_onAFreshSlot(int stopAt) throws Exception {
        TestDatabase database = new TestDatabase();
        database.execute("CREATE TABLE items (id int PRIMARY KEY, name text)");
        Connector connector = database.connector("public.items");
        Set<Object> ids = new HashSet<>();
        try (TestEngine engine = new TestEngine(connector, e -> e.upserts().size() >= stopAt)) {
            engine.awaitStreaming();
            copy(database, 0);
            await().atMost(TIMEOUT).until(() -> engine.completed || engine.crashed());
            assertThat(engine.failure).isNull();
            keepDurable(engine, ids);
        }
        copy(database, ROWS);
        stopAndGo(connector, ids, ROWS + stopAt);
        try (TestEngine engine = new TestEngine(connector)) {
            awaitAll(engine, ids, 2 * ROWS);
        }
    }

    /** Nothing but the fixed position is stored when it crashes: all that was committed since is streamed again. */
    @Test
    void restart_streamsAll_fromThePositionThatWasFixed() {
        TestDatabase database = new TestDatabase();
        database.execute(
                "CREATE TABLE items (id int PRIMARY KEY, name text)",
                "CREATE TABLE empty (id int PRIMARY KEY)",
                "INSERT INTO items SELECT i, 'x' FROM generate_series(1, 50) i");
        Connector connector = database.connector("public.items", "public.empty");
        try (TestEngine engine = new TestEngine(connector, e -> e.upserts().size() == 1)) {
            database.execute("INSERT INTO items VALUES (51, 'later')", "INSERT INTO empty VALUES (1)");
            await().atMost(TIMEOUT).until(() -> engine.completed || engine.crashed());
            assertThat(engine.failure).isNull();
        }
        try (TestEngine engine = new TestEngine(connector)) {
            await().atMost(TIMEOUT)
                    .until(() -> engine.completed || engine.upserts().size() == 2);
            assertThat(engine.failure).isNull();
            assertThat(engine.upserts())
                    .extracting(upsert -> upsert.after().get(0))
                    .containsExactly(51, 1);
        }
    }

    /** One more crash, at another row of what is replayed. */
    private static void stopAndGo(Connector connector, Set<Object> ids, int stopAt) {
        try (TestEngine engine = new TestEngine(connector, e -> e.upserts().size() >= stopAt)) {
            await().atMost(TIMEOUT).until(() -> engine.completed || engine.crashed());
            assertThat(engine.failure).isNull();
            keepDurable(engine, ids);
        }
    }

    private static void awaitAll(TestEngine engine, Set<Object> ids, int expected) {
        await().atMost(TIMEOUT).until(() -> {
            keepDurable(engine, ids);
            return engine.completed || ids.size() >= expected;
        });
        assertThat(engine.failure).isNull();
        assertThat(ids).hasSize(expected);
    }

    /** What came before the last offset that was given out is what a crash leaves behind. */
    private static void keepDurable(TestEngine engine, Set<Object> ids) {
        List<ChangeEvent> events = List.copyOf(engine.events);
        int last = events.size();
        if (engine.crashed()) {
            while (last > 0 && events.get(last - 1).resumeOffset() == null) {
                last--;
            }
        }
        for (ChangeEvent event : events.subList(0, last)) {
            if (event.change() instanceof Change.Upsert upsert) {
                ids.add(upsert.after().get(0));
            }
        }
    }

    private static void copy(TestDatabase database, int from) throws Exception {
        StringBuilder rows = new StringBuilder();
        for (int i = from; i < from + ROWS; i++) {
            rows.append(i).append("\trow ").append(i).append('\n');
        }
        try (Connection connection = database.server.connect(database.name)) {
            connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("COPY items FROM STDIN", new StringReader(rows.toString()));
        }
    }
}
