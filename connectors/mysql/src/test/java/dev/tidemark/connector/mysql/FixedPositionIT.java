package dev.tidemark.connector.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.connector.ChangeDecoder;
import dev.tidemark.connector.Secret;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.testkit.mysql.MySqlServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every row behind a fixed position is decoded with the columns that it was written with. */
@NullUnmarked
class FixedPositionIT {

    private static final String DB = "fixed_position";
    private static final TableId ITEMS = new TableId(DB, "items");
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final MySqlServer server = MySqlServer.shared();

    @TempDir
    private Path state;

    private final Map<Integer, Map<String, Object>> rows = new ConcurrentHashMap<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    @BeforeEach
    void createTable() {
        server.execute(
                "mysql",
                "DROP DATABASE IF EXISTS fixed_position",
                "CREATE DATABASE fixed_position CHARACTER SET latin1",
                "CREATE TABLE fixed_position.items (id int PRIMARY KEY, a varchar(20), b varchar(20))",
                "CREATE TABLE fixed_position.other (id int PRIMARY KEY)");
    }

    @AfterEach
    void dropDatabase() {
        server.execute("mysql", "DROP DATABASE fixed_position");
    }

    /** A new one has nothing but the state directory: what a process begins with after a kill -9. */
    private MySqlConnector connector() {
        return new MySqlConnector(SourceSettings.of(DB)
                .at(server.host(), server.port())
                .as(server.user(), new Secret(server.password()))
                .state(state)
                .tables(List.of(new SourceSettings.Table(ITEMS, List.of())))
                .build());
    }

    private ResumedEngine engine(MySqlConnector connector, Map<String, Object> offset) {
        return engine(connector, connector.engineProperties(offset), offset);
    }

    private ResumedEngine engine(MySqlConnector connector, Map<String, String> properties, Map<String, Object> offset) {
        ChangeDecoder decoder = connector.decoder();
        return new ResumedEngine(
                properties,
                DB,
                offset,
                record -> decoder.decode(record, event -> {
                    if (event.change() instanceof Change.Upsert upsert) {
                        Map<String, Object> row = values(upsert.after());
                        rows.put((Integer) row.get("id"), row);
                    }
                }));
    }

    private static Map<String, Object> values(Row row) {
        Map<String, Object> values = new LinkedHashMap<>();
        List<Column> columns = row.schema().columns();
        for (int i = 0; i < columns.size(); i++) {
            values.put(columns.get(i).name(), row.get(i));
        }
        return values;
    }

    private void awaitRows(ResumedEngine engine, int number) {
        await().atMost(TIMEOUT).until(() -> rows.size() >= number || engine.isCompleted());
        assertThat(engine.failure()).isNull();
    }

    /** When statements change the table after the position was fixed. */
    private enum Moment {
        /** Before the first engine of the process that fixed it is built. */
        FIRST_RUN,
        /** As in the first run, and the process dies before it has built one. */
        AFTER_A_KILL,
        /** When the process that comes after that is about to start its engine. */
        AT_THE_START
    }

    @ParameterizedTest
    @EnumSource
    void rows_haveTheColumnsThatTheyWereWrittenWith(Moment moment) throws Exception {
        server.execute(DB, "INSERT INTO items VALUES (0, 'before', 'the position')");
        MySqlConnector first = connector();
        Map<String, Object> offset = first.fixPosition();
        MySqlConnector next = moment == Moment.FIRST_RUN ? first : connector();
        Map<String, String> early = moment == Moment.AT_THE_START ? next.engineProperties(offset) : Map.of();
        server.execute(
                DB,
                "INSERT INTO items VALUES (1, 'a1', 'b1')",
                "ALTER TABLE items ADD COLUMN c varchar(20) AFTER id",
                "INSERT INTO items VALUES (2, 'c2', 'a2', 'b2')",
                "ALTER TABLE items DROP COLUMN a",
                "INSERT INTO items VALUES (3, 'c3', 'b3')",
                "ALTER TABLE items RENAME COLUMN c TO d, ALGORITHM=INSTANT",
                "CREATE TABLE created (id int PRIMARY KEY, t varchar(20))",
                "INSERT INTO items VALUES (4, 'd4', 'b4')");
        Map<String, String> properties = early.isEmpty() ? next.engineProperties(offset) : early;
        try (ResumedEngine engine = engine(next, properties, offset)) {
            awaitRows(engine, 4);
            server.execute(DB, "ALTER TABLE items ADD COLUMN e int", "INSERT INTO items VALUES (5, 'd5', 'b5', 5)");
            awaitRows(engine, 5);
        }
        assertThat(new TreeMap<>(rows))
                .containsExactlyEntriesOf(new TreeMap<>(Map.of(
                        1, Map.of("id", 1, "a", "a1", "b", "b1"),
                        2, Map.of("id", 2, "c", "c2", "a", "a2", "b", "b2"),
                        3, Map.of("id", 3, "c", "c3", "b", "b3"),
                        4, Map.of("id", 4, "d", "d4", "b", "b4"),
                        5, Map.of("id", 5, "d", "d5", "b", "b5", "e", 5))));
    }

