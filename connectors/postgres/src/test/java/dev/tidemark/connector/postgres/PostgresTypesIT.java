package dev.tidemark.connector.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.tidemark.connector.Connector;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.SnapshotMode;
import dev.tidemark.connector.SourceSettings.Table;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.testkit.postgres.PostgresServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every type, each value by four ways: streamed, read by key, read as one of the first rows, read in pages. All must be
 * equal, and as docs/reference/types.md says.
 */
@NullUnmarked // a value that is missing fails the test by itself
class PostgresTypesIT {

    private static final TableId TABLE = TableId.parse("public.types");
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final TimeZone BEFORE = TimeZone.getDefault();

    @BeforeAll
    static void leaveUtc() {
        TimeZone.setDefault(TimeZone.getTimeZone("America/Sao_Paulo"));
    }

    @AfterAll
    static void comeBack() {
        TimeZone.setDefault(BEFORE);
    }

    @Test
    void values_areEqual_whicheverWayTheyCome() {
        TestDatabase database = new TestDatabase();
        database.execute(TypeCases.SETUP);
        FourWays ways = new FourWays(database, TABLE, TypeCases.ALL);
        ways.assertEqual(database.connector("public.types"));
    }

    @Test
    void domains_countAsTheirBaseType_whicheverWayTheyCome() {
        TestDatabase database = new TestDatabase();
        database.execute(TypeCases.SETUP);
        database.execute(TypeCases.domainSetup(TypeCases.ALL));
        FourWays ways = new FourWays(database, TABLE, TypeCases.domains(TypeCases.ALL));
        ways.assertEqual(database.connector("public.types"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"public.types", "other.types"})
    void types_areKnownByWhatTheyAre_notByTheirNames(String table) {
        TestDatabase database = new TestDatabase();
        database.execute(TypeCases.SETUP);
        database.execute(TypeCases.ODD_SETUP);
        FourWays ways = new FourWays(database, TableId.parse(table), TypeCases.ODD);
        ways.assertEqual(database.connector(table));
    }

    static Stream<Arguments> hostile() {
        return Stream.of(
                arguments(
                        "ALTER ROLE hostile SET ",
                        Map.of("intervalstyle", "sql_standard", "bytea_output", "escape", "datestyle", "SQL, DMY")),
                arguments(
                        "ALTER DATABASE %s SET ",
                        Map.of("intervalstyle", "iso_8601", "bytea_output", "escape", "datestyle", "German")),
                arguments(
                        "ALTER ROLE hostile IN DATABASE %s SET ",
                        Map.of("intervalstyle", "postgres_verbose", "datestyle", "Postgres, YMD")),
                arguments(
                        "ALTER SYSTEM SET ",
                        Map.of("intervalstyle", "sql_standard", "bytea_output", "escape", "datestyle", "SQL, MDY")));
    }

    /** What makes values, set otherwise for the role, the database or the server, changes none, for Debezium's sessions set it too. */
    @ParameterizedTest
    @MethodSource("hostile")
    void values_areEqual_whateverRoleDatabaseAndServerSet(String level, Map<String, String> styles) {
        try (PostgresServer server = PostgresServer.start()) {
            TestDatabase database = new TestDatabase(server);
            database.execute(TypeCases.SETUP);
            database.execute("CREATE ROLE hostile SUPERUSER LOGIN PASSWORD 'secret'");
            Map<String, String> hostile = new HashMap<>(HOSTILE);
            hostile.putAll(styles);
            // The session that writes is the application's.
            USUAL.forEach((name, value) -> database.execute(
                    "ALTER ROLE " + server.user() + " IN DATABASE " + database.name + " SET " + name + " = " + value));
            hostile.forEach((name, value) ->
                    database.execute(level.formatted(database.name) + name + " = " + quoted(name, value)));
            database.execute("SELECT pg_reload_conf()");
            FourWays ways = new FourWays(database, TABLE, TypeCases.ALL);
            ways.assertEqual(new PostgresConnectorFactory()
                    .create(database.settings(
                            SnapshotMode.INITIAL, List.of(new Table(TABLE, List.of())), "hostile", "secret")));
        }
    }

    private static final Map<String, String> HOSTILE = Map.ofEntries(
            Map.entry("extra_float_digits", "-15"),
            Map.entry("timezone", "America/St_Johns"),
            Map.entry("quote_all_identifiers", "on"),
            Map.entry("array_nulls", "off"),
            Map.entry("standard_conforming_strings", "off"),
            Map.entry("transform_null_equals", "on"),
            Map.entry("xmlbinary", "hex"),
            Map.entry("xmloption", "document"),
            Map.entry("default_transaction_isolation", "serializable"),
            Map.entry("default_transaction_read_only", "on"),
            Map.entry("default_transaction_deferrable", "on"),
            Map.entry("gin_fuzzy_search_limit", "1"),
            Map.entry("search_path", ""),
            Map.entry("lc_numeric", "C.utf8"),
            Map.entry("client_encoding", "LATIN1"));

    /** The server's defaults. */
    private static final Map<String, String> USUAL = Map.ofEntries(
            Map.entry("intervalstyle", "postgres"),
            Map.entry("datestyle", "ISO, MDY"),
            Map.entry("timezone", "UTC"),
            Map.entry("search_path", "public"),
            Map.entry("array_nulls", "on"),
            Map.entry("standard_conforming_strings", "on"),
            Map.entry("xmloption", "content"),
            Map.entry("default_transaction_isolation", "'read committed'"),
            Map.entry("default_transaction_read_only", "off"),
            Map.entry("default_transaction_deferrable", "off"));

    private static String quoted(String name, String value) {
        return name.equals("datestyle") ? value : "'" + value + "'";
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
        Connector connector = database.connector("public.types");
        List<Row> rows = new ArrayList<>();
        try (TestEngine engine = new TestEngine(connector)) {
            database.execute(
                    "INSERT INTO types VALUES (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)");
            await().atMost(TIMEOUT).until(() -> engine.upserts().size() == 1 || engine.completed);
            assertThat(engine.failure).isNull();
            engine.upserts().forEach(upsert -> rows.add(upsert.after()));
        }
        try (RowReader reader = connector.rowReader()) {
            reader.first(TABLE, List.of("id"), 2, rows::add);
        }
        assertThat(rows).hasSize(3).allSatisfy(row -> {
            for (int i = 1; i < 14; i++) {
                assertThat(row.get(i)).as("column " + i).isNull();
            }
        });
    }
}
