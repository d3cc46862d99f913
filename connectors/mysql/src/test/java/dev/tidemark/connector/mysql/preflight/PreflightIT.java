package dev.tidemark.connector.mysql.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.Check.Outcome;
import dev.tidemark.connector.Loss;
import dev.tidemark.connector.Secret;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.SourceSettings.Table;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.mysql.catalog.RowEstimates;
import dev.tidemark.connector.mysql.connection.Database;
import dev.tidemark.connector.mysql.engine.ServerId;
import dev.tidemark.connector.mysql.log.BinlogPosition;
import dev.tidemark.testkit.mysql.MySqlServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each thing that a preflight refuses, and that it refuses nothing else. */
@NullUnmarked
class PreflightIT {

    private static final String DB = "preflight";
    private static final long SERVER_ID = 4711;

    private static MySqlServer server;

    /** Everything about its binlog is wrong, and it has no GTIDs. */
    private static MySqlServer wrong;

    @BeforeAll
    static void start() {
        server = MySqlServer.shared();
        // A test that is run a second time finds what all of them left at the first.
        server.execute(
                "",
                "DROP DATABASE IF EXISTS " + DB,
                "DROP USER IF EXISTS plain, lockfree, `by-role`, streaming",
                "DROP ROLE IF EXISTS reader");
        server.createDatabase(DB);
        server.execute(DB, "CREATE TABLE items (id int PRIMARY KEY, code varchar(20) NOT NULL)");
        wrong = MySqlServer.start(
                "--gtid-mode=OFF",
                "--enforce-gtid-consistency=OFF",
                "--binlog-format=STATEMENT",
                "--binlog-row-image=MINIMAL",
                "--binlog-row-value-options=PARTIAL_JSON",
                "--binlog-expire-logs-seconds=3600",
                "--binlog-ignore-db=hidden");
    }

    @AfterAll
    static void close() {
        wrong.close();
    }

    @Test
    void foreignKeyThatChangesRowsByItself_isWarnedOf() {
        server.execute(
                DB,
                "CREATE TABLE brands (id int PRIMARY KEY)",
                "CREATE TABLE branded (id int PRIMARY KEY, brand int, CONSTRAINT of_brand FOREIGN KEY (brand) REFERENCES brands"
                        + " (id) ON DELETE CASCADE)");
        assertThat(preflight(server, null, DB + ".branded"))
                .filteredOn(check -> check.outcome() != Outcome.OK)
                .singleElement()
                .satisfies(check -> {
                    assertThat(check.outcome()).isEqualTo(Outcome.WARNING);
                    assertThat(check.message()).contains("of_brand to brands ON DELETE CASCADE", "not in the binlog");
                });
    }

    @Test
    void preflight_isAllOk_whereNothingIsMissing() {
        assertThat(preflight(server, null, DB + ".items"))
                .hasSizeGreaterThan(14)
                .allSatisfy(check ->
                        assertThat(check.outcome()).as(check.toString()).isEqualTo(Outcome.OK));
        BinlogHealth health = new BinlogHealth(new Database(settings(server)));
        assertThat(health.status().problems()).isEmpty();
        assertThat(health.gap()).isEmpty();
    }

    /** The session that reads the binlog queries the server before it sets anything. */
    @Test
    void limits_thatTheEngineCannotSetAnew_areRefused() {
        server.execute("", "SET GLOBAL max_join_size = 1", "SET GLOBAL sql_select_limit = 0");
        try {
            assertThat(subjects(preflight(server, null, DB + ".items"), Outcome.FAILED))
                    .containsExactly("max_join_size", "sql_select_limit");
        } finally {
            server.execute(
                    "",
                    "SET GLOBAL max_join_size = 18446744073709551615",
                    "SET GLOBAL sql_select_limit = 18446744073709551615");
        }
    }

    @Test
    void rows_areEstimated_withoutReadingThem() {
        server.execute(
                DB,
                "CREATE TABLE counted (id int PRIMARY KEY AUTO_INCREMENT, n int)",
                "INSERT INTO counted (n) VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9), (10)",
                "INSERT INTO counted (n) SELECT a.n FROM counted a, counted b, counted c",
                "ANALYZE TABLE counted");
        Map<TableId, Long> estimates = new Database(settings(server))
                .ask(connection ->
                        RowEstimates.of(connection, List.of(new TableId(DB, "counted"), new TableId(DB, "missing"))));
        assertThat(estimates).containsOnlyKeys(new TableId(DB, "counted"));
        assertThat(estimates.get(new TableId(DB, "counted"))).isBetween(900L, 1_100L);
    }

    @Test
    void positions_areSpelledAsOffsetsAre() {
        assertThat(BinlogPosition.text(
                        BinlogPosition.base("mysql-bin.000007"), BinlogPosition.of("mysql-bin.000007", 1547)))
                .isEqualTo("mysql-bin.000007, position 1547");
    }

