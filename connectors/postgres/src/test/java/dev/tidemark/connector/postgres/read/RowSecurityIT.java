package dev.tidemark.connector.postgres.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.Check.Outcome;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.Join;
import dev.tidemark.connector.JoinReader;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.SnapshotMode;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.SourceSettings.Table;
import dev.tidemark.connector.SqlTemplate;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.postgres.PostgresConnectorFactory;
import dev.tidemark.connector.postgres.TestDatabase;
import dev.tidemark.connector.postgres.connection.Database;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Policies hide rows from a role that may read the table: what reads it must say so, and never take them for missing. */
class RowSecurityIT {

    private static final String PASSWORD = "p";
    private static final TableId ITEMS = TableId.parse("public.items");
    private static final Object[] KEY = {1};

    private final TestDatabase database = new TestDatabase();
    /** Needs to be quoted, as any name may. */
    private final String reader = "read \"" + database.name;

    private final String quoted = Database.quoted(reader);

    RowSecurityIT() {
        database.execute(
                "CREATE ROLE " + quoted + " LOGIN REPLICATION PASSWORD '" + PASSWORD + "'",
                "CREATE TABLE items (id int PRIMARY KEY, name text)",
                "INSERT INTO items SELECT i, 'item' FROM generate_series(1, 3) i",
                "CREATE TABLE others (id int PRIMARY KEY)",
                "INSERT INTO others VALUES (1)",
                "GRANT SELECT ON ALL TABLES IN SCHEMA public TO " + quoted,
                "CREATE PUBLICATION tidemark_" + database.name + " FOR TABLE items, others");
    }

    private Connector connector() {
        return connector(Map.of(), "public.items", "public.others");
    }

    private Connector connector(Map<String, String> debezium, String... tables) {
        List<Table> captured = Arrays.stream(tables)
                .map(t -> new Table(TableId.parse(t), List.of()))
                .toList();
        SourceSettings settings = database.settings(SnapshotMode.INITIAL, captured, reader, PASSWORD);
        return new PostgresConnectorFactory()
                .create(settings.like().debezium(debezium).build());
    }

    private static List<Check> rejected(Connector connector) {
        return connector.preflight(null, false).stream()
                .filter(check -> check.outcome() == Outcome.FAILED)
                .toList();
    }

    private static List<Row> read(Connector connector) {
        List<Row> rows = new ArrayList<>();
        try (RowReader reading = connector.rowReader()) {
            reading.read(ITEMS, List.of("id"), List.<Object[]>of(KEY), rows::add);
        }
        return rows;
    }

    private static void assertHidden(Runnable reading) {
        assertThatThrownBy(reading::run).isInstanceOfSatisfying(SourceException.class, e -> {
            assertThat(e.isRetryable()).isTrue();
            assertThat(e).hasMessageContaining("row-level security hides rows of public.items");
            assertThat(e.hint()).contains("BYPASSRLS");
        });
    }

