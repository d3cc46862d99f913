package dev.tidemark.connector.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.connector.Connector;
import dev.tidemark.connector.SnapshotMode;
import dev.tidemark.connector.SourceSettings.Table;
import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.TableId;
import java.io.StringReader;
import java.sql.Connection;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
        Connector connector =
                database.connector(SnapshotMode.NEVER, List.of(new Table(TableId.parse("public.items"), List.of())));
        Set<Object> ids = new HashSet<>();
        try (TestEngine engine =
                new TestEngine(connector, false, e -> e.upserts().size() >= stopAt)) {
            await().atMost(TIMEOUT).until(() -> engine.completed || !engine.events.isEmpty());
            copy(database, 0);
            await().atMost(TIMEOUT).until(() -> engine.completed || engine.crashed());
            assertThat(engine.failure).isNull();
            keepDurable(engine, ids);
        }
        copy(database, ROWS);
        stopAndGo(connector, ids, ROWS + stopAt);
        try (TestEngine engine = new TestEngine(connector, false)) {
            awaitAll(engine, ids, 2 * ROWS);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 700, 4999})
    void restart_receivesAllRowsOfACopy_rightAfterTheSnapshot(int stopAt) throws Exception {
        TestDatabase database = new TestDatabase();
        database.execute(
                "CREATE TABLE items (id int PRIMARY KEY, name text)", "INSERT INTO items VALUES (-1, 'first')");
        Connector connector = database.connector("public.items");
        Set<Object> ids = new HashSet<>();
        try (TestEngine engine =
                new TestEngine(connector, true, e -> e.upserts().size() > stopAt)) {
            await().atMost(TIMEOUT).until(() -> engine.completed || engine.snapshotCompleted());
            copy(database, 0);
            await().atMost(TIMEOUT).until(() -> engine.completed || engine.crashed());
            assertThat(engine.failure).isNull();
            keepDurable(engine, ids);
        }
        assertThat(connector.isUnfinishedSnapshot(MapOffsets.get(database.name)))
                .isFalse();
        stopAndGo(connector, ids, 1);
        try (TestEngine engine = new TestEngine(connector, false)) {
            awaitAll(engine, ids, ROWS + 1);
            assertThat(engine.upserts()).as("no second snapshot").noneMatch(Change.Upsert::snapshot);
        }
    }

    @Test
    void restart_streamsOn_fromTheOffsetOfTheSnapshotsEnd() {
        TestDatabase database = new TestDatabase();
        database.execute(
                "CREATE TABLE items (id int PRIMARY KEY, name text)",
                "CREATE TABLE empty (id int PRIMARY KEY)",
                "INSERT INTO items SELECT i, 'x' FROM generate_series(1, 50) i");
        Connector connector = database.connector("public.items", "public.empty");
        // The engine is "killed" in front of the last row: what comes after the snapshot's view is only in the log.
        try (TestEngine engine = new TestEngine(connector, true, e -> e.snapshotCompleted())) {
            await().atMost(TIMEOUT).until(() -> engine.completed || engine.crashed());
            assertThat(engine.failure).isNull();
            assertThat(engine.upserts()).hasSize(50).allMatch(Change.Upsert::snapshot);
            assertThat(engine.events.stream().filter(e -> e.resumeOffset() != null))
                    .hasSize(1);
            ChangeEvent end = engine.events.get(50);
            assertThat(end.change()).isInstanceOf(Change.SnapshotCompleted.class);
            MapOffsets.put(database.name, Map.copyOf(end.resumeOffset()));
        }
        database.execute("INSERT INTO items VALUES (51, 'later')", "INSERT INTO empty VALUES (1)");
        assertThat(connector.isUnfinishedSnapshot(MapOffsets.get(database.name)))
                .isFalse();
        try (TestEngine engine = new TestEngine(connector, false)) {
            await().atMost(TIMEOUT)
                    .until(() -> engine.completed || engine.upserts().size() == 2);
            assertThat(engine.failure).isNull();
            assertThat(engine.upserts()).noneMatch(Change.Upsert::snapshot);
            assertThat(engine.changes()).noneMatch(Change.SnapshotCompleted.class::isInstance);
        }
    }

    @Test
    void snapshotOfEmptyTables_isCompleted_byTheFirstHeartbeat() {
        TestDatabase database = new TestDatabase();
        database.execute("CREATE TABLE items (id int PRIMARY KEY, name text)");
        Connector connector = database.connector("public.items");
        try (TestEngine engine = new TestEngine(connector, true)) {
            await().atMost(TIMEOUT).until(() -> engine.completed || engine.snapshotCompleted());
            assertThat(engine.failure).isNull();
        }
        database.execute("INSERT INTO items VALUES (1, 'later')");
        try (TestEngine engine = new TestEngine(connector, false)) {
            await().atMost(TIMEOUT)
                    .until(() -> engine.completed || engine.upserts().size() == 1);
            assertThat(engine.upserts()).noneMatch(Change.Upsert::snapshot);
        }
    }

    /** One more crash, at another row of what is replayed. */
    private static void stopAndGo(Connector connector, Set<Object> ids, int stopAt) {
        try (TestEngine engine =
                new TestEngine(connector, false, e -> e.upserts().size() >= stopAt)) {
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