    @Test
    void binlog_isRefused_whereItWouldNotHoldWholeRows() {
        wrong.createDatabase("hidden");
        wrong.execute("hidden", "CREATE TABLE items (id int PRIMARY KEY)");
        List<Check> checks = preflight(wrong, null, "hidden.items");
        assertThat(subjects(checks, Outcome.FAILED))
                .containsExactly("binlog_format", "binlog_row_image", "binlog_row_value_options", "binlog filters");
        assertThat(subjects(checks, Outcome.WARNING)).containsExactly("binlog retention");
        assertThat(checks.toString()).contains("SET PERSIST binlog_format = ROW", "60 minutes", "changes in hidden");
        BinlogHealth health = new BinlogHealth(new Database(settings(wrong)));
        assertThat(health.status().problems())
                .extracting(Check::subject)
                .containsExactly("binlog_format", "binlog_row_image", "binlog_row_value_options");
        assertThat(health.gap()).hasValueSatisfying(gap -> {
            assertThat(gap.message()).startsWith("binlog_format is STATEMENT: rows that change meanwhile");
            assertThat(gap.hint()).startsWith("SET PERSIST binlog_format = ROW").contains("loads all tables again");
        });
    }

    @Test
    void serverWithoutBinlog_isRefused_andOneThatWantsTlsSaysSo() {
        try (MySqlServer strict = MySqlServer.start("--skip-log-bin", "--require-secure-transport=ON")) {
            List<Check> checks = preflight(strict, Map.of("file", "binlog.000001", "pos", 4L));
            assertThat(subjects(checks, Outcome.FAILED)).containsExactly("log_bin");
            assertThat(checks.toString()).contains("subject=tls", "TLSv1");

            SourceSettings open = settings(strict, Map.of("database.ssl.mode", "disabled"), "root", strict.password());
            Check check = only(new MySqlPreflight(open, new Database(open), SERVER_ID).run(null));
            assertThat(check.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(check.hint()).contains("database.ssl.mode: required");
        }
    }

    @Test
    void tls_isRefused_whereTheCertificateIsNotTrusted() {
        SourceSettings verified =
                settings(server, Map.of("database.ssl.mode", "verify_ca"), server.user(), server.password());
        Check check = only(new MySqlPreflight(verified, new Database(verified), SERVER_ID).run(null));
        assertThat(check.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(check.hint()).contains("source.mysql.tls.ca");
    }

    @Test
    void wrongPassword_isRefused_inOneLineWithoutIt() {
        SourceSettings settings = settings(server, Map.of(), "root", "not-the-password");
        Check check = only(new MySqlPreflight(settings, new Database(settings), SERVER_ID).run(null));
        assertThat(check.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(check.message()).contains("rejects user \"root\"");
        assertThat(check.toString()).doesNotContain("not-the-password");
    }

    @Test
    void serverThatIsAway_isUnreachable() {
        SourceSettings settings = settings("127.0.0.1", 1, Map.of(), "root", "x");
        Database database = new Database(settings);
        Check check = only(new MySqlPreflight(settings, database, SERVER_ID).run(null));
        assertThat(check.outcome()).isEqualTo(Outcome.UNREACHABLE);
        assertThat(check.message()).isEqualTo("MySQL at 127.0.0.1:1 cannot be reached: Connection refused");
        assertThat(new BinlogHealth(database).status().problems())
                .extracting(Check::outcome)
                .containsExactly(Outcome.UNREACHABLE);
        assertThatThrownBy(() -> database.ask(connection -> 1))
                .isInstanceOfSatisfying(
                        SourceException.class, e -> assertThat(e.isRetryable()).isTrue());
    }

    @Test
    void plainUser_isRefused_untilEverythingIsGranted() {
        server.execute(
                DB,
                "CREATE TABLE plain (id int PRIMARY KEY)",
                "CREATE USER 'plain'@'%' IDENTIFIED BY 'p'",
                "CREATE USER 'lockfree'@'%' IDENTIFIED BY 'p'");
        SourceSettings settings = settings(server, Map.of(), "plain", "p", DB + ".plain");
        MySqlPreflight preflight = new MySqlPreflight(settings, new Database(settings), SERVER_ID);
        List<Check> checks = preflight.run(null);
        assertThat(subjects(checks, Outcome.FAILED))
                .containsExactly("replication privileges", "table " + DB + ".plain");

        // Exactly what the hints say.
        for (Check check : checks) {
            if (check.hint().startsWith("GRANT")) {
                server.execute(DB, check.hint().replaceFirst(" \\(where.*", ""));
            }
        }
        assertThat(preflight.run(null))
                .allSatisfy(check ->
                        assertThat(check.outcome()).as(check.toString()).isEqualTo(Outcome.OK));
    }

    @Test
    void privileges_count_whereARoleGrantsThem() {
        server.execute(
                DB,
                "CREATE ROLE reader",
                "GRANT SELECT ON " + DB + ".* TO reader",
                "GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO reader",
                "CREATE USER 'by-role'@'%' IDENTIFIED BY 'p' DEFAULT ROLE reader",
                "GRANT reader TO 'by-role'@'%'",
                "SET DEFAULT ROLE reader TO 'by-role'@'%'");
        SourceSettings settings = settings(server, Map.of(), "by-role", "p", DB + ".items");
        assertThat(new MySqlPreflight(settings, new Database(settings), SERVER_ID).run(null))
                .allSatisfy(check ->
                        assertThat(check.outcome()).as(check.toString()).isEqualTo(Outcome.OK));
    }

    @Test
    void privilegesOfALock_areNotNeeded() {
        server.execute(
                DB,
                "CREATE USER 'streaming'@'%' IDENTIFIED BY 'p'",
                "GRANT SELECT ON " + DB + ".* TO 'streaming'@'%'",
                "GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO 'streaming'@'%'");
        SourceSettings settings = settings(server, Map.of(), "streaming", "p", DB + ".items");
        List<Check> checks = new MySqlPreflight(settings, new Database(settings), SERVER_ID).run(null);
        assertThat(subjects(checks, Outcome.FAILED)).isEmpty();
        assertThat(subjects(checks, Outcome.WARNING)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "CREATE TABLE t (id int; code int NOT NULL), '', the table has no primary key",
        "CREATE TABLE t (id int PRIMARY KEY; code int), code, column code may be NULL",
        "CREATE TABLE t (id int PRIMARY KEY; other int), code, there is no column code",
        "CREATE TABLE t (id int PRIMARY KEY; code varchar(9) NOT NULL; UNIQUE (code(3))), code, nothing makes code unique",
        "CREATE TABLE t (id int PRIMARY KEY; code int NOT NULL; UNIQUE (code; id)), code, nothing makes code unique",
        "CREATE VIEW t AS SELECT 1 AS id, '', is a view",
    })
    void table_isRefused_whereItsRowsCannotBeToldApart(String sql, String key, String message) {
        server.execute("", "CREATE DATABASE shapes");
        try {
            server.execute("shapes", sql.replace(';', ','));
            List<String> id = key.isEmpty() ? List.of() : List.of(key);
            SourceSettings settings = withTables(settings(server), new Table(TableId.parse("shapes.t"), id));
            List<Check> checks = new MySqlPreflight(settings, new Database(settings), SERVER_ID).run(null);
            assertThat(checks.stream().filter(check -> check.outcome() == Outcome.FAILED))
                    .singleElement()
                    .satisfies(check -> assertThat(check.message()).contains(message))
                    .satisfies(check -> assertThat(check.hint()).isNotEmpty());
        } finally {
            server.execute("", "DROP DATABASE shapes");
        }
    }

    @Test
    void id_mayBeAUniqueKey_andTablesThatAreMissingOrWithoutTransactionsAreNamed() {
        server.execute(
                DB,
                "CREATE TABLE coded (id int PRIMARY KEY, code int NOT NULL UNIQUE)",
                "CREATE TABLE loose (id int PRIMARY KEY) ENGINE = MyISAM");
        SourceSettings byCode = withTables(settings(server), new Table(TableId.parse(DB + ".coded"), List.of("code")));
        assertThat(subjects(new MySqlPreflight(byCode, new Database(byCode), SERVER_ID).run(null), Outcome.FAILED))
                .isEmpty();
        assertThat(subjects(preflight(server, null, DB + ".loose"), Outcome.WARNING))
                .containsExactly("table " + DB + ".loose");
        assertThat(preflight(server, null, DB + ".item").toString()).contains("did you mean " + DB + ".items");
    }

    @Test
    void serverId_isRefused_whereTheServerHasIt() {
        SourceSettings settings = settings(server);
        assertThat(subjects(new MySqlPreflight(settings, new Database(settings), 1).run(null), Outcome.FAILED))
                .containsExactly("server id");
    }

    @Test
    void positionByGtid_isRefused_wherePurgedOrUnknown() throws SQLException {
        try (MySqlServer own = MySqlServer.start()) {
            own.createDatabase(DB);
            own.execute(DB, "CREATE TABLE items (id int PRIMARY KEY)");
            Map<String, ?> early = position(own);
            assertThat(subjects(preflight(own, early), Outcome.FAILED)).isEmpty();

            own.execute(DB, "INSERT INTO items VALUES (1)", "FLUSH BINARY LOGS");
            Map<String, ?> later = position(own);
            own.execute(DB, "PURGE BINARY LOGS TO '" + later.get("file") + "'");
            assertThat(rejected(preflight(own, early)).message()).contains("has purged transactions");
            assertThat(rejected(preflight(own, early)).loss()).isEqualTo(Loss.GAP);
            assertThat(subjects(preflight(own, later), Outcome.FAILED)).isEmpty();

            Map<String, ?> elsewhere =
                    Map.of("file", "binlog.000001", "pos", 4L, "gtids", "11111111-2222-3333-4444-555555555555:1-7");
            assertThat(rejected(preflight(own, elsewhere)).message()).contains("restored from a backup");
        }
    }

    @Test
    void positionByFile_isRefused_wherePurgedOrBeyondTheEnd() throws SQLException {
        Map<String, ?> early = position(wrong);
        assertThat(early.get("gtids")).isNull();
        assertThat(check(preflight(wrong, early), "position").outcome()).isEqualTo(Outcome.OK);

        long old = Instant.now().minus(Duration.ofMinutes(50)).getEpochSecond();
        Check aged = check(
                preflight(wrong, Map.of("file", early.get("file"), "pos", early.get("pos"), "ts_sec", old)),
                "position");
        assertThat(aged.outcome()).isEqualTo(Outcome.WARNING);
        assertThat(aged.message()).contains("50 minutes old", "60 minutes");

        Map<String, ?> beyond = Map.of("file", early.get("file"), "pos", 1L << 40);
        assertThat(check(preflight(wrong, beyond), "position").message()).contains("beyond the end");

        wrong.execute("", "FLUSH BINARY LOGS");
        wrong.execute("", "PURGE BINARY LOGS TO '" + position(wrong).get("file") + "'");
        Check purged = check(preflight(wrong, early), "position");
        assertThat(purged.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(purged.message()).contains("no longer has the binlog file " + early.get("file"));
    }

    @Test
    void serverId_isStable_andRefusedWhereItIsNone() {
        SourceSettings settings = settings(server);
        assertThat(ServerId.of(settings)).isEqualTo(ServerId.of(settings)).isBetween(5_000L, 2_000_000_000L);
        assertThat(ServerId.of(withOptions(Map.of("serverId", "5701")))).isEqualTo(5701);
        for (String none : List.of("0", "4294967296", "x")) {
            assertThatThrownBy(() -> ServerId.of(withOptions(Map.of("serverId", none))))
                    .isInstanceOf(SourceException.class)
                    .hasMessageContaining("serverId '" + none + "'");
        }
    }

    /** Where the server's binlog ends, as Debezium stores it. */
    private static Map<String, ?> position(MySqlServer of) throws SQLException {
        try (Connection connection = of.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW MASTER STATUS")) {
            assertThat(row.next()).isTrue();
            String gtids = row.getString(5);
            return gtids.isEmpty()
                    ? Map.of("file", row.getString(1), "pos", row.getLong(2))
                    : Map.of("file", row.getString(1), "pos", row.getLong(2), "gtids", gtids);
        }
    }

    private static List<Check> preflight(MySqlServer of, @Nullable Map<String, ?> offset, String... tables) {
        SourceSettings settings = settings(of, Map.of(), of.user(), of.password(), tables);
        return new MySqlPreflight(settings, new Database(settings), SERVER_ID).run(offset);
    }

    private static Check rejected(List<Check> checks) {
        return only(checks.stream()
                .filter(check -> check.outcome() == Outcome.FAILED)
                .toList());
    }

    private static Check check(List<Check> checks, String subject) {
        return only(
                checks.stream().filter(check -> check.subject().equals(subject)).toList());
    }

    private static Check only(List<Check> checks) {
        assertThat(checks).hasSize(1);
        return checks.get(0);
    }

    private static List<String> subjects(List<Check> checks, Outcome outcome) {
        return checks.stream()
                .filter(check -> check.outcome() == outcome)
                .map(Check::subject)
                .toList();
    }

    private static SourceSettings settings(MySqlServer of) {
        return settings(of, Map.of(), of.user(), of.password());
    }

    private static SourceSettings settings(
            MySqlServer of, Map<String, String> debezium, String user, String password, String... tables) {
        return settings(of.host(), of.port(), debezium, user, password, tables);
    }

    private static SourceSettings settings(
            String host, int port, Map<String, String> debezium, String user, String password, String... tables) {
        return SourceSettings.of("preflight")
                .at(host, port)
                .as(user, new Secret(password))
                .debezium(debezium)
                .tables(Stream.of(tables)
                        .map(table -> new Table(TableId.parse(table), List.of()))
                        .toList())
                .build();
    }

    private static SourceSettings withTables(SourceSettings known, Table... tables) {
        return known.like().tables(List.of(tables)).build();
    }

    private static SourceSettings withOptions(Map<String, String> options) {
        return settings(server).like().options(options).build();
    }
}