    @Test
    void table_isRefused_withStatementsThatRunAsTheyStand() {
        database.execute("ALTER TABLE items ENABLE ROW LEVEL SECURITY");
        Connector connector = connector();
        Check check = rejected(connector).get(0);
        assertThat(check.words()).contains("public.items", "row-level security hides rows", reader);
        assertThat(connector.hiddenRows()).map(Check::message).contains(check.message());
        String[] ways = check.hint().split(" -- or, if that cannot be granted: ", -1);
        assertThat(ways).hasSize(2);
        database.execute(ways[1]);
        assertThat(rejected(connector)).isEmpty();
        assertThat(connector.hiddenRows()).isEmpty();
        database.execute("DROP POLICY tidemark_reads ON items");
        assertThat(rejected(connector)).hasSize(1);
        database.execute(ways[0]);
        assertThat(rejected(connector)).isEmpty();
        assertThat(read(connector)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "true  | CREATE POLICY p ON items USING (true)",
                "true  | CREATE POLICY p ON items FOR SELECT TO {} USING (true)",
                "true  | CREATE POLICY p ON items FOR SELECT TO {} USING (true); CREATE POLICY q ON items USING (id > 1)",
                "true  | CREATE POLICY p ON items USING (true); CREATE POLICY q ON items AS RESTRICTIVE TO postgres USING (id > 1)",
                "true  | ALTER TABLE items OWNER TO {}",
                "false | CREATE POLICY p ON items FOR UPDATE USING (true)",
                "false | CREATE POLICY p ON items TO postgres USING (true)",
                "false | CREATE POLICY p ON items USING (id > 0)",
                "false | CREATE POLICY p ON items USING (true); CREATE POLICY q ON items AS RESTRICTIVE USING (id > 1)",
                "false | ALTER TABLE items OWNER TO {}; ALTER TABLE items FORCE ROW LEVEL SECURITY",
            })
    void policies_thatLetEveryRowThrough_areNotRefused(boolean taken, String sql) {
        database.execute("ALTER TABLE items ENABLE ROW LEVEL SECURITY", sql.replace("{}", quoted));
        Connector connector = connector();
        if (taken) {
            assertThat(rejected(connector)).isEmpty();
            assertThat(read(connector)).hasSize(1);
            assertThat(connector.hasRows(ITEMS)).isTrue();
        } else {
            assertThat(rejected(connector)).hasSize(1);
            assertHidden(() -> read(connector));
            assertHidden(() -> connector.hasRows(ITEMS));
        }
    }

    @Test
    void policyOfARole_counts_whereWeAreAMember() {
        String group = Database.quoted("group " + database.name);
        database.execute(
                "CREATE ROLE " + group,
                "ALTER TABLE items ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY p ON items TO " + group + " USING (true)");
        assertThat(rejected(connector())).hasSize(1);
        database.execute("GRANT " + group + " TO " + quoted);
        assertThat(rejected(connector())).isEmpty();
    }

    /** What a role, a database or the configuration sets must not turn failures back into missing rows. */
    @Test
    void settingsOfOthers_doNotHideRows() {
        database.execute(
                "ALTER ROLE " + quoted + " SET row_security = on", "ALTER TABLE items ENABLE ROW LEVEL SECURITY");
        assertHidden(() -> read(connector()));
        Map<String, String> given = Map.of("database.options", "-c row_security=on -c search_path=public");
        Connector connector = connector(given, "public.items", "public.others");
        assertHidden(() -> read(connector));
        assertHidden(() -> pages(connector));
    }

    @Test
    void missingPrivilege_isNotTakenForAPolicy() {
        database.execute("REVOKE SELECT ON items FROM " + quoted);
        Connector connector = connector();
        assertThatThrownBy(() -> read(connector)).isInstanceOfSatisfying(SourceException.class, e -> {
            assertThat(e).hasMessageContaining("is not permitted to do this");
            assertThat(e.isRetryable()).isFalse();
        });
        assertThat(connector.hiddenRows()).isEmpty();
    }

    /** Read through the root, only the root's policies count. */
    @Test
    void partitions_areReadByThePoliciesOfTheirRoot() {
        database.execute(
                "CREATE TABLE logs (id int PRIMARY KEY) PARTITION BY RANGE (id)",
                "CREATE TABLE logs_1 PARTITION OF logs FOR VALUES FROM (0) TO (10)",
                "INSERT INTO logs VALUES (1)",
                "GRANT SELECT ON logs, logs_1 TO " + quoted,
                "ALTER PUBLICATION tidemark_" + database.name + " SET (publish_via_partition_root = true)",
                "ALTER PUBLICATION tidemark_" + database.name + " SET TABLE logs",
                "ALTER TABLE logs_1 ENABLE ROW LEVEL SECURITY");
        Connector root = connector(Map.of(), "public.logs");
        assertThat(rejected(root)).isEmpty();
        assertThat(root.hasRows(TableId.parse("public.logs"))).isTrue();
        database.execute("ALTER TABLE logs_1 DISABLE ROW LEVEL SECURITY", "ALTER TABLE logs ENABLE ROW LEVEL SECURITY");
        assertThat(rejected(root)).extracting(Check::subject).containsExactly("row security of public.logs");
        database.execute("CREATE POLICY p ON logs USING (true)");
        assertThat(rejected(root)).isEmpty();
        assertThat(root.hasRows(TableId.parse("public.logs"))).isTrue();
    }

