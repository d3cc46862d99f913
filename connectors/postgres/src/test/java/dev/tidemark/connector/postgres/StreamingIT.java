package dev.tidemark.connector.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.Loss;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.SnapshotMode;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceSettings.Table;
import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.Change.Upsert;
import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.TableId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** What the changes of a table become, on a real engine. */
@NullUnmarked
class StreamingIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final TestDatabase database = new TestDatabase();

    @Test
    void unchangedToast_isUnavailable_andReadByKey() {
        String big = "(SELECT string_agg(md5(i::text), '') FROM generate_series(1, 1000) i)";
        database.execute(
                "CREATE EXTENSION hstore",
                "CREATE TABLE big (id int PRIMARY KEY, n int, a text, b bytea, c text[], d jsonb, e int[], f hstore, g uuid[],"
                        + " h numeric, i varchar, j timestamptz[], k xml)",
                "ALTER TABLE big ALTER a SET STORAGE external, ALTER b SET STORAGE external, ALTER c SET STORAGE external,"
                        + " ALTER d SET STORAGE external, ALTER e SET STORAGE external, ALTER f SET STORAGE external,"
                        + " ALTER g SET STORAGE external, ALTER h SET STORAGE external, ALTER i SET STORAGE external,"
                        + " ALTER j SET STORAGE external, ALTER k SET STORAGE external",
                "INSERT INTO big SELECT 1, 0, " + big + ", convert_to(" + big + ", 'UTF8'), ARRAY[" + big
                        + "], to_jsonb(" + big
                        + "), ARRAY(SELECT generate_series(1, 9000)), hstore('k', " + big
                        + "), ARRAY(SELECT gen_random_uuid() FROM generate_series(1, 900)), repeat('9', 20000)::numeric, "
                        + big
                        + ", ARRAY(SELECT now() FROM generate_series(1, 900)), ('<a>' || " + big + " || '</a>')::xml");
        Connector connector = database.connector("public.big");
        List<Change> changes = stream(connector, 1, "UPDATE big SET n = 1");
        Row after = ((Upsert) changes.get(0)).after();
        assertThat(after.complete()).isFalse();
        assertThat(after.get(1)).isEqualTo(1);
        for (int i = 2; i < 13; i++) {
            assertThat(after.get(i)).as(after.schema().columns().get(i).name()).isSameAs(Row.UNAVAILABLE);
        }
        List<Row> read = new ArrayList<>();
        try (RowReader reader = connector.rowReader()) {
            reader.read(
                    TableId.parse("public.big"),
                    List.of("id"),
                    List.<Object[]>of(new Object[] {1}, new Object[] {2}),
                    read::add);
        }
        assertThat(read).hasSize(1).allMatch(Row::complete);
        assertThat((List<?>) read.get(0).get(6)).hasSize(9000);
    }

    @Test
    void deleteAndKeyChange_carryTheKeyOnly_underTheDefaultIdentity() {
        database.execute(
                "CREATE TABLE items (id int PRIMARY KEY, a text, b int)", "INSERT INTO items VALUES (1, 'x', NULL)");
        List<Change> changes = stream(
                database.connector("public.items"),
                4,
                "UPDATE items SET a = 'y'",
                "UPDATE items SET id = 2",
                "DELETE FROM items");
        assertThat(((Upsert) changes.get(0)).before()).isNull();
        Row moved = ((Change.Delete) changes.get(1)).before();
        assertThat(values(moved)).containsExactly(1, Row.UNAVAILABLE, Row.UNAVAILABLE);
        assertThat(values(((Upsert) changes.get(2)).after())).containsExactly(2, "y", null);
        assertThat(values(((Change.Delete) changes.get(3)).before()))
                .containsExactly(2, Row.UNAVAILABLE, Row.UNAVAILABLE);
    }

    @Test
    void before_isComplete_underFullIdentity_withoutAPrimaryKey() {
        database.execute(
                "CREATE TABLE items (a text NOT NULL UNIQUE, b int, c text)",
                "ALTER TABLE items REPLICA IDENTITY FULL",
                "INSERT INTO items VALUES ('k', NULL, 'v')");
        Connector connector = database.connector(
                SnapshotMode.INITIAL, List.of(new Table(TableId.parse("public.items"), List.of("a"))));
        List<Change> changes = stream(connector, 2, "UPDATE items SET b = 1", "DELETE FROM items");
        assertThat(values(((Upsert) changes.get(0)).before())).containsExactly("k", null, "v");
        assertThat(values(((Change.Delete) changes.get(1)).before())).containsExactly("k", 1, "v");
    }

    @Test
    void truncate_isOneChange_forEachCapturedTable() {
        database.execute(
                "CREATE TABLE one (id int PRIMARY KEY)",
                "CREATE TABLE two (id int PRIMARY KEY)",
                "INSERT INTO one VALUES (1)");
        List<Change> changes = stream(database.connector("public.one", "public.two"), 2, "TRUNCATE one, two");
        assertThat(changes)
                .containsExactlyInAnyOrder(
                        new Change.Truncate(TableId.parse("public.one")),
                        new Change.Truncate(TableId.parse("public.two")));
    }

    @Test
    void columns_followTheTable_whileStreaming() {
        database.execute("CREATE TABLE items (id int PRIMARY KEY, a text)", "INSERT INTO items VALUES (0, 'x')");
        List<Change> changes = stream(
                database.connector("public.items"),
                4,
                // Debezium reads the catalog when streaming begins: only once this is streamed, that is behind us.
                List.of("INSERT INTO items VALUES (1, 'x')"),
                "ALTER TABLE items ADD b int",
                "INSERT INTO items VALUES (2, 'x', 2)",
                "ALTER TABLE items RENAME a TO z",
                "INSERT INTO items VALUES (3, 'y', 3)",
                "ALTER TABLE items DROP z",
                "INSERT INTO items VALUES (4, 4)");
        assertThat(changes.stream().map(c -> names(((Upsert) c).after())))
                .containsExactly(
                        List.of("id", "a"), List.of("id", "a", "b"), List.of("id", "z", "b"), List.of("id", "b"));
        assertThat(values(((Upsert) changes.get(3)).after())).containsExactly(4, 4);
    }

    @Test
    void oddNamesAndPartitions_areCaptured() {
        database.execute(
                "CREATE SCHEMA \"My Schema\"",
                "CREATE TABLE \"My Schema\".\"Odd.Name, (x)\" (\"Id\" int PRIMARY KEY, \"a b\" text)",
                "CREATE TABLE parts (id int PRIMARY KEY) PARTITION BY RANGE (id)",
                "CREATE TABLE parts_low PARTITION OF parts FOR VALUES FROM (0) TO (100)",
                "INSERT INTO parts VALUES (1)");
        List<Change> changes = stream(
                database.connector("My Schema.Odd.Name, (x)", "public.parts"),
                2,
                "INSERT INTO \"My Schema\".\"Odd.Name, (x)\" VALUES (1, 'q')",
                "INSERT INTO parts VALUES (2)");
        assertThat(changes.stream().map(c -> ((Change.OfTable) c).table().toString()))
                .containsExactly("My Schema.Odd.Name, (x)", "public.parts");
    }

    @Test
    void droppedSlot_isExplained_andThePreflightDecidesWhatIsLost() {
        database.execute("CREATE TABLE items (id int PRIMARY KEY)");
        Connector connector = database.connector("public.items");
        try (TestEngine engine = new TestEngine(connector)) {
            engine.awaitStreaming();
        }
        assertThat(connector.status().problems()).isEmpty();
        await().atMost(TIMEOUT)
                .ignoreExceptions() // the engine has ended, but the server may not have noticed: the slot is in use
                // then
                .untilAsserted(() -> database.execute("SELECT pg_drop_replication_slot('" + database.slot() + "')"));
        assertThat(connector.status().problems())
                .singleElement()
                .satisfies(p -> assertThat(p.loss()).isEqualTo(Loss.GAP));
        try (TestEngine engine = new TestEngine(connector)) {
            await().atMost(TIMEOUT).until(() -> engine.completed);
            SourceException explained = connector.explain(engine.failure);
            assertThat(explained.isRetryable()).as(explained.getMessage()).isTrue();
            assertThat(explained.loss()).as("an engine's word is no proof").isNull();
        }
        assertThat(connector.preflight(Map.of("lsn", 100L, "lsn_commit", 100L), false))
                .filteredOn(check -> check.outcome() == Check.Outcome.FAILED)
                .extracting(Check::loss)
                .containsExactly(Loss.GAP);
    }

    @Test
    void existing_leavesOutTextsThatAreNoKeys() {
        database.execute(
                "CREATE TABLE items (id int, d date, PRIMARY KEY (id, d))",
                "INSERT INTO items VALUES (1, '2024-01-01')");
        List<Row> found = new ArrayList<>();
        try (RowReader reader = database.connector("public.items").rowReader()) {
            reader.existing(
                    TableId.parse("public.items"),
                    List.of("id", "d"),
                    List.of(new String[] {"x", "1"}, new String[] {"1", "2024-01-01"}, new String[] {"99999999999", "1"
                    }),
                    found::add);
        }
        assertThat(found)
                .singleElement()
                .satisfies(row -> assertThat(values(row)).containsExactly(1, 19723));
    }

    /** The changes that the statements make. */
    private List<Change> stream(Connector connector, int expected, String... statements) {
        return stream(connector, expected, List.of(), statements);
    }

    /** @param first each of these is one change, and streamed before the other statements run */
    private List<Change> stream(Connector connector, int expected, List<String> first, String... statements) {
        try (TestEngine engine = new TestEngine(connector)) {
            database.execute(first.toArray(String[]::new));
            await().atMost(TIMEOUT)
                    .until(() -> engine.completed || engine.changes().size() >= first.size());
            database.execute(statements);
            await().atMost(TIMEOUT)
                    .until(() -> engine.completed || engine.changes().size() >= expected);
            assertThat(engine.failure).isNull();
            return engine.changes();
        }
    }

    private static List<String> names(Row row) {
        return row.schema().columns().stream().map(Column::name).toList();
    }

    private static List<Object> values(Row row) {
        return IntStream.range(0, row.schema().columns().size())
                .mapToObj(row::get)
                .collect(ArrayList::new, List::add, List::addAll);
    }
}
