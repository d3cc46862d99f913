package dev.tidemark.connector.mysql.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tidemark.connector.Secret;
import dev.tidemark.connector.SnapshotMode;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.SourceSettings.Table;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.ColumnType.Kind;
import dev.tidemark.connector.data.KeyText;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.mysql.catalog.MySqlCatalog;
import dev.tidemark.connector.mysql.connection.Database;
import dev.tidemark.connector.mysql.connection.MySqlErrors;
import dev.tidemark.connector.mysql.decode.TypeCases.TypeCase;
import dev.tidemark.connector.mysql.read.MySqlDialect;
import dev.tidemark.connector.mysql.read.MySqlRowReader;
import dev.tidemark.testkit.mysql.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TimeZone;
import java.util.TreeSet;
import java.util.function.IntFunction;
import org.assertj.core.api.SoftAssertions;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/**
 * Every type, each value by four ways: streamed, in a snapshot, read by key, read as one of the first rows. All must be equal,
 * and as docs/reference/types.md says. The server, the sessions that write, and this JVM are each in another time zone, none of them UTC.
 */
@NullUnmarked // a value that is missing fails the test by itself
class MySqlTypesIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final TimeZone BEFORE = TimeZone.getDefault();

    private static MySqlServer server;

    private String database;
    private String[] login;

    @BeforeAll
    static void start() {
        TimeZone.setDefault(TimeZone.getTimeZone("America/Sao_Paulo"));
        server = MySqlServer.start("--default-time-zone=+05:30");
    }

    @AfterAll
    static void stop() {
        server.close();
        TimeZone.setDefault(BEFORE);
    }

    @BeforeEach
    void createDatabase(TestInfo test) {
        String name = test.getTestMethod().orElseThrow().getName();
        database = "t_" + name.substring(0, name.indexOf('_')).toLowerCase(Locale.ROOT);
        server.createDatabase(database);
        login = new String[] {server.user(), server.password()};
    }

    @AfterEach
    void dropDatabase() {
        execute("DROP DATABASE " + database);
    }

    /** What a server may set for every session that does not set it itself, by SET GLOBAL or in init_connect. */
    private static final List<String> HOSTILE = List.of(
            "sql_mode = 'PAD_CHAR_TO_FULL_LENGTH,ANSI_QUOTES,NO_BACKSLASH_ESCAPES,TIME_TRUNCATE_FRACTIONAL,PIPES_AS_CONCAT,"
                    + "IGNORE_SPACE,REAL_AS_FLOAT,HIGH_NOT_PRECEDENCE,NO_UNSIGNED_SUBTRACTION,STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE'",
            "time_zone = '-09:00'",
            "character_set_results = latin1",
            "character_set_client = latin1",
            "character_set_connection = latin1",
            "collation_connection = latin1_bin",
            "sql_select_limit = 1",
            "max_join_size = 100000",
            "sql_big_selects = OFF",
            "sql_safe_updates = ON",
            "sql_auto_is_null = ON",
            "sql_quote_show_create = OFF",
            "max_sort_length = 4",
            "transaction_isolation = 'READ-UNCOMMITTED'",
            "transaction_read_only = ON",
            "autocommit = OFF",
            "group_concat_max_len = 4",
            "div_precision_increment = 0",
            "lc_time_names = 'de_DE'",
            "show_gipk_in_create_table_and_information_schema = OFF");

    @Test
    void hostile_serverSettings_changeNoValue() throws SQLException {
        MySqlServer usual = server;
        try (MySqlServer hostile = MySqlServer.start(
                "--character-set-client-handshake=OFF",
                "--character-set-server=latin1",
                "--lower-case-table-names=0")) {
            server = hostile;
            server.execute(
                    "",
                    "CREATE DATABASE " + database + " CHARACTER SET utf8mb4",
                    "CREATE USER reader IDENTIFIED BY 'secret'",
                    "GRANT SELECT, RELOAD, LOCK TABLES, REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO reader");
            for (String setting : HOSTILE) {
                server.execute("", "SET GLOBAL " + setting);
            }
            // An account without CONNECTION_ADMIN starts with this.
            server.execute("", "SET GLOBAL init_connect = \"SET SESSION " + String.join(", SESSION ", HOSTILE) + "\"");
            compareWays("reader", "secret");
            execute(
                    "CREATE TABLE t (id varchar(20) PRIMARY KEY)",
                    "INSERT INTO t VALUES ('ü€'), ('日本'), ('b')",
                    "SET sql_generate_invisible_primary_key = ON",
                    "CREATE TABLE g (a int)",
                    "INSERT INTO g (a) VALUES (5)");
            assertThat(existing("t", List.of("id"), "ü€", "日本", "b", "x")).containsExactly("b", "ü€", "日本");
            try (TypesEngine engine =
                    new TypesEngine(server, "reader", new Secret("secret"), database + "_g", database + ".g")) {
                execute("INSERT INTO g (a) VALUES (6)");
                await().atMost(TIMEOUT).until(() -> engine.rows.size() == 1 || engine.isCompleted());
                assertThat(engine.failure()).isNull();
                assertThat(values(engine.rows.get("2"))).containsExactly(2L, 6);
                assertThat(read("g", "my_row_id", 3)).containsOnlyKeys(1L, 2L);
            }
        } finally {
            server = usual;
        }
    }

    @Test
    void values_areEqual_whicheverWayTheyCome() throws SQLException {
        compareWays(server.user(), server.password());
    }

    private void compareWays(String user, String password) throws SQLException {
        List<TypeCase> cases = TypeCases.ALL;
        create("types", cases);
        int rows = insert("types", cases, 0);
        Map<Object, Row> received = new HashMap<>();
        try (TypesEngine engine = new TypesEngine(server, user, new Secret(password), database, database + ".types")) {
            insert("types", cases, 1000);
            await().atMost(TIMEOUT).until(() -> engine.rows.size() >= rows || engine.isCompleted());
            assertThat(engine.failure()).isNull();
            received.putAll(engine.rows);
        }
        SoftAssertions soft = new SoftAssertions();
        login = new String[] {user, password};
        List<Column> described = database()
                .ask(open -> new MySqlCatalog(open).describe(new Table(table("types"), List.of())))
                .schema()
                .columns();
        compare(soft, "streamed", described, cases, id -> received.get(String.valueOf(1000 + id)));
        compare(soft, "read", described, cases, read("types", rows)::get);
        compare(soft, "first", described, cases, first("types", rows)::get);
        soft.assertAll();
    }

    private List<Row> first(String table, int limit) {
        List<Row> first = new ArrayList<>();
        try (MySqlRowReader reader = reader()) {
            reader.first(table(table), List.of("id"), limit, first::add);
        }
        assertThat(first).hasSize(limit);
        return first;
    }

    @Test
    void synonyms_inStreamedStatements_areTheTypesThatTheServerMakesOfThem() throws SQLException {
        List<TypeCase> cases = new ArrayList<>(TypeCases.ALL);
        cases.addAll(TypeCases.SYNONYMS);
        execute("CREATE TABLE first (id int PRIMARY KEY)");
        try (TypesEngine engine = new TypesEngine(server, database, database + ".first", database + ".types")) {
            await().atMost(TIMEOUT).until(() -> engine.streaming || engine.isCompleted());
            assertThat(engine.failure()).isNull();
            create("types", cases);
            int rows = insert("types", cases, 0);
            await().atMost(TIMEOUT).until(() -> engine.rows.size() >= rows || engine.isCompleted());
            assertThat(engine.failure()).isNull();
            SoftAssertions soft = new SoftAssertions();
            List<Column> described = describe("types").schema().columns();
            compare(soft, "streamed", described, cases, id -> engine.rows.get(String.valueOf(id)));
            compare(soft, "read", described, cases, read("types", rows)::get);
            soft.assertAll();
        }
    }

    /** Columns before those of the cases: the id, two generated ones, and one that SELECT * leaves out. */
    private static final int FIRST = 4;

    private void create(String table, List<TypeCase> cases) {
        StringBuilder create = new StringBuilder("CREATE TABLE " + table + " (id int PRIMARY KEY,"
                + " v int GENERATED ALWAYS AS (id + 1) VIRTUAL, s varchar(9) GENERATED ALWAYS AS (concat('g', id)) STORED,"
                + " i int INVISIBLE DEFAULT 7");
        for (int i = 0; i < cases.size(); i++) {
            create.append(", c").append(i).append(' ').append(cases.get(i).sqlType());
        }
        execute(create.append(", KEY ((id * 2)))").toString());
    }

    private Map<Object, Row> read(String table, String key, long below) {
        Map<Object, Row> read = new HashMap<>();
        List<@Nullable Object[]> keys = new ArrayList<>();
        for (long id = 0; id < below; id++) {
            keys.add(new @Nullable Object[] {id});
        }
        try (MySqlRowReader reader = reader()) {
            reader.read(table(table), List.of(key), keys, row -> read.put(row.get(0), row));
        }
        return read;
    }

    private Map<Integer, Row> read(String table, int rows) {
        Map<Integer, Row> read = new HashMap<>();
        List<@Nullable Object[]> keys = new ArrayList<>();
        for (int id = 0; id < rows; id++) {
            keys.add(new @Nullable Object[] {id});
        }
        try (MySqlRowReader reader = reader()) {
            reader.read(table(table), List.of("id"), keys, row -> read.put((Integer) row.get(0), row));
        }
        return read;
    }

    private static void compare(
            SoftAssertions soft, String way, List<Column> described, List<TypeCase> cases, IntFunction<Row> rows) {
        soft.assertThat(rows.apply(0).schema().columns()).as(way + " types").isEqualTo(described);
        for (int i = 0; i < cases.size(); i++) {
            TypeCase type = cases.get(i);
            soft.assertThat(described.get(i + FIRST).type()).as(type.sqlType()).isEqualTo(type.expected());
            for (int v = 0; v < type.values().size(); v++) {
                soft.assertThat(comparable(rows.apply(v).get(i + FIRST)))
                        .as(way + " " + type.sqlType() + " "
                                + type.values().get(v).sql())
                        .isEqualTo(comparable(type.values().get(v).expected()));
            }
        }
        Row first = rows.apply(0);
        int id = (Integer) first.get(0);
        soft.assertThat(List.of(first.get(1), first.get(2), first.get(3)))
                .as(way + " generated and invisible")
                .isEqualTo(List.of(id + 1, "g" + id, 7));
    }

    @Test
    void numbersInJson_areSpelledAsTheServerSpellsThem() throws SQLException {
        execute("CREATE TABLE types (id int PRIMARY KEY, j json)");
        Random random = new Random(7);
        List<String> numbers = new ArrayList<>();
        for (int i = 0; i < 4000; i++) {
            double number = Double.longBitsToDouble(random.nextLong());
            numbers.add(Double.isFinite(number) ? String.valueOf(number) : "5e-324");
            numbers.add(String.valueOf(random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20)));
            numbers.add(String.valueOf(random.nextInt(100_000) / 1000.0));
        }
        try (TypesEngine engine = new TypesEngine(server, database, database + ".types")) {
            await().atMost(TIMEOUT).until(() -> engine.streaming || engine.isCompleted());
            execute("INSERT INTO types VALUES (0, '[" + String.join(",", numbers) + "]')");
            await().atMost(TIMEOUT).until(() -> engine.rows.size() == 1 || engine.isCompleted());
            assertThat(engine.failure()).isNull();
            String[] streamed = ((String) engine.rows.get("0").get(1)).split(", ");
            String[] read = ((String) read("types", 1).get(0).get(1)).split(", ");
            assertThat(streamed).containsExactly(read);
        }
    }

    @Test
    void null_staysNull_whereTheColumnHasADefault() throws SQLException {
        execute("CREATE TABLE types (id int PRIMARY KEY DEFAULT 3, a text DEFAULT ('x'), b int DEFAULT 7,"
                + " c timestamp NULL DEFAULT CURRENT_TIMESTAMP, d decimal(5,2) DEFAULT 1.5, e json DEFAULT ('{}'),"
                + " f bit(3) DEFAULT b'101', g date DEFAULT '2024-01-01', h varbinary(9) DEFAULT 'abc', i bool DEFAULT true,"
                + " j enum('a','b') DEFAULT 'b', k set('a','b') DEFAULT 'a,b', l year DEFAULT 2024, m time DEFAULT '10:00:00',"
                + " n datetime(6) DEFAULT '2024-01-01 10:00:00', o double DEFAULT 1.5, p bigint unsigned DEFAULT 1,"
                + " q char(3) DEFAULT 'x', r float DEFAULT 1.5, s binary(3) DEFAULT 'x', u bit(1) DEFAULT b'1',"
                + " v date DEFAULT '0000-00-00')");
        String nulls = "NULL, ".repeat(20) + "NULL";
        try (TypesEngine engine = new TypesEngine(server, database, database + ".types")) {
            await().atMost(TIMEOUT).until(() -> engine.streaming || engine.isCompleted());
            assertThat(engine.failure()).isNull();
            execute("INSERT INTO types VALUES (2, " + nulls + ")", "INSERT INTO types VALUES ()");
            await().atMost(TIMEOUT).until(() -> engine.rows.size() == 2 || engine.isCompleted());
            assertThat(engine.failure()).isNull();
            for (int i = 1; i < 22; i++) {
                assertThat(engine.rows.get("2").get(i)).as("column " + i).isNull();
            }
            assertThat(engine.rows.get("3").get(10)).isEqualTo("b");
        }
    }

    @Test
    void characterSets_followTheStatementsThatChangeThem() throws SQLException {
        execute("CREATE TABLE first (id int PRIMARY KEY)");
        try (TypesEngine engine = new TypesEngine(
                server,
                database,
                database + ".first",
                database + ".a",
                database + ".b",
                database + ".c",
                database + ".d")) {
            await().atMost(TIMEOUT).until(() -> engine.streaming || engine.isCompleted());
            execute(
                    "ALTER DATABASE " + database + " CHARACTER SET latin1",
                    "CREATE TABLE a (id int PRIMARY KEY, x varchar(20), y enum('ü','b'), z text COLLATE utf8mb4_bin)",
                    "INSERT INTO a VALUES (1, 'ü€', 'ü', 'ü日')",
                    "ALTER DATABASE " + database + " CHARACTER SET utf8mb4",
                    "CREATE TABLE b (id int PRIMARY KEY, x varchar(20)) CHARSET=latin1",
                    "ALTER TABLE b ADD y varchar(20), ADD z tinytext CHARACTER SET utf8mb3",
                    "INSERT INTO b VALUES (2, 'ü€', 'ü€', 'ü€')",
                    "ALTER TABLE b CONVERT TO CHARACTER SET utf8mb4",
                    "INSERT INTO b VALUES (3, 'ü日', 'ü日', 'ü日')",
                    "ALTER TABLE b ADD w varchar(20) COLLATE latin1_general_ci",
                    "INSERT INTO b VALUES (4, 'ü日', 'ü日', 'ü日', 'ü€')",
                    "ALTER TABLE b MODIFY x varchar(20) CHARACTER SET cp1251, CHANGE w ww varchar(30) COLLATE utf8mb4_bin",
                    "INSERT INTO b VALUES (5, 'Привет', 'ü日', 'ü日', 'ü日')",
                    "CREATE TABLE c LIKE b",
                    "INSERT INTO c VALUES (6, 'Привет', 'ü日', 'ü日', 'ü日')",
                    "CREATE TABLE d (PRIMARY KEY (id)) CHARACTER SET latin1 SELECT id + 1 id, x, y FROM c",
                    "INSERT INTO d VALUES (8, 'Привет', 'ü日')");
            await().atMost(TIMEOUT).until(() -> engine.rows.size() >= 8 || engine.isCompleted());
            assertThat(engine.failure()).isNull();
            assertThat(values(engine.rows.get("1"))).containsExactly(1, "ü€", "ü", "ü日");
            assertThat(values(engine.rows.get("2"))).containsExactly(2, "ü€", "ü€", "ü€");
            assertThat(values(engine.rows.get("3"))).containsExactly(3, "ü日", "ü日", "ü日");
            assertThat(values(engine.rows.get("4"))).containsExactly(4, "ü日", "ü日", "ü日", "ü€");
            assertThat(values(engine.rows.get("5"))).containsExactly(5, "Привет", "ü日", "ü日", "ü日");
            assertThat(values(engine.rows.get("6"))).containsExactly(6, "Привет", "ü日", "ü日", "ü日");
            assertThat(values(engine.rows.get("7"))).containsExactly(7L, "Привет", "ü日");
            assertThat(values(engine.rows.get("8"))).containsExactly(8L, "Привет", "ü日");
        }
    }

    @Test
    void text_thatDebeziumTakesForAnotherCharacterSet_stopsTheStream() {
        execute("CREATE TABLE first (id int PRIMARY KEY)");
        try (TypesEngine engine = new TypesEngine(server, database, database + ".first", database + ".a")) {
            await().atMost(TIMEOUT).until(() -> engine.streaming || engine.isCompleted());
            execute(
                    "CREATE TABLE a (id int PRIMARY KEY, x varchar(20)) COLLATE latin1_swedish_ci",
                    "INSERT INTO a VALUES (1, 'u')");
            // Debezium drops what it has queued when it fails, so the first row must have arrived before.
            await().atMost(TIMEOUT).until(() -> engine.rows.containsKey("1") || engine.isCompleted());
            execute("INSERT INTO a VALUES (2, 'ü')");
            await().atMost(TIMEOUT).until(() -> engine.isCompleted());
            assertThat(values(engine.rows.get("1"))).containsExactly(1, "u");
            assertThat(engine.rows).doesNotContainKey("2");
            SourceException told = MySqlErrors.explain(engine.failure(), engine.database);
            assertThat(told)
                    .hasMessageContaining(
                            "column " + database + ".a.x holds what cannot be read: the text is not UTF-8");
            assertThat(told.isRetryable()).isFalse();
        }
    }

    @Test
    void dates_thatAreOnNoCalendar_stopStreamAndReader_andAreNamed() {
        execute("CREATE TABLE a (id int PRIMARY KEY, d date, t datetime)");
        try (TypesEngine engine = new TypesEngine(server, database, database + ".a")) {
            await().atMost(TIMEOUT).until(() -> engine.streaming || engine.isCompleted());
            execute("SET sql_mode = 'ALLOW_INVALID_DATES'", "INSERT INTO a VALUES (1, '2024-02-31', NULL)");
            await().atMost(TIMEOUT).until(() -> engine.isCompleted());
            SourceException told = MySqlErrors.explain(engine.failure(), engine.database);
            assertThat(told).hasMessageContaining("FEBRUARY 31");
            assertThat(told.isRetryable()).isFalse();
        }
        assertThatThrownBy(() -> read("a", 2))
                .isInstanceOf(SourceException.class)
                .hasMessageContaining("column d of " + database + ".a")
                .hasMessageContaining("2024-02-31");
    }

    @Test
    void namesOfAnyKind_areKept() throws SQLException {
        String create = " (`i d` int, `q?` varchar(9), `ü``x.y` enum('?'), `select` date, PRIMARY KEY (`q?`, `i d`))";
        execute("CREATE TABLE `o``d.d, $t` " + create, "INSERT INTO `o``d.d, $t` VALUES (1, 'a?', '?', '2024-01-01')");
        try (TypesEngine engine = new TypesEngine(server, database, database + ".o`d.d, $t")) {
            await().atMost(TIMEOUT).until(() -> engine.streaming || engine.isCompleted());
            execute("INSERT INTO `o``d.d, $t` VALUES (2, 'b?', '?', '2024-01-01')");
            await().atMost(TIMEOUT).until(() -> engine.rows.size() == 1 || engine.isCompleted());
            assertThat(engine.failure()).isNull();
            assertThat(engine.rows.get("2").schema().columns())
                    .isEqualTo(describe("o`d.d, $t").schema().columns());
            assertThat(values(engine.rows.get("2"))).containsExactly(2, "b?", "?", 19723);
        }
        assertThat(describe("o`d.d, $t").key()).containsExactly("q?", "i d");
        assertThat(existing("o`d.d, $t", List.of("q?", "i d"), "b?|2", "b|2")).containsExactly("b?|2");
    }

    private static List<@Nullable Object> values(Row row) {
        List<@Nullable Object> values = new ArrayList<>();
        for (int i = 0; i < row.schema().columns().size(); i++) {
            values.add(row.get(i));
        }
        return values;
    }

    /** Debezium reads defaults although nothing is made of them, and would end at one that it cannot read. */
    @Test
    void defaults_ofAnyKind_doNotStopTheEngine() {
        String columns = "(id int PRIMARY KEY, a char(36) DEFAULT (uuid()), b datetime(6) DEFAULT CURRENT_TIMESTAMP(6)"
                + " ON UPDATE CURRENT_TIMESTAMP(6), c decimal(10,2) DEFAULT '1e3', d bit(8) DEFAULT b'101', e time DEFAULT '25:00:00',"
                + " f enum('','a') DEFAULT '', g date DEFAULT (curdate()), h bool DEFAULT false, i varchar(9) DEFAULT '\\'q\\\\',"
                + " j double DEFAULT 1e10, k varbinary(9) DEFAULT 0x616263, l json DEFAULT (json_object()),"
                + " m point DEFAULT (point(1,1)), n timestamp NOT NULL DEFAULT '0000-00-00 00:00:00',"
                + " o datetime NOT NULL DEFAULT '0000-00-00', p int DEFAULT '5', q int DEFAULT -5,"
                + " r bigint unsigned DEFAULT 18446744073709551615, s tinyint(1) DEFAULT '1', t float DEFAULT '.5',"
                + " u text DEFAULT (concat('a', 'b')), v bit(64) DEFAULT b'1', w time(3) DEFAULT '-00:00:01.5',"
                + " x timestamp(3) DEFAULT '2038-01-19 03:14:07.5', y year DEFAULT '0000', z set('a','b') DEFAULT '',"
                + " aa int DEFAULT (1 + 2), ab datetime DEFAULT '2024-00-10', ac date NOT NULL DEFAULT '0000-00-00',"
                + " ad int unsigned DEFAULT true, ae decimal(5,2) NOT NULL DEFAULT 0, af blob DEFAULT (x'00'),"
                + " ag datetime DEFAULT now() ON UPDATE now(), ah bit DEFAULT 1, ai int zerofill DEFAULT 007)";
        execute("CREATE TABLE a " + columns);
        try (TypesEngine engine = new TypesEngine(server, database, database + ".a", database + ".b")) {
            await().atMost(TIMEOUT).until(() -> engine.streaming || engine.isCompleted());
            assertThat(engine.failure()).isNull();
            execute("INSERT INTO a (id) VALUES (1)", "CREATE TABLE b " + columns, "INSERT INTO b (id) VALUES (2)");
            await().atMost(TIMEOUT).until(() -> engine.rows.size() == 2 || engine.isCompleted());
            assertThat(engine.failure()).isNull();
        }
    }

    private static @Nullable Object comparable(@Nullable Object value) {
        if (value instanceof byte[] bytes) {
            return HexFormat.of().formatHex(bytes);
        }
        return value instanceof double[] point ? Arrays.toString(point) : value;
    }

    /** How many rows there are now; the first one's id is given. */
    private int insert(String table, List<TypeCase> cases, int from) {
        int rows = cases.stream().mapToInt(c -> c.values().size()).max().orElseThrow();
        StringBuilder names = new StringBuilder("id");
        for (int i = 0; i < cases.size(); i++) {
            names.append(", c").append(i);
        }
        List<String> statements = new ArrayList<>();
        for (int v = 0; v < rows; v++) {
            StringBuilder sql = new StringBuilder("INSERT INTO " + table + " (" + names + ") VALUES (" + (from + v));
            for (TypeCase type : cases) {
                sql.append(", ")
                        .append(v < type.values().size() ? type.values().get(v).sql() : "DEFAULT");
            }
            statements.add(sql.append(")").toString());
        }
        execute(statements.toArray(String[]::new));
        return rows;
    }

    /** In a session that lets zero dates in, and is at +02:00. */
    private void execute(String... statements) {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            connection.setReadOnly(false);
            statement.execute("SET sql_mode = '', time_zone = '+02:00'");
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private TableId table(String name) {
        return new TableId(database, name);
    }

    private Database database() {
        return new Database(SourceSettings.of("types")
                .at(server.host(), server.port())
                .as(login[0], new Secret(login[1]))
                .snapshot(SnapshotMode.NEVER)
                .build());
    }

    private MySqlRowReader reader() {
        Database of = database();
        return new MySqlRowReader(of.reads().lease(), new MySqlDialect(of));
    }

    private TableInfo describe(String name, String... key) throws SQLException {
        try (Connection connection = server.connect()) {
            return new MySqlCatalog(connection).describe(new Table(table(name), List.of(key)));
        }
    }

    private List<String> existing(String name, List<String> columns, String... texts) {
        TreeSet<String> found = new TreeSet<>();
        List<String[]> keys = new ArrayList<>();
        for (String text : texts) {
            keys.add(text.split("\\|", -1));
        }
        try (MySqlRowReader reader = reader()) {
            reader.existing(table(name), columns, keys, row -> {
                List<String> parts = new ArrayList<>();
                for (int i = 0; i < columns.size(); i++) {
                    Kind kind = row.schema().columns().get(i).type().kind();
                    parts.add(KeyText.of(kind, row.get(i)));
                }
                found.add(String.join("|", parts));
            });
        }
        return List.copyOf(found);
    }

    @Test
    void existing_answersWithTheRowsOwnSpelling_andNeverWithWhatIsNoValue() {
        execute(
                "CREATE TABLE i (id int PRIMARY KEY)",
                "INSERT INTO i VALUES (0), (1), (-5)",
                "CREATE TABLE t (id varchar(20) CHARACTER SET latin1 PRIMARY KEY)",
                "INSERT INTO t VALUES ('Abc'), ('0'), ('ü')",
                "CREATE TABLE d (id date PRIMARY KEY)",
                "INSERT INTO d VALUES ('2024-02-29'), ('0000-00-00')",
                "CREATE TABLE ts (id timestamp(3) PRIMARY KEY)",
                "INSERT INTO ts VALUES ('2024-02-29 10:20:30.5+00:00')",
                "CREATE TABLE dt (id datetime(6) PRIMARY KEY)",
                "INSERT INTO dt VALUES ('2024-02-29 10:20:30.000001')",
                "CREATE TABLE b (id binary(4) PRIMARY KEY)",
                "INSERT INTO b VALUES (x'00ff'), (x'01020304')",
                "CREATE TABLE tm (id time(3) PRIMARY KEY)",
                "INSERT INTO tm VALUES ('-10:20:30.5'), ('00:00:00')",
                "CREATE TABLE u (id bigint unsigned PRIMARY KEY)",
                "INSERT INTO u VALUES (18446744073709551615), (0), (9007199254740993)",
                "CREATE TABLE e (id enum('a','b','1') PRIMARY KEY)",
                "INSERT INTO e VALUES ('b'), ('1')",
                "CREATE TABLE n (id decimal(30,2) PRIMARY KEY)",
                "INSERT INTO n VALUES (1234567890123456789012345678.90), (1.50), (0)",
                "CREATE TABLE f (id double PRIMARY KEY)",
                "INSERT INTO f VALUES (0.1), (1e300)",
                "CREATE TABLE y (id year PRIMARY KEY)",
                "INSERT INTO y VALUES (2024), (0)",
                "CREATE TABLE o (id tinyint(1) PRIMARY KEY)",
                "INSERT INTO o VALUES (0), (1), (2)",
                "CREATE TABLE bt (id bit(10) PRIMARY KEY)",
                "INSERT INTO bt VALUES (0), (513)",
                "CREATE TABLE m (a int, b varchar(9), c date, PRIMARY KEY (b, a, c))",
                "INSERT INTO m VALUES (1, 'x', '2024-01-01'), (2, 'x', '2024-01-02')");
        List<String> id = List.of("id");
        SoftAssertions soft = new SoftAssertions();
        soft.assertThat(existing("i", id, "1", "-5", "abc", "", "1x", "99999999999999999999", "7", " 1"))
                .containsExactly("-5", "1");
        soft.assertThat(existing("t", id, "ABC", "0", "日本", "ü", "gone")).containsExactly("0", "Abc", "ü");
        soft.assertThat(existing("d", id, "2024-02-29", "2024-02-30", "abc", "0", "+12024-01-01", "infinity"))
                .containsExactly("2024-02-29");
        soft.assertThat(existing("ts", id, "2024-02-29T10:20:30.500000Z", "1900-01-01T00:00:00Z", "abc"))
                .containsExactly("2024-02-29T10:20:30.500000Z");
        soft.assertThat(existing(
                        "dt", id, "2024-02-29T10:20:30.000001Z", "1900-01-01T00:00:00Z", "-0001-01-01T00:00:00Z"))
                .containsExactly("2024-02-29T10:20:30.000001Z");
        soft.assertThat(existing("b", id, "\\x00ff0000", "\\x01020304", "\\x0102", "01020304", "\\xzz"))
                .containsExactly("\\x00ff0000", "\\x01020304");
        soft.assertThat(existing("tm", id, "-10:20:30.5", "abc", "1", "")).containsExactly("-10:20:30.5");
        soft.assertThat(existing("u", id, "18446744073709551615", "9007199254740993", "-1", "9007199254740992", "x"))
                .containsExactly("18446744073709551615", "9007199254740993");
        soft.assertThat(existing("e", id, "b", "1", "2", "日")).containsExactly("1", "b");
        soft.assertThat(existing("n", id, "1234567890123456789012345678.90", "1.50", "NaN", "abc"))
                .containsExactly("1.50", "1234567890123456789012345678.90");
        soft.assertThat(existing("f", id, "0.1", "1.0E300", "NaN", "abc", "0.2"))
                .containsExactly("0.1", "1.0E300");
        soft.assertThat(existing("y", id, "2024", "0", "24", "x")).containsExactly("0", "2024");
        soft.assertThat(existing("o", id, "true", "2", "abc", "3")).containsExactly("2", "true");
        soft.assertThat(existing("bt", id, "513", "x", "1")).containsExactly("513");
        soft.assertThat(existing("m", List.of("b", "a", "c"), "x|1|2024-01-01", "x|2|2024-01-01", "x|y|2024-01-02"))
                .containsExactly("x|1|2024-01-01");
        soft.assertAll();
    }

    @Test
    void describe_knowsKeysRowsAndWhatCannotBeAKey() throws SQLException {
        execute(
                "CREATE TABLE k (a int, b int, c float, d date NOT NULL, e int NOT NULL, PRIMARY KEY (b, a))",
                "INSERT INTO k VALUES (1, 2, 3, '0000-00-00', 4)",
                "CREATE TABLE none (a int)",
                "CREATE VIEW w AS SELECT 1");
        assertThat(describe("k").key()).containsExactly("b", "a");
        assertThat(describe("k", "e").key()).containsExactly("e");
        assertThat(describe("k").estimatedRows()).isEqualTo(1);
        assertThat(describe("none").key()).isEmpty();
        List<Column> columns = describe("k").schema().columns();
        assertThat(columns.get(3).nullable()).as("a zero date is NULL").isTrue();
        assertThat(columns.get(4).nullable()).isFalse();
        assertThatThrownBy(() -> describe("k", "c"))
                .isInstanceOf(SourceException.class)
                .hasMessageContaining("float");
        assertThatThrownBy(() -> describe("gone"))
                .isInstanceOf(SourceException.class)
                .hasMessageContaining("does not exist");
        assertThatThrownBy(() -> describe("w"))
                .isInstanceOf(SourceException.class)
                .hasMessageContaining("view");
        try (Connection connection = server.connect()) {
            assertThat(new MySqlCatalog(connection).hasRows(table("k"))).isTrue();
            assertThat(new MySqlCatalog(connection).hasRows(table("none"))).isFalse();
        }
    }
}
