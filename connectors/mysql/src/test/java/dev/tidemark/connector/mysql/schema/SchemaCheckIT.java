package dev.tidemark.connector.mysql.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.connector.Connector;
import dev.tidemark.connector.Secret;
import dev.tidemark.connector.SnapshotMode;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.mysql.MySqlConnectorFactory;
import dev.tidemark.connector.mysql.connection.Database;
import dev.tidemark.connector.mysql.ddl.DdlParser;
import dev.tidemark.connector.mysql.log.BinlogPosition;
import dev.tidemark.connector.mysql.log.LogEnd;
import dev.tidemark.connector.mysql.value.UnreadableValue;
import dev.tidemark.testkit.mysql.MySqlServer;
import io.debezium.connector.mysql.antlr.MySqlAntlrDdlParser;
import io.debezium.relational.Tables;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a table that the text of statements says too little of. */
@NullUnmarked
class SchemaCheckIT {

    private static final String DB = "schema_check";
    private static final TableId ITEMS = new TableId(DB, "items");
    private static final TableId OTHERS = new TableId(DB, "others");

    private final MySqlServer server = MySqlServer.shared();

    @TempDir
    private Path state;

    @BeforeEach
    void createTables() {
        server.execute(
                "mysql",
                "DROP DATABASE IF EXISTS schema_check",
                "CREATE DATABASE schema_check",
                "CREATE TABLE schema_check.items (id int PRIMARY KEY)",
                "CREATE TABLE schema_check.others (id int PRIMARY KEY)");
    }

    private SourceSettings settings() {
        return SourceSettings.of(DB)
                .at(server.host(), server.port())
                .as(server.user(), new Secret(server.password()))
                .state(state)
                .snapshot(SnapshotMode.NEVER)
                .tables(List.of(
                        new SourceSettings.Table(ITEMS, List.of()), new SourceSettings.Table(OTHERS, List.of())))
                .build();
    }

    private LogEnd end() throws Exception {
        try (Connection connection = server.connect()) {
            return LogEnd.read(connection);
        }
    }

    private SchemaDoubts doubts() {
        return new SchemaDoubts(state, Clock.systemUTC());
    }

    private TolerantDdlParser parser(SchemaDoubts doubts) {
        new SchemaCheck(new Database(settings()), List.of(ITEMS, OTHERS), doubts).bind(DB);
        DdlParser.load();
        TolerantDdlParser parser = new TolerantDdlParser(List.of(new MySqlAntlrDdlParser()), DB);
        parser.setCurrentSchema(DB);
        return parser;
    }

    @Test
    void ofAPositionWithoutItsColumns_rowsOfTablesThatWereChanged_areLeftOut() throws Exception {
        Map<String, Object> beginning = new HashMap<>(end().offset());
        beginning.put("tidemark_beginning", true); // as an earlier version stored it
        server.execute(DB, "ALTER TABLE items ADD more int");
        for (int engine = 1; engine <= 2; engine++) {
            Connector connector = new MySqlConnectorFactory().create(settings());
            connector.engineProperties(beginning);
            connector.decoder();
            assertThat(doubts().skipped()).extracting(SchemaDoubts.Doubt::table).containsExactly(ITEMS);
            assertThat(RecordedTables.of(SchemaHistoryFile.in(state)).contains(OTHERS))
                    .isTrue();
        }
    }

    @Test
    void rowsAreNotLeftOut_withoutEnd() throws Exception {
        SchemaDoubts doubts = doubts();
        TolerantDdlParser parser = parser(doubts);
        Tables tables = new Tables();
        parser.parse("CREATE TABLE items (id int PRIMARY KEY, gone int)", tables);
        parser.parse("CREATE TABLE others (id int PRIMARY KEY)", tables);
        LogEnd end = end();
        doubts.skip(ITEMS, 1, "odd");
        io.debezium.relational.TableId id = SchemaCheck.id(ITEMS);
        assertThatThrownBy(() -> parser.isSkipped(id, tables, end.file(), end.place()))
                .isInstanceOfSatisfying(
                        SourceException.class, e -> assertThat(e.isRetryable()).isTrue());
        assertThat(parser.resume(tables, end.file(), end.place(), end.gtids())).containsOnlyKeys(id);
        assertThat(parser.isSkipped(id, tables, end.file(), end.place())).isFalse();
        assertThat(doubts.takeDue(BinlogPosition.of(end.file(), end.place()))).hasSize(1);
    }

