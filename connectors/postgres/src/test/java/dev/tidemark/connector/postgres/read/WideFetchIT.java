package dev.tidemark.connector.postgres.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.connector.Join;
import dev.tidemark.connector.JoinReader;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.SnapshotMode;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.SourceSettings.Table;
import dev.tidemark.connector.SqlTemplate;
import dev.tidemark.connector.base.jdbc.JdbcJoinReader;
import dev.tidemark.connector.base.jdbc.ReadPool;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.postgres.TestDatabase;
import dev.tidemark.connector.postgres.connection.Database;
import dev.tidemark.connector.postgres.connection.FetchLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows that are suddenly wider than those before: the fetch that has many of them fails, and no read does. */
class WideFetchIT {

    private static final TableId PAGES = new TableId("public", "pages");
    private static final List<String> KEY = List.of("id");

    private static final int NARROW = 600;
    private static final int WIDE = 20;
    private static final int ALL = 2 * NARROW + WIDE;
    private static final Join JOIN = new Join(
            PAGES, KEY, new Join.Query(SqlTemplate.of("SELECT id, body FROM pages WHERE id IN (:ids)")), List.of());
    private static final FetchLimit LIMIT = new FetchLimit(3L << 20);

    private final TestDatabase database = new TestDatabase();
    private final List<Object> ids = new ArrayList<>();

    private ReadPool pool;
    private RowSecurity security;
    private PostgresDialect dialect;

    /** Narrow rows, so that many are fetched at once, wide ones, of which four exceed the limit, and narrow ones. */
    @BeforeEach
    void createTable() {
        database.execute(
                "CREATE TABLE pages (id int PRIMARY KEY, body text)",
                "INSERT INTO pages SELECT i, CASE WHEN i BETWEEN " + (NARROW + 1) + " AND " + (NARROW + WIDE)
                        + " THEN repeat('0123456789abcdef', 65536) ELSE 'narrow' END FROM generate_series(1, " + ALL
                        + ") i");
        open(database.server.user(), database.server.password());
    }

    private void open(String user, String password) {
        SourceSettings settings =
                database.settings(SnapshotMode.INITIAL, List.of(new Table(PAGES, List.of())), user, password);
        Database opened = new Database(settings, LIMIT);
        pool = opened.reads();
        dialect = new PostgresDialect(opened);
        security = new RowSecurity(settings, dialect);
    }

    private RowReader rowReader() {
        return new PostgresRowReader(pool.lease(), security, dialect);
    }

    private void read(Consumer<Consumer<Row>> reading) {
        ids.clear();
        reading.accept(row -> ids.add(row.get(0)));
    }

    private static Object[] all() {
        return IntStream.rangeClosed(1, ALL).boxed().toArray();
    }

    @Test
    void pagesInTheOrderOfTheKey_haveEachRowOnce() {
        try (RowReader reader = rowReader()) {
            read(found -> reader.after(PAGES, KEY, new Object[] {0}, ALL, row -> {
                found.accept(row);
                return true;
            }));
            assertThat(ids).containsExactly(all());
            read(found -> reader.first(PAGES, KEY, Integer.MAX_VALUE, found));
            assertThat(ids).containsExactly(all());
        }
    }

    @Test
    void pageThatIsEnough_endsAtTheRowThatIsTheLastWanted() {
        try (RowReader reader = rowReader()) {
            read(found -> reader.after(PAGES, KEY, null, ALL, row -> {
                found.accept(row);
                return ids.size() < NARROW + 40;
            }));
            assertThat(ids).hasSize(NARROW + 40).doesNotHaveDuplicates();
            read(found -> reader.first(PAGES, KEY, NARROW + 40, found));
            assertThat(ids).hasSize(NARROW + 40).doesNotHaveDuplicates();
        }
    }

    @Test
    void rowsByTheirKeys_areReadOnce() {
        List<@Nullable Object[]> keys = new ArrayList<>();
        IntStream.rangeClosed(-5, ALL).forEach(id -> keys.add(new Object[] {id}));
        try (RowReader reader = rowReader()) {
            read(found -> reader.read(PAGES, KEY, keys, found));
        }
        assertThat(ids).containsExactlyInAnyOrder(all());
    }

