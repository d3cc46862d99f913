package dev.tidemark.connector.postgres.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.connector.Connector;
import dev.tidemark.connector.SnapshotMode;
import dev.tidemark.connector.SourceSettings.Table;
import dev.tidemark.connector.data.DoubtReason;
import dev.tidemark.connector.data.MovedRows;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.postgres.PostgresConnectorFactory;
import dev.tidemark.connector.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which statements move rows without a change of rows in the log, as two views of the catalog of a real server show it. */
class RowMovesIT {

    private static final TableId EVENTS = TableId.parse("public.events");
    private static final TableId PLAIN = TableId.parse("public.plain");

    private final TestDatabase database = new TestDatabase();
    private final String reader = "reader_" + database.name;
    private final Connector connector;
    private Map<TableId, Map<String, String>> before;

    /** The role may read the tables, and none of the partitions. */
    RowMovesIT() {
        database.execute(
                "CREATE TYPE mood AS ENUM ('fine', 'bad')",
                "CREATE DOMAIN mind AS mood",
                "CREATE TYPE pair AS (a int, m mind)",
                "CREATE TABLE events (id int, day int, note text, PRIMARY KEY (id, day)) PARTITION BY RANGE (day)",
                "CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (10)",
                "CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM (10) TO (20)",
                "CREATE TABLE events_2b PARTITION OF events FOR VALUES FROM (20) TO (30) PARTITION BY LIST (day)",
                "CREATE TABLE events_2c PARTITION OF events_2b FOR VALUES IN (21)",
                "INSERT INTO events VALUES (1, 1, 'first')",
                "CREATE TABLE plain (id int PRIMARY KEY, price numeric(10,2), name text, moods mind[], p pair)",
                "INSERT INTO plain SELECT i, i, 'n', '{fine}', '(1,bad)' FROM generate_series(1, 100) i",
                "CREATE ROLE " + reader + " LOGIN PASSWORD 'p'",
                "GRANT SELECT ON events, plain TO " + reader);
        connector = new PostgresConnectorFactory()
                .create(database.settings(
                        SnapshotMode.INITIAL,
                        List.of(new Table(EVENTS, List.of()), new Table(PLAIN, List.of())),
                        reader,
                        "p"));
        before = connector.catalogFacts();
    }

    private Optional<MovedRows> moved(TableId table) {
        Map<TableId, Map<String, String>> now = connector.catalogFacts();
        Optional<MovedRows> found = connector.movedRows(
                table, Objects.requireNonNull(before.get(table)), Objects.requireNonNull(now.get(table)));
        before = now;
        return found;
    }

    private void transaction(String... statements) throws SQLException {
        try (Connection connection = database.server.connect(database.name);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (String sql : statements) {
                statement.execute(sql);
            }
            connection.commit();
        }
    }

    private void expect(TableId table, DoubtReason reason, String words) {
        assertThat(moved(table)).hasValueSatisfying(found -> {
            assertThat(found.reason()).isEqualTo(reason);
            assertThat(found.evidence()).contains(words);
        });
        assertThat(moved(table)).as("once").isEmpty();
    }

    @Test
    void partitionAttachedWithRows_isFound_alsoInOneTransaction() throws Exception {
        database.execute(
                "CREATE TABLE loaded (LIKE events INCLUDING ALL)",
                "INSERT INTO loaded VALUES (7, 31, 'x')",
                "VACUUM FREEZE loaded",
                "ALTER TABLE events ATTACH PARTITION loaded FOR VALUES FROM (30) TO (40)",
                "INSERT INTO events VALUES (8, 32, 'streamed')");
        expect(EVENTS, DoubtReason.PARTITION, "public.loaded was attached with rows");
        transaction(
                "CREATE TABLE filled (LIKE events INCLUDING ALL)",
                "INSERT INTO filled VALUES (9, 41, 'x')",
                "ALTER TABLE events ATTACH PARTITION filled FOR VALUES FROM (40) TO (50)",
                "INSERT INTO events VALUES (10, 42, 'streamed')");
        expect(EVENTS, DoubtReason.PARTITION, "public.filled was attached with rows");
        database.execute(
                "CREATE TABLE tree (LIKE events INCLUDING ALL) PARTITION BY LIST (day)",
                "CREATE TABLE tree_1 PARTITION OF tree FOR VALUES IN (51)",
                "INSERT INTO tree VALUES (11, 51, 'x')",
                "ALTER TABLE events ATTACH PARTITION tree FOR VALUES FROM (50) TO (60)");
        expect(EVENTS, DoubtReason.PARTITION, "public.tree_1 was attached with rows");
        database.execute(
                "CREATE TABLE rest (LIKE events INCLUDING ALL)",
                "INSERT INTO rest VALUES (12, 1000, 'x')",
                "ALTER TABLE events ATTACH PARTITION rest DEFAULT");
        expect(EVENTS, DoubtReason.PARTITION, "public.rest was attached with rows");
    }

    @Test
    void partitionDetachedOrDroppedWithRows_isFound() {
        database.execute("ALTER TABLE events DETACH PARTITION events_1");
        expect(EVENTS, DoubtReason.PARTITION, "public.events_1 was detached or dropped with rows");
        database.execute("INSERT INTO events VALUES (2, 11, 'second')");
        assertThat(moved(EVENTS)).isEmpty();
        database.execute("DROP TABLE events_2");
        expect(EVENTS, DoubtReason.PARTITION, "public.events_2 was detached or dropped with rows");
        // Filled since the last look, and detached: what the server still has shows it.
        database.execute("INSERT INTO events VALUES (3, 21, 'third')", "ALTER TABLE events DETACH PARTITION events_2b");
        expect(EVENTS, DoubtReason.PARTITION, "public.events_2c was detached or dropped with rows");
    }

