package dev.tidemark.connector.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.Check.Outcome;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.SnapshotMode;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.SourceSettings.Table;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.postgres.connection.PostgresErrors;
import dev.tidemark.connector.postgres.log.SlotHealth;
import dev.tidemark.testkit.postgres.PostgresServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each thing that a preflight refuses, and that it refuses nothing else. */
@NullUnmarked
class PreflightIT {

    private final TestDatabase database = new TestDatabase();

    @Test
    void preflight_isAllOk_whereNothingIsMissing() {
        database.execute("CREATE TABLE items (id int PRIMARY KEY, price money)");
        assertThat(database.connector("public.items").preflight(null, false))
                .isNotEmpty()
                .allSatisfy(check ->
                        assertThat(check.outcome()).as(check.toString()).isEqualTo(Outcome.OK));
    }

    @Test
    void wrongPassword_isRefused_inOneLineWithoutIt() {
        SourceSettings settings = database.settings(SnapshotMode.INITIAL, List.of(), "postgres", "not-the-password");
        Check check = only(new PostgresConnectorFactory().create(settings).preflight(null, false));
        assertThat(check.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(check.message()).isEqualTo("password authentication failed for user \"postgres\"");
        assertThat(check.toString()).doesNotContain("not-the-password");
    }

    @Test
    void serverThatIsAway_isUnreachable() {
        SourceSettings known = database.settings(SnapshotMode.INITIAL, List.of(), "postgres", "x");
        SourceSettings settings = known.like().at("127.0.0.1", 1).build();
        Connector connector = new PostgresConnectorFactory().create(settings);
        assertThat(only(connector.preflight(null, false)).outcome()).isEqualTo(Outcome.UNREACHABLE);
        assertThat(connector.status().problems()).extracting(Check::outcome).containsExactly(Outcome.UNREACHABLE);
        assertThatThrownBy(connector::describe)
                .isInstanceOfSatisfying(
                        SourceException.class, e -> assertThat(e.isRetryable()).isTrue());
    }

    @Test
    void tables_areRefused_withWhatWouldHelp() {
        database.execute(
                "CREATE TABLE product (id int PRIMARY KEY)",
                "CREATE VIEW seen AS SELECT 1 AS id",
                "CREATE UNLOGGED TABLE quick (id int PRIMARY KEY)",
                "CREATE TABLE cases (id int PRIMARY KEY, \"ID\" int)",
                "CREATE TABLE keyless (id int)");
        assertThat(rejected(database.connector("public.cases")).message()).contains("id and ID differ only in case");
        assertThat(rejected(database.connector("public.products")).toString()).contains("did you mean public.product?");
        assertThat(rejected(database.connector("public.seen")).message()).contains("a view");
        assertThat(rejected(database.connector("public.quick")).message()).contains("unlogged");
        assertThat(rejected(database.connector("public.keyless")).hint()).contains("REPLICA IDENTITY FULL");
    }

    @ParameterizedTest
    @CsvSource({
        "CREATE TABLE t (id int PRIMARY KEY; code text NOT NULL UNIQUE), a DELETE would not contain column code",
        "CREATE TABLE t (id int PRIMARY KEY; code text UNIQUE), column code may be NULL",
        "CREATE TABLE t (id int PRIMARY KEY; other text), there is no column code",
    })
    void idColumns_areRefused_whereADeleteWouldNotFindTheDocument(String sql, String message) {
        database.execute(sql.replace(';', ','));
        assertThat(rejected(byCode()).message()).contains(message);
    }

    @Test
    void idColumns_mustBeUnique_andAreFineUnderFullOrTheirIndex() {
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY, code text NOT NULL)", "ALTER TABLE t REPLICA IDENTITY FULL");
        assertThat(rejected(byCode()).hint()).contains("CREATE UNIQUE INDEX");
        database.execute("CREATE UNIQUE INDEX t_code ON t (code)");
        assertThat(byCode().preflight(null, false)).noneMatch(c -> c.outcome() == Outcome.FAILED);
        database.execute("ALTER TABLE t REPLICA IDENTITY USING INDEX t_code");
        assertThat(byCode().preflight(null, false)).noneMatch(c -> c.outcome() == Outcome.FAILED);
    }

