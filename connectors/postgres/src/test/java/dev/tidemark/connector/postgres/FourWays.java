package dev.tidemark.connector.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.connector.Connector;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.data.Change.Upsert;
import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.postgres.TypeCases.TypeCase;
import dev.tidemark.connector.postgres.connection.Database;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/**
 * A table of one column per case, and its rows by the four ways in which rows come: in a snapshot, streamed, read by key, and read as
 * one of the first rows.
 */
@NullUnmarked // a value that is missing fails the test by itself
final class FourWays {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int STREAMED = 1000;

    private final TestDatabase database;
    private final TableId table;
    private final List<TypeCase> cases;
    private final int rows;

    /** Creates the table, with an id and a generated column before those of the cases, and its first rows. */
    FourWays(TestDatabase database, TableId table, List<TypeCase> cases) {
        this.database = database;
        this.table = table;
        this.cases = cases;
        this.rows = cases.stream().mapToInt(c -> c.values().size()).max().orElseThrow();
        StringBuilder create = new StringBuilder("CREATE TABLE " + Database.quoted(table)
                + " (id int PRIMARY KEY, gen text GENERATED ALWAYS AS ('g') STORED");
        for (int i = 0; i < cases.size(); i++) {
            create.append(", c").append(i).append(' ').append(cases.get(i).sqlType());
        }
        database.execute(create.append(")").toString());
        insert(0);
    }

    /** Every value must be the expected one, whichever way it comes, and the columns those of the catalog. */
    void assertEqual(Connector connector) {
        Map<Integer, Row> received = new HashMap<>();
        try (TestEngine engine = new TestEngine(connector, true)) {
            await().atMost(TIMEOUT).until(() -> engine.snapshotCompleted() || engine.completed);
            assertThat(engine.failure).isNull();
            insert(STREAMED);
            await().atMost(TIMEOUT).until(() -> engine.upserts().size() >= 2 * rows || engine.completed);
            assertThat(engine.failure).isNull();
            for (Upsert upsert : engine.upserts()) {
                received.put((Integer) upsert.after().get(0), upsert.after());
            }
        }
        Map<Integer, Row> read = new HashMap<>();
        Map<Integer, Row> first = new LinkedHashMap<>();
        try (RowReader reader = connector.rowReader()) {
            List<@Nullable Object[]> keys = new ArrayList<>();
            received.keySet().forEach(id -> keys.add(new @Nullable Object[] {id}));
            reader.read(table, List.of("id"), keys, row -> read.put((Integer) row.get(0), row));
            reader.first(table, List.of("id"), rows, row -> first.put((Integer) row.get(0), row));
        }
        assertThat(first).hasSize(rows);
        SoftAssertions soft = new SoftAssertions();
        List<Column> described = connector.describe().get(table).schema().columns();
        compare(soft, described, "snapshot", received, 0);
        compare(soft, described, "streamed", received, STREAMED);
        compare(soft, described, "read", read, 0);
        compare(soft, described, "first", first, 0);
        soft.assertAll();
    }

    private void compare(
            SoftAssertions soft, List<Column> described, String way, Map<Integer, Row> found, int firstId) {
        soft.assertThat(found.get(firstId).schema().columns())
                .as(way + " types")
                .isEqualTo(described);
        for (int i = 0; i < cases.size(); i++) {
            TypeCase type = cases.get(i);
            soft.assertThat(described.get(i + 1).type()).as(type.sqlType()).isEqualTo(type.expected());
            for (int v = 0; v < type.values().size(); v++) {
                soft.assertThat(comparable(found.get(firstId + v).get(i + 1)))
                        .as(way + " " + type.sqlType() + " "
                                + type.values().get(v).sql())
                        .isEqualTo(comparable(type.values().get(v).expected()));
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
                ? new ArrayList<>(list.stream().map(FourWays::comparable).toList())
                : value;
    }

    private void insert(int firstId) {
        List<String> statements = new ArrayList<>();
        for (int v = 0; v < rows; v++) {
            StringBuilder sql = new StringBuilder(
                    "INSERT INTO " + Database.quoted(table) + " VALUES (" + (firstId + v) + ", DEFAULT");
            for (TypeCase type : cases) {
                sql.append(", ")
                        .append(v < type.values().size() ? type.values().get(v).sql() : "DEFAULT");
            }
            statements.add(sql.append(")").toString());
        }
        database.execute(statements.toArray(new String[0]));
    }
}