    @Test
    void partitionDetachedAndAttachedAgain_betweenTwoLooks_isFound() {
        database.execute(
                "ALTER TABLE events DETACH PARTITION events_1",
                "UPDATE events_1 SET note = 'unseen'",
                "ALTER TABLE events ATTACH PARTITION events_1 FOR VALUES FROM (0) TO (10)");
        expect(EVENTS, DoubtReason.PARTITION, "public.events_1 was attached with rows");
    }

    @Test
    void emptyPartitions_andRowsThatCameThroughTheLog_areNothing() throws Exception {
        database.execute(
                "CREATE TABLE events_3 PARTITION OF events FOR VALUES FROM (60) TO (70)",
                "INSERT INTO events SELECT i, 61, 'through the log' FROM generate_series(1, 1000) i",
                "VACUUM FREEZE events_3",
                "CREATE TABLE late (LIKE events INCLUDING ALL)",
                "ALTER TABLE events ATTACH PARTITION late FOR VALUES FROM (70) TO (80)",
                "INSERT INTO events VALUES (1, 71, 'through the log')");
        assertThat(moved(EVENTS)).isEmpty();
        transaction( // as applications do that create a partition with its first row
                "CREATE TABLE events_4 PARTITION OF events FOR VALUES FROM (80) TO (90)",
                "INSERT INTO events VALUES (1, 81, 'through the log')");
        assertThat(moved(EVENTS)).isEmpty();
        database.execute(
                "CREATE TABLE none PARTITION OF events FOR VALUES FROM (90) TO (100)",
                "ALTER TABLE events DETACH PARTITION events_2");
        assertThat(moved(EVENTS)).isEmpty();
        database.execute("DROP TABLE none", "ALTER TABLE events_1 RENAME TO renamed");
        assertThat(moved(EVENTS)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "VACUUM FULL plain",
                "CLUSTER plain USING plain_pkey",
                "TRUNCATE plain; INSERT INTO plain (id) SELECT generate_series(1, 1000)",
                "ALTER TABLE plain SET UNLOGGED; ALTER TABLE plain SET LOGGED",
                "ALTER TYPE mood ADD VALUE 'better' BEFORE 'bad'",
                "ALTER TABLE plain ALTER COLUMN name SET NOT NULL",
                "ALTER TABLE plain ALTER COLUMN name SET DEFAULT 'x'; ANALYZE plain",
                "CREATE INDEX ON plain (name); REINDEX TABLE plain",
                "ALTER TABLE plain ADD COLUMN more int DEFAULT 1",
                "UPDATE plain SET price = price + 1; VACUUM plain",
            })
    void whatMovesNoRow_isNothing(String statements) {
        database.execute(statements.split("; "));
        assertThat(moved(PLAIN)).isEmpty();
        assertThat(moved(PLAIN)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER TABLE plain ALTER COLUMN price TYPE numeric(10,2) USING price * 2",
                "ALTER TABLE plain ALTER COLUMN price TYPE numeric(10,0)",
                "ALTER TABLE plain ALTER COLUMN id TYPE bigint",
                "ALTER TYPE mood RENAME VALUE 'fine' TO 'good'",
                "ALTER TABLE plain DROP COLUMN name, ADD COLUMN name text",
                "BEGIN; ALTER TABLE plain RENAME name TO x; ALTER TABLE plain ADD COLUMN name text; COMMIT",
            })
    void whatGivesRowsOtherValues_isFound(String statements) {
        database.execute(statements.split("; "));
        expect(PLAIN, DoubtReason.DDL, "");
    }

    @Test
    void rewriteOfAPartitionedTable_isFound() {
        database.execute("VACUUM FULL events_1");
        assertThat(moved(EVENTS)).isEmpty();
        database.execute("ALTER TABLE events ALTER COLUMN note TYPE text USING note || '!'");
        expect(EVENTS, DoubtReason.DDL, "the rows of public.events_1 were rewritten");
    }

    /** Another table under the name is a matter of identities. */
    @Test
    void anotherTable_isNoFinding() throws Exception {
        transaction(
                "DROP TABLE plain", "CREATE TABLE plain (id int PRIMARY KEY)", "GRANT SELECT ON plain TO " + reader);
        assertThat(moved(PLAIN)).isEmpty();
    }

    /** Policies of the table count for the search, too: what they hide is not taken for an empty partition. */
    @Test
    void policies_doNotHideRowsFromTheSearch() {
        database.execute(
                "CREATE POLICY all_of_them ON events USING (true)",
                "ALTER TABLE events ENABLE ROW LEVEL SECURITY",
                "CREATE TABLE loaded (LIKE events INCLUDING ALL)",
                "INSERT INTO loaded VALUES (7, 31, 'x')",
                "ALTER TABLE events ATTACH PARTITION loaded FOR VALUES FROM (30) TO (40)");
        assertThat(connector.hiddenRows()).isEmpty();
        expect(EVENTS, DoubtReason.PARTITION, "public.loaded was attached with rows");
    }
}