    /** The transaction of a read holds a lock on its table, so a policy changes before it or after it, and then a read fails. */
    @Test
    void policyCannotChangeDuringARead_andOneThatChanged_failsTheNext() {
        database.execute("ALTER TABLE items ENABLE ROW LEVEL SECURITY", "CREATE POLICY p ON items USING (true)");
        Connector connector = connector();
        assertThat(rejected(connector)).isEmpty();
        try (RowReader reading = connector.rowReader()) {
            List<Row> rows = new ArrayList<>();
            reading.read(ITEMS, List.of("id"), List.<Object[]>of(KEY), row -> {
                rows.add(row);
                assertThatThrownBy(() ->
                                database.execute("SET lock_timeout = '200ms'; ALTER POLICY p ON items USING (false)"))
                        .hasStackTraceContaining("lock timeout");
            });
            assertThat(rows).hasSize(1);
        }
        database.execute("ALTER POLICY p ON items USING (id > 1)");
        assertHidden(() -> read(connector));
        assertThat(connector.hiddenRows()).isPresent();
        database.execute("ALTER POLICY p ON items USING (true)");
        assertThatThrownBy(() -> read(connector))
                .hasMessageContaining("was changed"); // what is known is renewed by health, or by a read that failed
        assertThat(read(connector)).hasSize(1);
    }

    /** As a load reads a table. */
    private static List<Row> pages(Connector connector) {
        List<Row> rows = new ArrayList<>();
        try (RowReader reading = connector.rowReader()) {
            reading.first(ITEMS, List.of("id"), 2, rows::add);
            reading.after(ITEMS, List.of("id"), new Object[] {2}, 2, rows::add);
        }
        return rows;
    }

    @Test
    void pages_fail_andHandOverNoRowAsIfThereWereNone() {
        Connector connector = connector();
        assertThat(pages(connector)).hasSize(3);
        database.execute("ALTER TABLE items ENABLE ROW LEVEL SECURITY");
        List<Row> rows = new ArrayList<>();
        try (RowReader reading = connector.rowReader()) {
            assertHidden(() -> reading.first(ITEMS, List.of("id"), 2, rows::add));
            assertHidden(() -> reading.after(ITEMS, List.of("id"), null, 2, rows::add));
        }
        assertThat(rows).isEmpty();
    }

    @Test
    void pagesUnderAPolicyForEveryRow_areComplete() {
        database.execute("ALTER TABLE items ENABLE ROW LEVEL SECURITY", "CREATE POLICY p ON items USING (true)");
        assertThat(pages(connector())).extracting(row -> row.get(0)).containsExactly(1, 2, 3);
    }

    private static Join joined(String query) {
        return new Join(ITEMS, List.of("id"), new Join.Query(SqlTemplate.of(query)), List.of());
    }

    private static List<Row> read(Connector connector, Join join) {
        List<Row> rows = new ArrayList<>();
        try (JoinReader reading = connector.joinReader(join)) {
            reading.rows(List.<String[]>of(new String[] {"1"}), rows::add);
        }
        return rows;
    }

    @Test
    void joinedDocuments_areRefused_andTheirReadsFail_andGoOnUnderAPolicyForEveryRow() {
        Join join = joined("SELECT i.id, (SELECT count(*) FROM others) AS n FROM items i WHERE i.id IN (:ids)");
        Connector connector = connector(Map.of(), "public.items");
        connector.describe(join);
        assertThat(read(connector, join)).hasSize(1);
        database.execute("ALTER TABLE others ENABLE ROW LEVEL SECURITY");
        assertThatThrownBy(() -> read(connector, join)).hasMessageContaining("rows of public.others");
        assertThatThrownBy(() -> connector.describe(join))
                .isInstanceOfSatisfying(
                        SourceException.class, e -> assertThat(e.isRetryable()).isFalse())
                .hasMessageContaining("public.others");
        assertThat(rejected(connector)).extracting(Check::subject).contains("row security of public.others");
        database.execute("CREATE POLICY p ON others USING (true)");
        connector.describe(join);
        assertThat(connector.tablesRead(join)).hasSize(2);
        assertThat(read(connector, join)).hasSize(1);
        database.execute("ALTER POLICY p ON others USING (id > 5)");
        assertThatThrownBy(() -> read(connector, join)).hasMessageContaining("rows of public.others");
    }