    @Test
    void afterAFailover_theNumbersOfTheOldServer_areNoMatter() throws Exception {
        LogEnd before = end();
        server.execute(DB, "ALTER TABLE items ADD more int");
        LogEnd end = end();
        SchemaDoubts doubts = doubts();
        TolerantDdlParser parser = parser(doubts);
        Tables tables = new Tables();
        parser.parse("CREATE TABLE items (id int PRIMARY KEY)", tables);
        parser.parse("CREATE TABLE others (id int PRIMARY KEY, wrong int)", tables);
        assertThat(parser.resume(tables, "mysql-bin.900000", 5_000, before.gtids()))
                .as("the rest of the log changes items only")
                .containsOnlyKeys(SchemaCheck.id(OTHERS));
        assertThat(doubts.takeDue(BinlogPosition.of(end.file(), end.place())))
                .extracting(SchemaDoubts.Doubt::table)
                .containsExactly(OTHERS);
    }

    @Test
    void aStatementThatNobodyUnderstands_hasTheTableReadAgain_evenIfItIsTheLast() throws Exception {
        SchemaDoubts doubts = doubts();
        TolerantDdlParser parser = parser(doubts);
        Tables tables = new Tables();
        parser.parse("CREATE TABLE items (id int PRIMARY KEY)", tables);
        LogEnd end = end();
        parser.streaming(end.file(), end.place());
        parser.parse("ALTER TABLE items ADD COLUMN a GALACTIC(3) WITH NEW SYNTAX", tables);
        assertThat(doubts.takeDue(BinlogPosition.of(end.file(), end.place())))
                .extracting(SchemaDoubts.Doubt::table)
                .containsExactly(ITEMS);
    }

    /** The values of a row that is read with other columns than it has. */
    @Test
    void aValueThatDoesNotConvert_hasTheTableReadAgain_ifItsColumnsAreNotProven_andStopsTheStreamElse()
            throws Exception {
        Connector connector = new MySqlConnectorFactory().create(settings());
        connector.engineProperties(connector.fixPosition());
        connector.decoder();
        TolerantDdlParser parser = new TolerantDdlParser(List.of(new MySqlAntlrDdlParser()), DB);
        parser.setCurrentSchema(DB);
        Tables tables = new Tables();
        parser.parse("CREATE TABLE items (id int PRIMARY KEY)", tables);
        parser.parse("CREATE TABLE others (id int PRIMARY KEY)", tables);
        LogEnd before = end();
        String first = "ALTER TABLE items ADD a varchar(20)";
        String last = "ALTER TABLE items ADD INDEX (a)";
        server.execute(DB, first, "ALTER TABLE others ADD a varchar(20)", "ALTER TABLE items DROP id, ADD b int", last);
        parser.streaming(before.file(), before.place());
        parser.parse(first, tables);
        assertThat(connector.explain(unreadable(OTHERS)).isRetryable()).isFalse();
        assertThat(doubts().skipped()).isEmpty();

        SourceException told = connector.explain(unreadable(ITEMS));
        assertThat(told).hasMessageContaining("column schema_check.items.a holds what cannot be read");
        assertThat(told.isRetryable()).isTrue();
        assertThat(doubts().skipped()).extracting(SchemaDoubts.Doubt::table).containsExactly(ITEMS);

        LogEnd end = end();
        parser.streaming(end.file(), end.place());
        parser.parse(last, tables);
        assertThat(connector.explain(unreadable(ITEMS)).isRetryable())
                .as("the columns are the server's: it is the value")
                .isFalse();
    }

    private static Throwable unreadable(TableId table) {
        return new IllegalStateException(
                "the engine failed",
                new IllegalArgumentException(
                        "column " + table + ".a" + UnreadableValue.REASON + "a value of class [B"));
    }
}
