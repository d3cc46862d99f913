package dev.tidemark.connector.mysql.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.connector.Join;
import dev.tidemark.connector.JoinReader;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.Secret;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.SqlTemplate;
import dev.tidemark.connector.base.jdbc.JdbcJoinReader;
import dev.tidemark.connector.base.jdbc.ReadPool;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.mysql.connection.Database;
import dev.tidemark.testkit.mysql.MySqlServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pages and rows by a key of several columns come from its index: the server counts the rows that it touches for them. */
class KeyIndexIT {

    private static final int ROWS = 100_000;
    private static final TableId GOODS = TableId.parse("key_index.goods");
    private static final TableId LABELLED = TableId.parse("key_index.labelled");
    private static final List<String> KEY = List.of("shop", "sku");

    private final MySqlServer server = MySqlServer.shared();
    private final Database database = new Database(SourceSettings.of("index")
            .at(server.host(), server.port())
            .as(server.user(), new Secret(server.password()))
            .reads(new SourceSettings.Reads(1, Duration.ofMinutes(1), 1000))
            .build());
    private final MySqlDialect dialect = new MySqlDialect(database);
    private final ReadPool pool = database.reads();
    /** Holds the pool's one session open, so that its counters are those of all reads. */
    private final ReadPool.Lease session = pool.lease();

    @BeforeEach
    void createTables() throws Exception {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE key_index");
            statement.execute("USE key_index");
            statement.execute("SET SESSION cte_max_recursion_depth = " + ROWS);
            statement.execute(
                    "CREATE TABLE goods (shop int, sku varchar(20), brand int, PRIMARY KEY (shop, sku), KEY (brand))");
            statement.execute(
                    "INSERT INTO goods WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + ROWS
                            + ") SELECT i % 3, concat('sku-', i), i % 100 FROM n");
            statement.execute(
                    "CREATE TABLE labelled (shop enum('z', 'm', 'a'), sku int, brand int, PRIMARY KEY (shop, sku))");
            statement.execute(
                    "INSERT INTO labelled SELECT elt(1 + shop, 'z', 'm', 'a'), substr(sku, 5), brand FROM goods"
                            + " WHERE brand < 2");
            statement.execute("ANALYZE TABLE goods");
        }
    }

    @AfterEach
    void dropTables() {
        session.close();
        server.execute("", "DROP DATABASE key_index"); // other tests are told of like names
    }

    @Test
    void pagesOfATable_readWhatTheyYield() {
        try (RowReader reader = new MySqlRowReader(pool.lease(), dialect)) {
            long touched = touched(() ->
                    assertThat(page(reader, new Object[] {2, "sku-5"}, 500)).hasSize(500));
            assertThat(touched).isLessThan(1500);
        }
    }

    private static List<Row> page(RowReader reader, Object @Nullable [] after, int most) {
        List<Row> page = new ArrayList<>();
        reader.after(GOODS, KEY, after, most, page::add);
        return page;
    }

    @Test
    void pagesOfJoinedDocuments_readWhatTheyYield() {
        try (JoinReader reader = new JdbcJoinReader<>(pool.lease(), dialect, join(GOODS))) {
            String[] after = {"2", "sku-5"};
            long all = touched(() -> reader.all(after, 500, row -> {}));
            assertThat(all).isLessThan(1500);
            long concerned = touched(() -> reader.concerned(0, List.of(List.of(7)), after, 10, row -> {}));
            assertThat(concerned).isLessThan(3 * ROWS / 100);
        }
    }

    @Test
    void rowsByManyKeysThatBeginAlike_areReadByTheIndex() {
        List<@Nullable Object[]> keys = new ArrayList<>();
        List<String[]> texts = new ArrayList<>();
        for (int i = 2; keys.size() < 1000; i += 3) {
            keys.add(new Object[] {2, "sku-" + i});
            texts.add(new String[] {"2", "sku-" + i});
        }
        List<Row> rows = new ArrayList<>();
        try (RowReader reader = new MySqlRowReader(pool.lease(), dialect)) {
            assertThat(touched(() -> reader.read(GOODS, KEY, keys, rows::add))).isLessThan(5000);
            assertThat(touched(() -> reader.existing(GOODS, KEY, texts, rows::add)))
                    .isLessThan(5000);
        }
        assertThat(rows).hasSize(2000);
        rows.clear();
        try (JoinReader reader = new JdbcJoinReader<>(pool.lease(), dialect, join(GOODS))) {
            assertThat(touched(() -> reader.rows(texts.subList(0, 500), rows::add)))
                    .isLessThan(5000);
        }
        assertThat(rows).hasSize(500);
    }

    /** Labels are ordered by their numbers, and compared as texts: a page by one order that continues by the other leaves rows out. */
    @Test
    void pagesOfJoinedDocuments_areAllOfThem_whateverTheKey() {
        for (TableId root : List.of(GOODS, LABELLED)) {
            try (JoinReader reader = new JdbcJoinReader<>(pool.lease(), dialect, join(root))) {
                assertThat(pages((after, found) -> reader.all(after, 700, found::add)))
                        .doesNotHaveDuplicates()
                        .hasSize(root.equals(GOODS) ? ROWS : 2 * ROWS / 100);
                assertThat(pages((after, found) ->
                                reader.concerned(0, List.of(List.of(0), List.of(1)), after, 300, found::add)))
                        .doesNotHaveDuplicates()
                        .hasSize(2 * ROWS / 100);
            }
        }
    }

    private interface Page {
        void read(String @Nullable [] after, List<Row> found);
    }

    private static List<String> pages(Page page) {
        List<String> keys = new ArrayList<>();
        List<Row> found = new ArrayList<>();
        String @Nullable [] after = null;
        do {
            found.clear();
            page.read(after, found);
            for (Row row : found) {
                after = new String[] {String.valueOf(row.get(0)), String.valueOf(row.get(1))};
                keys.add(String.join(":", after));
            }
        } while (!found.isEmpty());
        return keys;
    }

    private static Join join(TableId root) {
        return new Join(
                root,
                KEY,
                new Join.Query(SqlTemplate.of("SELECT shop, sku, brand FROM " + root + " WHERE (shop, sku) IN (:ids)")),
                List.of(new Join.Dependency(
                        LABELLED,
                        List.of("brand"),
                        SqlTemplate.of("SELECT shop, sku FROM " + root + " WHERE brand = :brand"))));
    }

    /** How many rows and index entries the session touched meanwhile. */
    private long touched(Runnable read) {
        long before = handlers();
        read.run();
        return handlers() - before;
    }

    private long handlers() {
        AtomicLong sum = new AtomicLong();
        session.read(connection -> sum.set(handlers(connection)));
        return sum.get();
    }

    private static long handlers(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SHOW SESSION STATUS LIKE 'Handler_read%'")) {
            long sum = 0;
            while (rows.next()) {
                sum += rows.getLong(2);
            }
            return sum;
        }
    }
}