    /** Columns that change their names and change them back, while the position is fixed: each row's value is the name of its column. */
    @Test
    void aPosition_isFixedWithItsColumns_whileStatementsChangeThem() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        AtomicReference<Integer> last = new AtomicReference<>(0);
        Thread changing = new Thread(() -> {
            String name = "a";
            try {
                for (int id = 1; !over.await(20, TimeUnit.MILLISECONDS); id++) {
                    String next = name.equals("a") ? "z" : "a";
                    server.execute(
                            DB,
                            "INSERT INTO items (id, " + name + ") VALUES (" + id + ", '" + name + "')",
                            "ALTER TABLE items RENAME COLUMN " + name + " TO " + next + ", ALGORITHM=INSTANT");
                    name = next;
                    last.set(id);
                }
            } catch (InterruptedException | RuntimeException e) {
                failure.set(e);
            }
        });
        changing.start();
        MySqlConnector connector = connector();
        Map<String, Object> offset;
        try {
            await().atMost(TIMEOUT).until(() -> last.get() > 3);
            offset = fixed(connector);
            int seen = last.get();
            await().atMost(TIMEOUT).until(() -> last.get() > seen + 6);
        } finally {
            over.countDown();
            changing.join();
        }
        assertThat(failure.get()).isNull();
        try (ResumedEngine engine = engine(connector, offset)) {
            await().atMost(TIMEOUT).until(() -> rows.containsKey(last.get()) || engine.isCompleted());
            assertThat(engine.failure()).isNull();
        }
        assertThat(rows)
                .hasSizeGreaterThan(5)
                .allSatisfy((id, row) -> assertThat(row)
                        .satisfiesAnyOf(
                                each -> assertThat(each).containsEntry("a", "a").doesNotContainKey("z"),
                                each -> assertThat(each).containsEntry("z", "z").doesNotContainKey("a")));
    }

    private static Map<String, Object> fixed(MySqlConnector connector) throws InterruptedException {
        long began = System.nanoTime();
        while (true) {
            try {
                return connector.fixPosition();
            } catch (SourceException e) {
                assertThat(e.isRetryable()).isTrue();
                assertThat(e).hasMessageContaining("again and again");
                assertThat(System.nanoTime() - began).isLessThan(TIMEOUT.toNanos());
            }
        }
    }

    @Test
    void tablesOfTheDatabase_areKnown_alsoThoseThatComeLater() throws Exception {
        MySqlConnector connector = connector();
        assertThat(connector.recorded().contains(ITEMS)).isFalse();
        Map<String, Object> offset = connector.fixPosition();
        assertThat(connector.recorded().contains(ITEMS)).isTrue();
        TableId other = new TableId(DB, "other");
        assertThat(connector.recorded().contains(other)).isTrue();
        assertThat(connector.recorded().contains(new TableId("mysql", "user"))).isFalse();
        TableId later = new TableId(DB, "later");
        assertThat(connector.recorded().contains(later)).isFalse();
        server.execute(
                DB,
                "CREATE TABLE later (id int PRIMARY KEY)",
                "DROP TABLE other",
                "INSERT INTO items VALUES (1, 'a', 'b')");
        try (ResumedEngine engine = engine(connector, offset)) {
            awaitRows(engine, 1);
        }
        assertThat(connector.recorded().contains(later)).isTrue();
        assertThat(connector.recorded().contains(other)).isFalse();
    }
}
