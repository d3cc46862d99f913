package dev.tidemark.connector.postgres;

import static dev.tidemark.connector.postgres.Fixing.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.SnapshotMode;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.SourceSettings.Table;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.testkit.postgres.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is created for a position, and that an engine which resumes from it delivers all that was not visible before. */
@NullUnmarked
class FixPositionIT {

    private final TestDatabase database = new TestDatabase();

    @Test
    void fixPosition_createsPublicationAndSlot_whoseBeginningItReturns() throws Exception {
        database.execute(
                "CREATE SCHEMA \"My Schema\"",
                "CREATE TABLE \"My Schema\".\"Odd.\"\"Name\"\", (x)\" (id int PRIMARY KEY)",
                "CREATE TABLE users (id int PRIMARY KEY)",
                "CREATE TABLE \"Users\" (id int PRIMARY KEY)",
                "CREATE TABLE parts (id int PRIMARY KEY) PARTITION BY RANGE (id)",
                "CREATE TABLE parts_low PARTITION OF parts FOR VALUES FROM (0) TO (100)",
                "CREATE TABLE others (id int PRIMARY KEY)");
        // A table may be the root of one document and a part of others.
        Connector connector = database.connector(
                "My Schema.Odd.\"Name\", (x)", "public.Users", "public.parts", "public.Users", "public.parts");
        assertThat(connector.heldPosition()).isEmpty();

        Map<String, Object> offset = connector.fixPosition();

        assertThat(published()).isEqualTo("My Schema/Odd.\"Name\", (x);public/Users;public/parts");
        assertThat(Fixing.text(database, "SELECT pubviaroot FROM pg_publication"))
                .isEqualTo("t");
        assertThat(offset)
                .containsEntry(
                        "lsn",
                        Fixing.count(
                                database,
                                "SELECT confirmed_flush_lsn - '0/0' FROM pg_replication_slots WHERE plugin = 'pgoutput'"
                                        + " AND NOT active AND slot_name = '" + database.slot() + "'"));
        assertThat(connector.heldPosition()).contains(offset);
        assertThat(connector.detectGap()).isEmpty();
        assertThat(connector.preflight(offset, false)).noneMatch(check -> check.outcome() == Check.Outcome.FAILED);
        String before = Fixing.text(database, "SELECT xmin FROM pg_publication");

        MapOffsets.put(database.name, offset);
        try (TestEngine engine = new TestEngine(connector)) {
            database.execute(
                    "INSERT INTO \"My Schema\".\"Odd.\"\"Name\"\", (x)\" VALUES (1)",
                    "INSERT INTO users VALUES (2)",
                    "INSERT INTO \"Users\" VALUES (3)",
                    "INSERT INTO parts VALUES (4)");
            assertDelivered(engine, 1, 3, 4);
        }
        assertThat(Fixing.text(database, "SELECT xmin FROM pg_publication"))
                .as("the engine finds what it would make of it")
                .isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource(SnapshotMode.class)
    void engine_deliversWhatIsCommittedAfterwards_withoutASnapshot(SnapshotMode mode) throws Exception {
        database.execute("CREATE TABLE items (id int PRIMARY KEY, t text)", "INSERT INTO items VALUES (1)");
        Connector connector = database.connector(mode, tables("public.items"));
        MapOffsets.put(database.name, connector.fixPosition());
        assertThat(connector.engineProperties(MapOffsets.get(database.name))).containsEntry("snapshot.mode", "no_data");
        database.execute("INSERT INTO items VALUES (2)");
        try (TestEngine engine = new TestEngine(connector)) {
            assertDelivered(engine, 2);
            database.execute("INSERT INTO items VALUES (3)");
            assertDelivered(engine, 2, 3);
        }
    }

    /** Of the transactions that are open meanwhile, the server waits for some; the last one it leaves open. */
    @Test
    void engine_deliversATransaction_thatWasOpenWhileTheSlotWasCreated() throws Exception {
        database.execute("CREATE TABLE items (id int PRIMARY KEY)");
        Connector connector = database.connector("public.items");
        try (Connection first = Fixing.open(database, "first", "INSERT INTO items VALUES (1)")) {
            Fixing fixing = new Fixing(connector).awaitWaitingFor(database, "first");
            assertThat(connector.heldPosition()).as("while it is created").isEmpty();
            database.execute("INSERT INTO items VALUES (2)");
            try (Connection second = Fixing.open(database, "second", "INSERT INTO items VALUES (3)")) {
                first.commit();
                fixing.awaitWaitingFor(database, "second");
                try (Connection third = Fixing.open(database, "third", "INSERT INTO items VALUES (4)")) {
                    second.commit();
                    Map<String, Object> offset = fixing.offset();
                    assertThat(Fixing.text(database, "SELECT string_agg(id::text, ' ' ORDER BY id) FROM items"))
                            .as("what is visible")
                            .isEqualTo("1 2 3");
                    MapOffsets.put(database.name, offset);
                    database.execute("INSERT INTO items VALUES (5)");
                    try (TestEngine engine = new TestEngine(connector)) {
                        assertDelivered(engine, 5);
                        try (Statement statement = third.createStatement()) {
                            statement.execute("INSERT INTO items VALUES (6)");
                        }
                        third.commit();
                        assertDelivered(engine, 5, 4, 6);
                    }
                }
            }
        }
    }

    @Test
    void positionThatWasNotStored_isFixedAgain() throws Exception {
        database.execute("CREATE TABLE items (id int PRIMARY KEY)");
        Map<String, Object> lost = database.connector("public.items").fixPosition();
        database.execute("INSERT INTO items VALUES (1)");

        Connector again = database.connector("public.items");
        assertThat(again.heldPosition()).contains(lost);
        Map<String, Object> offset = again.fixPosition();

        assertThat((Long) offset.get("lsn")).isGreaterThan((Long) lost.get("lsn"));
        assertThat(again.heldPosition()).contains(offset);
        MapOffsets.put(database.name, offset);
        database.execute("INSERT INTO items VALUES (2)");
        try (TestEngine engine = new TestEngine(again)) {
            assertDelivered(engine, 2);
        }
    }

    @Test
    void slotInUse_isRetryable() throws Exception {
        database.execute("CREATE TABLE items (id int PRIMARY KEY)");
        Connector connector = database.connector("public.items");
        MapOffsets.put(database.name, connector.fixPosition());
        try (TestEngine engine = new TestEngine(connector)) {
            database.execute("INSERT INTO items VALUES (1)");
            assertDelivered(engine, 1);
            assertThatThrownBy(connector::fixPosition)
                    .isInstanceOfSatisfying(
                            SourceException.class,
                            e -> assertThat(e.isRetryable()).isTrue())
                    .hasMessageContaining("slot " + database.slot() + " is in use by process");
        }
    }

    @Test
    void publication_isSet_byItsOwner() throws Exception {
        database.execute(
                "CREATE TABLE items (id int PRIMARY KEY)",
                "CREATE TABLE \"Mixed\" (id int PRIMARY KEY)",
                "CREATE TABLE others (id int PRIMARY KEY)",
                "CREATE PUBLICATION " + database.slot() + " FOR TABLE items, others");
        database.connector("public.items", "public.Mixed", "public.missing").fixPosition();
        assertThat(published()).isEqualTo("public/Mixed;public/items");
    }

    @Test
    void tablesThatDoNotExist_areNoPublication() {
        assertThatThrownBy(database.connector("public.missing")::fixPosition)
                .isInstanceOfSatisfying(
                        SourceException.class, e -> assertThat(e.isRetryable()).isFalse())
                .hasMessageContaining("none of the captured tables exists");
        assertThat(Fixing.slots(database)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TABLE items", "TABLE items, others", "ALL TABLES"})
    void publicationOfAnotherRole_isUsed_ifItPublishesTheTables(String tables) throws Exception {
        createTables();
        database.execute("CREATE PUBLICATION " + database.slot() + " FOR " + tables);
        Connector connector = plain("public.items");
        String before = published();
        assertThat(connector.heldPosition()).isEmpty();
        assertThat(connector.fixPosition()).isEqualTo(connector.heldPosition().orElseThrow());
        assertThat(published()).isEqualTo(before).contains("public/items");
        assertThat(connector.detectGap()).isEmpty();
    }

    @Test
    void publicationOfAnotherRole_isNotEnough_withoutTheTables() {
        createTables();
        database.execute("CREATE PUBLICATION " + database.slot() + " FOR TABLE others");
        SourceException failure = catchThrowableOfType(SourceException.class, plain("public.items")::fixPosition);
        assertThat(failure.isRetryable()).isFalse();
        assertThat(failure).hasMessageContaining("must be owner of publication " + database.slot());
        assertThat(published()).isEqualTo("public/others");
        assertThat(Fixing.slots(database)).isZero();
    }

    @Test
    void publication_isNotCreated_onAStandby(@TempDir Path directory) {
        try (PostgresServer primary = PostgresServer.startAsProcess(Map.of())) {
            TestDatabase onPrimary = new TestDatabase(primary);
            onPrimary.execute("CREATE TABLE items (id int PRIMARY KEY)");
            try (PostgresServer standby = PostgresServer.standbyOf(primary, directory.resolve("copy"))) {
                SourceSettings settings = onPrimary
                        .settings(SnapshotMode.INITIAL, tables("public.items"), primary.user(), primary.password())
                        .like()
                        .at(standby.host(), standby.port())
                        .build();
                Connector connector = new PostgresConnectorFactory().create(settings);
                SourceException failure = catchThrowableOfType(SourceException.class, connector::fixPosition);
                assertThat(failure.isRetryable()).isFalse();
                assertThat(failure.hint())
                        .startsWith(
                                "run this on the primary: CREATE PUBLICATION \"" + onPrimary.slot() + "\" FOR TABLE");
            }
        }
    }

    private void createTables() {
        database.execute(
                "CREATE TABLE items (id int PRIMARY KEY)",
                "CREATE TABLE others (id int PRIMARY KEY)",
                "CREATE ROLE plain_" + database.name + " LOGIN REPLICATION PASSWORD 'p'",
                "GRANT SELECT ON items, others TO plain_" + database.name);
    }

    private Connector plain(String... tables) {
        return new PostgresConnectorFactory()
                .create(database.settings(SnapshotMode.INITIAL, tables(tables), "plain_" + database.name, "p"));
    }

    private String published() {
        return Fixing.text(
                database,
                "SELECT string_agg(schemaname || '/' || tablename, ';' ORDER BY schemaname COLLATE \"C\","
                        + " tablename COLLATE \"C\") FROM pg_publication_tables WHERE pubname = '" + database.slot()
                        + "'");
    }

    private static List<Table> tables(String... names) {
        return Stream.of(names)
                .map(name -> new Table(TableId.parse(name), List.of()))
                .toList();
    }

    /** Waits for the rows, each once, and that nothing else came. */
    private static void assertDelivered(TestEngine engine, Object... ids) {
        await().atMost(TIMEOUT).until(() -> engine.completed || engine.upserts().size() >= ids.length);
        assertThat(engine.failure).isNull();
        assertThat(engine.upserts()).extracting(upsert -> upsert.after().get(0)).containsExactlyInAnyOrder(ids);
    }
}