    /** A view reads with its owner's rights, unless it says that it takes those of its caller. */
    @Test
    void views_readWithTheRightsOfTheirOwner() {
        String owner = Database.quoted("owner " + database.name);
        database.execute(
                "CREATE ROLE " + owner,
                "GRANT SELECT ON others TO " + owner,
                "CREATE VIEW seen AS SELECT count(*) AS n FROM others",
                "ALTER VIEW seen OWNER TO " + owner,
                "GRANT SELECT ON seen TO " + quoted,
                "ALTER TABLE others ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY ours ON others TO " + quoted + " USING (true)");
        Join join = joined("SELECT i.id, (SELECT n FROM seen) AS n FROM items i WHERE i.id IN (:ids)");
        Connector connector = connector(Map.of(), "public.items");
        assertThatThrownBy(() -> connector.describe(join))
                .isInstanceOfSatisfying(
                        SourceException.class,
                        e -> assertThat(e.hint()).contains("ALTER ROLE " + owner + " BYPASSRLS;"));
        database.execute("ALTER VIEW seen SET (security_invoker = on)");
        connector.describe(join);
        assertThat(read(connector, join).get(0).get(1)).isEqualTo(1L);
        database.execute("ALTER VIEW seen RESET (security_invoker)", "ALTER ROLE " + owner + " BYPASSRLS");
        connector.describe(join);
        assertThat(read(connector, join)).hasSize(1);
    }

    /** What the planner proves to be empty is not in a plan; what a function reads is in none. */
    @Test
    void joinedDocuments_areRefused_whereOneTableIsOpenAndAnotherIsNot() {
        database.execute(
                "ALTER TABLE items ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY p ON items USING (true)",
                "CREATE FUNCTION counted() RETURNS bigint STABLE LANGUAGE sql AS 'SELECT count(*) FROM others'",
                "ALTER TABLE others ENABLE ROW LEVEL SECURITY");
        Connector connector = connector(Map.of(), "public.items");
        for (String count : List.of("(SELECT count(*) FROM others)", "counted()")) {
            Join join = joined("SELECT i.id, " + count + " AS n FROM items i WHERE i.id IN (:ids)");
            assertThatThrownBy(() -> connector.describe(join))
                    .hasMessageContaining(count.startsWith("c") ? "counted()" : "rows of public.others");
        }
    }

    @Test
    void queriesAndViewsThatAskWhoReads_areTold() {
        database.execute(
                "CREATE VIEW mine AS SELECT * FROM items WHERE name = CURRENT_USER",
                "CREATE VIEW above AS SELECT id FROM mine",
                "CREATE VIEW tenant AS SELECT * FROM items WHERE name = current_setting('app.tenant', true)",
                "CREATE VIEW plain AS SELECT * FROM items");
        Connector connector = connector();
        assertThat(connector.dependsOnReader(joined("SELECT id FROM above WHERE id IN (:ids)")))
                .containsExactly("view mine asks CURRENT_USER");
        assertThat(connector.dependsOnReader(joined("SELECT id FROM plain WHERE name = session_user AND id IN (:ids)")))
                .containsExactly("it asks SESSION_USER");
        assertThat(connector.dependsOnReader(joined("SELECT id, 'current_user' AS c FROM plain WHERE id IN (:ids)")))
                .isEmpty();
        Join view = new Join(ITEMS, List.of("id"), new Join.View(TableId.parse("public.tenant")), List.of());
        assertThat(connector.dependsOnReader(view)).containsExactly("view tenant asks CURRENT_SETTING");
    }
}
