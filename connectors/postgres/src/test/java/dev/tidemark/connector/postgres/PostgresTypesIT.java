package dev.tidemark.connector.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.connector.Change.Upsert;
import dev.tidemark.connector.Column;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.Row;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.TableId;
import dev.tidemark.connector.postgres.TypeCases.TypeCase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.SoftAssertions;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Every type, each value by four ways: streamed, in a snapshot, read by key, read as one of the first rows. All must be
 * equal, and as docs/types.md says.
 */
@NullUnmarked // a value that is missing fails the test by itself
class PostgresTypesIT {

    private static final TableId TABLE = TableId.parse("public.types");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void values_areEqual_whicheverWayTheyCome() {
        TestDatabase database = new TestDatabase();
        database.execute(TypeCases.SETUP);
        List<TypeCase> cases = TypeCases.ALL;
        StringBuilder create =
                new StringBuilder("CREATE TABLE types (id int PRIMARY KEY, gen text GENERATED ALWAYS AS ('g') STORED");
        for (int i = 0; i < cases.size(); i++) {
            create.append(", c").append(i).append(' ').append(cases.get(i).sqlType());
        }
        database.execute(create.append(")").toString());
        int rows = cases.stream().mapToInt(c -> c.values().size()).max().orElseThrow();
        insert(database, cases, rows, 0);

        Connector connector = database.connector("public.types");
        Map<Integer, Row> received = new HashMap<>();
        try (TestEngine engine = new TestEngine(connector, true)) {
            await().atMost(PATIENCE).until(() -> engine.snapshotCompleted() || engine.completed);
            assertThat(engine.failure).isNull();
            insert(database, cases, rows, 1000);
            await().atMost(PATIENCE).until(() -> engine.upserts().size() >= 2 * rows || engine.completed);
            assertThat(engine.failure).isNull();
            for (Upsert upsert : engine.upserts()) {
                received.put((Integer) upsert.after().get(0), upsert.after());
            }
        }
        Map<Integer, Row> read = new HashMap<>();
        Map<Integer, Row> first = new LinkedHashMap<>();
        try (RowReader reader = connector.rowReader()) {
            List<@Nullable Object[]> keys = received.keySet().stream()
                    .map(id -> new @Nullable Object[] {id})
                    .toList();
            reader.read(TABLE, List.of("id"), keys, row -> read.put((Integer) row.get(0), row));
            reader.first(TABLE, List.of("id"), rows, row -> first.put((Integer) row.get(0), row));
        }
        assertThat(first.keySet())
                .containsExactlyElementsOf(IntStream.range(0, rows).boxed().toList());
        SoftAssertions soft = new SoftAssertions();
        List<Column> described = connector.describe().get(TABLE).schema().columns();
        soft.assertThat(received.get(1000).schema().columns())
                .as("streamed types")
                .isEqualTo(described);
        soft.assertThat(received.get(0).schema().columns()).as("snapshot types").isEqualTo(described);
        soft.assertThat(read.get(0).schema().columns()).as("read types").isEqualTo(described);
        for (int i = 0; i < cases.size(); i++) {
            TypeCase type = cases.get(i);
            soft.assertThat(described.get(i + 1).type()).as(type.sqlType()).isEqualTo(type.expected());
            for (int v = 0; v < type.values().size(); v++) {
                Object expected = comparable(type.values().get(v).expected());
                String what = type.sqlType() + " " + type.values().get(v).sql();
                soft.assertThat(comparable(received.get(v).get(i + 1)))
                        .as("snapshot " + what)
                        .isEqualTo(expected);
                soft.assertThat(comparable(received.get(1000 + v).get(i + 1)))
                        .as("streamed " + what)
                        .isEqualTo(expected);
                soft.assertThat(comparable(read.get(v).get(i + 1)))
                        .as("read " + what)
                        .isEqualTo(expected);
                soft.assertThat(comparable(first.get(v).get(i + 1)))
                        .as("first " + what)
                        .isEqualTo(expected);
            }
        }
        soft.assertAll();
    }

    @Test
    void null_staysNull_whereTheColumnHasADefault() {
        TestDatabase database = new TestDatabase();
        database.execute(
                "CREATE TABLE types (id int PRIMARY KEY, a text DEFAULT 'x', b int DEFAULT 7, c timestamptz DEFAULT now(),"
                        + " d numeric DEFAULT 1.5, e jsonb DEFAULT '{}', f int[] DEFAULT '{1}', g date DEFAULT 'infinity',"
                        + " h bytea DEFAULT 'abc', i bool DEFAULT true, j uuid DEFAULT gen_random_uuid(),"
                        + " k timestamp DEFAULT '-infinity', l interval DEFAULT '1 day', m bit(3) DEFAULT B'101')",
                "INSERT INTO types VALUES (1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)");
        try (TestEngine engine = new TestEngine(database.connector("public.types"), true)) {
            await().atMost(PATIENCE).until(() -> engine.snapshotCompleted() || engine.completed);
            assertThat(engine.failure).isNull();
            database.execute(
                    "INSERT INTO types VALUES (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)");
            await().atMost(PATIENCE).until(() -> engine.upserts().size() == 2 || engine.completed);
            for (Upsert upsert : engine.upserts()) {
                for (int i = 1; i < 14; i++) {
                    assertThat(upsert.after().get(i)).as("column " + i).isNull();
                }
            }
        }
    }

    /** Arrays have no equals of their own. */
    private static @Nullable Object comparable(@Nullable Object value) {
        if (value instanceof byte[] bytes) {
            return HexFormat.of().formatHex(bytes);
        }
        if (value instanceof double[] point) {
            return Arrays.toString(point);
        }
        return value instanceof List<?> list
                ? new ArrayList<>(list.stream().map(PostgresTypesIT::comparable).collect(Collectors.toList()))
                : value;
    }

    private static void insert(TestDatabase database, List<TypeCase> cases, int rows, int from) {
        for (int v = 0; v < rows; v++) {
            StringBuilder sql = new StringBuilder("INSERT INTO types VALUES (" + (from + v) + ", DEFAULT");
            for (TypeCase type : cases) {
                sql.append(", ")
                        .append(v < type.values().size() ? type.values().get(v).sql() : "DEFAULT");
            }
            database.execute(sql.append(")").toString());
        }
    }
}