    @Test
    void joinedDocuments_areReadOnce() {
        List<String[]> keys = IntStream.rangeClosed(-5, ALL)
                .mapToObj(id -> new String[] {"" + id})
                .toList();
        try (JoinReader reader = new JdbcJoinReader<>(new SecuredReads(pool.lease(), security, JOIN), dialect, JOIN)) {
            read(found -> reader.rows(keys, found));
        }
        assertThat(ids).containsExactlyInAnyOrder(all());
    }

    /** What an attempt that failed has read is proven by the next one. */
    @Test
    void rowsUnderPolicies_areReadOnce() {
        String role = "wide_" + database.name;
        database.execute(
                "CREATE ROLE " + role + " LOGIN PASSWORD 'secret'",
                "GRANT SELECT ON pages TO " + role,
                "ALTER TABLE pages ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY p ON pages USING (true)");
        open(role, "secret");
        try (RowReader reader = rowReader()) {
            read(found -> reader.first(PAGES, KEY, ALL, found));
        }
        assertThat(ids).containsExactly(all());
    }

    /** A row that is larger than the limit is handed over with its key and its size, once, and all others are read. */
    @Test
    void rowsThatAreTooLarge_areSteppedOver_byEveryRead() {
        int large = NARROW + 5;
        database.execute("UPDATE pages SET body = repeat('0123456789abcdef', 262144) WHERE id IN (1, " + large + ", "
                + ALL + ")");
        List<@Nullable Object[]> keys = new ArrayList<>();
        List<String[]> texts = new ArrayList<>();
        IntStream.rangeClosed(0, ALL).forEach(id -> keys.add(new Object[] {id}));
        IntStream.rangeClosed(0, ALL).forEach(id -> texts.add(new String[] {"" + id}));
        try (RowReader reader = rowReader();
                JoinReader joined =
                        new JdbcJoinReader<>(new SecuredReads(pool.lease(), security, JOIN), dialect, JOIN)) {
            assertSteppedOver(found -> reader.first(PAGES, KEY, Integer.MAX_VALUE, found));
            assertSteppedOver(found -> reader.after(PAGES, KEY, null, ALL, row -> {
                found.accept(row);
                return true;
            }));
            assertSteppedOver(found -> reader.read(PAGES, KEY, keys, found));
            assertSteppedOver(found -> joined.rows(texts, found));
            read(found -> reader.after(PAGES, KEY, null, 1, row -> {
                found.accept(row);
                return true;
            }));
            assertThat(ids).as("a page of one row").containsExactly(1);
        }
    }

    /** Of a new reader no result has shown the columns yet. */
    @Test
    void joinedRowThatIsTooLarge_isSteppedOver_ifItIsTheFirstOneOfAReader() {
        database.execute("UPDATE pages SET body = repeat('0123456789abcdef', 262144) WHERE id = 1");
        List<Long> sizes = new ArrayList<>();
        try (JoinReader joined = new JdbcJoinReader<>(new SecuredReads(pool.lease(), security, JOIN), dialect, JOIN)) {
            joined.rows(List.<String[]>of(new String[] {"1"}), row -> sizes.add(row.tooLarge()));
        }
        assertThat(sizes).singleElement().satisfies(size -> assertThat(size).isGreaterThan(4L << 20));
    }

    private void assertSteppedOver(Consumer<Consumer<Row>> reading) {
        List<Object> large = new ArrayList<>();
        read(found -> reading.accept(row -> {
            found.accept(row);
            if (row.tooLarge() > 0) {
                assertThat(row.tooLarge()).isBetween(4L << 20, 5L << 20);
                assertThat(row.get(1)).as("was not read").isNull();
                large.add(row.get(0));
            } else {
                assertThat(row.get(1)).isNotNull();
            }
        }));
        assertThat(ids).containsExactlyInAnyOrder(all());
        assertThat(large).containsExactlyInAnyOrder(1, NARROW + 5, ALL);
    }
}