    @Test
    void includedColumns_areNoIdentity_andOneThatIsDroppedIsToldWhileItRuns() {
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY, code text NOT NULL, n int NOT NULL)",
                "CREATE UNIQUE INDEX t_code ON t (id) INCLUDE (code)",
                "ALTER TABLE t REPLICA IDENTITY USING INDEX t_code");
        List<Table> told = List.of(new Table(TableId.parse("public.t"), List.of(), List.of("code"), false));
        assertThat(rejected(database.connector(SnapshotMode.INITIAL, told)).message())
                .contains("would not contain the previous value of code");
        database.execute(
                "CREATE UNIQUE INDEX t_id_code ON t (id, code)",
                "ALTER TABLE t REPLICA IDENTITY USING INDEX t_id_code");
        Connector connector = database.connector(SnapshotMode.INITIAL, told);
        assertThat(connector.preflight(null, false)).noneMatch(c -> c.outcome() == Outcome.FAILED);
        database.execute("SELECT pg_create_logical_replication_slot('" + database.slot() + "', 'pgoutput')");
        assertThat(connector.status().problems()).isEmpty();
        database.execute("DROP INDEX t_id_code");
        assertThat(connector.status().problems())
                .extracting(Check::words, Check::hint)
                .containsExactly(tuple(
                        "key of public.t: updates and deletes have no identity: once it is published, the application's own"
                                + " UPDATE and DELETE fail",
                        "ALTER TABLE \"public\".\"t\" REPLICA IDENTITY FULL"));
    }

    @Test
    void plainUser_isRefused_untilEverythingIsGranted() {
        String user = "plain_" + database.name;
        database.execute("CREATE ROLE " + user + " LOGIN PASSWORD 'p'", "CREATE TABLE items (id int PRIMARY KEY)");
        SourceSettings settings = database.settings(SnapshotMode.INITIAL, tables("public.items"), user, "p");
        Connector connector = new PostgresConnectorFactory().create(settings);
        assertThat(connector.preflight(null, false).stream().filter(c -> c.outcome() == Outcome.FAILED))
                .extracting(Check::subject)
                .containsExactly("replication role", "table public.items", "publication tidemark_" + database.name);
        database.execute(
                "ALTER ROLE " + user + " REPLICATION",
                "GRANT SELECT ON items TO " + user,
                "CREATE PUBLICATION tidemark_" + database.name + " FOR TABLE items");
        assertThat(connector.preflight(null, false)).noneMatch(c -> c.outcome() == Outcome.FAILED);
        try (TestEngine engine = new TestEngine(connector)) {
            database.execute("INSERT INTO items VALUES (1)");
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> engine.completed || !engine.upserts().isEmpty());
            assertThat(engine.failure).isNull();
        }
    }

    @Test
    void publication_isRefused_whereItLeavesChangesOut() {
        database.execute(
                "CREATE TABLE items (id int PRIMARY KEY)",
                "CREATE PUBLICATION tidemark_" + database.name + " FOR TABLE items WITH (publish = 'insert')");
        assertThat(rejected(database.connector("public.items")).message()).contains("every kind of change");
    }

    @Test
    void publication_isRefused_whereDebeziumWouldFailOrChangeIt() {
        String publication = "tidemark_" + database.name;
        database.execute("CREATE TABLE items (id int PRIMARY KEY)", "CREATE TABLE other (id int PRIMARY KEY)");
        database.execute("CREATE PUBLICATION " + publication + " FOR ALL TABLES");
        assertThat(rejected(database.connector("public.items")).message()).contains("FOR ALL TABLES");
        database.execute(
                "DROP PUBLICATION " + publication, "CREATE PUBLICATION " + publication + " FOR TABLE items, other");
        assertThat(rejected(database.connector("public.items")).message()).contains("public.other");
    }

    @ParameterizedTest
    @ValueSource(strings = {"items WHERE (id > 5)", "items (id, name)"})
    void publication_isRefused_whereItLeavesOutRowsOrColumns(String part) {
        String publication = "tidemark_" + database.name;
        database.execute(
                "CREATE TABLE items (id int PRIMARY KEY, name text, price int, twice int GENERATED ALWAYS AS (id * 2) STORED)",
                "ALTER TABLE items REPLICA IDENTITY FULL",
                "ALTER TABLE items DROP COLUMN price",
                "ALTER TABLE items ADD COLUMN stock int",
                "CREATE PUBLICATION " + publication + " FOR TABLE " + part);
        Connector connector = database.connector("public.items");
        Check check = rejected(connector);
        assertThat(check.message()).isEqualTo("has a row filter or a column list for public.items");
        assertThat(connector.detectGap()).hasValueSatisfying(gap -> {
            assertThat(gap.message()).endsWith("public.items: what it leaves out is missed");
            assertThat(gap.hint()).isEqualTo(check.hint() + "; then " + PostgresErrors.RECOVER);
        });
        database.execute(check.hint().substring(check.hint().indexOf("ALTER PUBLICATION")));
        assertThat(connector.detectGap()).isEmpty();
        assertThat(connector.preflight(null, false)).noneMatch(c -> c.outcome() == Outcome.FAILED);
        database.execute("ALTER PUBLICATION " + publication + " SET TABLE items (id, name, stock)");
        assertThat(connector.detectGap()).as("a list of all columns").isEmpty();
    }

    @Test
    void gap_saysWhatClosesIt_toWhoMayNotDoSo() {
        String user = "plain_" + database.name;
        String publication = "tidemark_" + database.name;
        database.execute(
                "CREATE TABLE items (id int PRIMARY KEY)",
                "CREATE TABLE other (id int PRIMARY KEY)",
                "CREATE ROLE " + user + " LOGIN REPLICATION PASSWORD 'p'",
                "GRANT SELECT ON items, other TO " + user,
                "CREATE PUBLICATION " + publication + " FOR TABLE items");
        List<Table> both = tables("public.items", "public.other");
        Connector plain =
                new PostgresConnectorFactory().create(database.settings(SnapshotMode.INITIAL, both, user, "p"));
        assertThat(plain.detectGap()).hasValueSatisfying(gap -> {
            assertThat(gap.message()).contains("does not publish public.other: changes of it are missed");
            assertThat(gap.hint())
                    .isEqualTo("ALTER PUBLICATION \"" + publication + "\" ADD TABLE \"public\".\"other\"; then "
                            + PostgresErrors.RECOVER);
        });
        assertThat(database.connector("public.items", "public.other").detectGap())
                .as("the owner's service puts it back")
                .hasValueSatisfying(gap -> assertThat(gap.hint()).isEqualTo(PostgresErrors.RECOVER));
        database.execute(
                "ALTER PUBLICATION " + publication + " ADD TABLE other",
                "ALTER PUBLICATION " + publication + " SET (publish = 'insert')");
        assertThat(plain.detectGap())
                .hasValueSatisfying(gap -> assertThat(gap.message()).contains("does not publish every kind of change"));
        database.execute("ALTER PUBLICATION " + publication + " SET (publish = 'insert, update, delete, truncate')");
        assertThat(plain.detectGap()).isEmpty();
    }

    @Test
    void publication_isExtended_byAnOwner() {
        database.execute("CREATE TABLE items (id int PRIMARY KEY)", "CREATE TABLE other (id int PRIMARY KEY)");
        database.execute("CREATE PUBLICATION tidemark_" + database.name + " FOR TABLE items");
        Connector connector = database.connector("public.items", "public.other");
        assertThat(connector.preflight(null, false)).noneMatch(c -> c.outcome() == Outcome.FAILED);
        try (TestEngine engine = new TestEngine(connector)) {
            database.execute("INSERT INTO other VALUES (1)");
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> engine.completed || !engine.upserts().isEmpty());
            assertThat(engine.failure).isNull();
        }
    }

    @Test
    void slot_isRefused_whereItCannotResumeTheStoredOffset() {
        database.execute("CREATE TABLE items (id int PRIMARY KEY)");
        Map<String, ?> stored = Map.of("lsn", 100L, "lsn_commit", 100L);
        Connector connector = database.connector("public.items");
        assertThat(onlyRejected(connector.preflight(stored, false)).toString())
                .contains(database.slot())
                .contains("does not exist")
                .contains("GAP")
                .contains("loads all tables again from a new position");
        // Not even then: the tables are loaded only if the offset was discarded.
        assertThat(onlyRejected(database.connector(SnapshotMode.ALWAYS, tables("public.items"))
                                .preflight(stored, false))
                        .message())
                .contains("does not exist");
        assertThat(database.connector(SnapshotMode.ALWAYS, tables("public.items"))
                        .preflight(null, false))
                .noneMatch(c -> c.outcome() == Outcome.FAILED);
        database.execute("SELECT pg_create_logical_replication_slot('" + database.slot() + "', 'pgoutput')");
        assertThat(onlyRejected(connector.preflight(stored, false)).message())
                .contains("which is after the stored position", "recreated");
        database.execute("SELECT pg_drop_replication_slot('" + database.slot() + "')");
        database.execute("SELECT pg_create_logical_replication_slot('" + database.slot() + "', 'test_decoding')");
        assertThat(onlyRejected(connector.preflight(null, false)).message()).contains("test_decoding");
        database.execute("SELECT pg_drop_replication_slot('" + database.slot() + "')");
    }

    @Test
    void activeSlot_isRefused_unlessWeAreRunning() {
        database.execute("CREATE TABLE items (id int PRIMARY KEY)");
        Connector connector = database.connector("public.items");
        try (TestEngine engine = new TestEngine(connector)) {
            engine.awaitStreaming();
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(onlyRejected(connector.preflight(null, false))
                                    .message())
                            .contains("in use by process"));
            assertThat(connector.preflight(MapOffsets.get(database.name), true))
                    .noneMatch(c -> c.outcome() == Outcome.FAILED);
            assertThatThrownBy(connector::fixPosition)
                    .hasMessageContaining(database.slot())
                    .hasMessageContaining("process");
            assertThat(connector.status().gauges())
                    .containsKeys(SlotHealth.RETAINED)
                    .containsEntry(SlotHealth.OK, 1.0);
        }
    }

    @Test
    void slot_saysHowMuchLogItHoldsBack_andHowMuchMoreItMay() {
        try (PostgresServer server = PostgresServer.start(Map.of("max_slot_wal_keep_size", "256MB"))) {
            TestDatabase limited = new TestDatabase(server);
            limited.execute(
                    "CREATE TABLE items (id int PRIMARY KEY, t text)",
                    "SELECT pg_create_logical_replication_slot('" + limited.slot() + "', 'pgoutput')");
            Connector connector = limited.connector("public.items");
            double before = gauge(connector, SlotHealth.RETAINED);
            assertThat(gauge(connector, SlotHealth.SAFE)).isBetween(1e6, 300e6);
            limited.execute("INSERT INTO items SELECT g, repeat('x', 1000) FROM generate_series(1, 5000) g");
            assertThat(gauge(connector, SlotHealth.RETAINED)).isGreaterThan(before + 1e6);
        }
    }

    @Test
    void slotWithoutALimit_saysSo() {
        database.execute(
                "CREATE TABLE items (id int PRIMARY KEY)",
                "SELECT pg_create_logical_replication_slot('" + database.slot() + "', 'pgoutput')");
        assertThat(gauge(database.connector("public.items"), SlotHealth.SAFE)).isNaN();
    }

    private static double gauge(Connector connector, String name) {
        return connector.status().gauges().getOrDefault(name, -1.0);
    }

    @Test
    void rows_areEstimated_alsoOfPartitions_withoutReadingThem() {
        database.execute(
                "CREATE TABLE items (id int PRIMARY KEY)",
                "INSERT INTO items SELECT generate_series(1, 1000)",
                "CREATE TABLE parted (id int PRIMARY KEY) PARTITION BY RANGE (id)",
                "CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (500)",
                "CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (500) TO (5000)",
                "INSERT INTO parted SELECT generate_series(1, 2000)",
                "CREATE TABLE \"Odd.name\" (id int PRIMARY KEY)",
                "ANALYZE");
        assertThat(database.connector("public.items", "public.parted").estimatedRows())
                .containsEntry(TableId.parse("public.items"), 1000L)
                .containsEntry(TableId.parse("public.parted"), 2000L)
                .hasSize(2);
    }

    @Test
    void lostSlot_isRefused_andSeenInTheStatus() {
        try (PostgresServer server = PostgresServer.start(
                Map.of("max_slot_wal_keep_size", "1MB", "min_wal_size", "32MB", "max_wal_size", "32MB"))) {
            TestDatabase small = new TestDatabase(server);
            small.execute(
                    "CREATE TABLE items (id int PRIMARY KEY, t text)",
                    "SELECT pg_create_logical_replication_slot('" + small.slot() + "', 'pgoutput')");
            for (int i = 0; i < 4; i++) {
                small.execute(
                        "SELECT pg_switch_wal()",
                        "INSERT INTO items SELECT g + " + i * 100_000
                                + ", repeat('x', 100) FROM generate_series(1, 100000) g");
            }
            small.execute("CHECKPOINT");
            Connector connector = small.connector("public.items");
            assertThat(connector.status().problems()).extracting(Check::outcome).containsExactly(Outcome.FAILED);
            assertThat(connector.status().gauges()).containsEntry(SlotHealth.OK, 0.0);
            assertThat(onlyRejected(connector.preflight(Map.of("lsn", Long.MAX_VALUE), false))
                            .message())
                    .contains("lost");
        }
    }

    private Connector byCode() {
        return database.connector(SnapshotMode.INITIAL, List.of(new Table(TableId.parse("public.t"), List.of("code"))));
    }

    private static List<Table> tables(String... names) {
        return Stream.of(names)
                .map(name -> new Table(TableId.parse(name), List.of()))
                .toList();
    }

    private static Check rejected(Connector connector) {
        return connector.preflight(null, false).stream()
                .filter(c -> c.outcome() == Outcome.FAILED)
                .findFirst()
                .orElseThrow();
    }

    private static Check onlyRejected(List<Check> checks) {
        return only(checks.stream().filter(c -> c.outcome() == Outcome.FAILED).toList());
    }

    private static Check only(List<Check> checks) {
        assertThat(checks).hasSize(1);
        return checks.get(0);
    }

    @Test
    void standby_isTold(@TempDir Path directory) {
        try (PostgresServer primary = PostgresServer.startAsProcess(Map.of())) {
            TestDatabase onPrimary = new TestDatabase(primary);
            onPrimary.execute("CREATE TABLE items (id int PRIMARY KEY)");
            try (PostgresServer standby = PostgresServer.standbyOf(primary, directory.resolve("copy"))) {
                SourceSettings settings = onPrimary
                        .settings(SnapshotMode.INITIAL, tables("public.items"), primary.user(), primary.password())
                        .like()
                        .at(standby.host(), standby.port())
                        .build();
                assertThat(new PostgresConnectorFactory().create(settings).preflight(null, false))
                        .filteredOn(check -> check.subject().equals("standby"))
                        .extracting(Check::outcome)
                        .containsExactly(Outcome.WARNING);
            }
        }
    }
}
