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
 * A table of one column per case, and its rows by the four ways in which rows come: streamed, read by key, read as one of the first rows,
 * and read in pages, as a load does.
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
        Map<Integer, Row> streamed = new HashMap<>();
        try (TestEngine engine = new TestEngine(connector)) {
            insert(STREAMED);
            await().atMost(TIMEOUT).until(() -> engine.upserts().size() >= rows || engine.completed);
            assertThat(engine.failure).isNull();
            for (Upsert upsert : engine.upserts()) {
                streamed.put((Integer) upsert.after().get(0), upsert.after());
            }
        }
        assertThat(streamed).hasSize(rows);
        Map<Integer, Row> read = new HashMap<>();
        Map<Integer, Row> first = new LinkedHashMap<>();
        Map<Integer, Row> pages = new HashMap<>();
        try (RowReader reader = connector.rowReader()) {
            List<@Nullable Object[]> keys = new ArrayList<>();
            streamed.keySet().forEach(id -> keys.add(new @Nullable Object[] {id}));
            reader.read(table, List.of("id"), keys, row -> read.put((Integer) row.get(0), row));
            reader.first(table, List.of("id"), rows, row -> first.put((Integer) row.get(0), row));
            readPages(reader, pages);
        }
        assertThat(first).hasSize(rows);
        assertThat(pages).hasSize(2 * rows);
        SoftAssertions soft = new SoftAssertions();
        List<Column> described = connector.describe().get(table).schema().columns();
        compare(soft, described, "streamed", streamed, STREAMED);
        compare(soft, described, "read", read, STREAMED);
        compare(soft, described, "first", first, 0);
        compare(soft, described, "page", pages, 0);
        compare(soft, described, "page", pages, STREAMED);
        soft.assertAll();
    }

    private void readPages(RowReader reader, Map<Integer, Row> pages) {
        Object[] last = null;
        int before = -1;
        while (pages.size() > before) {
            before = pages.size();
            List<Row> page = new ArrayList<>();
            reader.after(table, List.of("id"), last, 2, page::add);
            for (Row row : page) {
                pages.put((Integer) row.get(0), row);
                last = new Object[] {row.get(0)};
            }
        }
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
