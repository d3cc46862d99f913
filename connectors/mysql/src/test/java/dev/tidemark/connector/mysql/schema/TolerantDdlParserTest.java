package dev.tidemark.connector.mysql.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.connector.mysql.ddl.DdlParser;
import io.debezium.connector.mysql.antlr.MySqlAntlrDdlParser;
import io.debezium.connector.mysql.antlr.MySqlPtAntlrDdlParser;
import io.debezium.relational.Column;
import io.debezium.relational.TableId;
import io.debezium.relational.Tables;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Statements that one of Debezium's parsers, or both, do not understand. */
class TolerantDdlParserTest {

    private static final TableId TABLE = new TableId("shop", null, "t");

    private final Tables tables = new Tables();
    private final TolerantDdlParser parser = parser();

    @BeforeAll
    static void quiet() {
        DdlParser.load();
    }

    private static TolerantDdlParser parser() {
        TolerantDdlParser parser =
                new TolerantDdlParser(List.of(new MySqlAntlrDdlParser(), new MySqlPtAntlrDdlParser()), "none");
        parser.setCurrentSchema("shop");
        return parser;
    }

    private List<String> columns() {
        return Objects.requireNonNull(tables.forTable(TABLE)).columns().stream()
                .map(Column::name)
                .toList();
    }

    private List<String> columnsAfter(String... statements) {
        for (String statement : statements) {
            parser.parse(statement, tables);
        }
        return columns();
    }

    /** Words that are keywords for one of the parsers and no reserved words of MySQL 8.0. */
    private static Stream<String> words() {
        List<String> words = new ArrayList<>(List.of(
                ("url online offline vector qualify auto manual parallel tablesample engine_attribute json_arrayagg json_objectagg"
                                + " secondary_engine secondary_engine_attribute always cast extract following geomcollection histogram nvarchar"
                                + " preceding restart retain skip active inactive admin array buckets bulk challenge_response clone"
                                + " component definition description enforced exclude factor failed_login_attempts finish generate"
                                + " geometry get_source_public_key gtid_only history ignore_server_ids initial initiate invisible keyring"
                                + " last locked log lateral_x member nested network_namespace nowait nulls oj old optional options"
                                + " ordinality organization others password_lock_time path persist persist_only privilege_checks_user"
                                + " process random reference registration replica replicas require_row_format resource respect returning"
                                + " reuse role s3 second source srid stream thread_priority ties tls unbounded unregister user vcpu"
                                + " visible zone date time timestamp year text json enum_x point comment status name value type"
                                + " data action bit bool boolean begin end position rank_x rows_x format hash key_x level")
                        .split(" ")));
        return words.stream();
    }

    @ParameterizedTest
    @MethodSource("words")
    void aPlainWord_isAColumn_anIndex_andATable(String word) {
        assertThat(columnsAfter("CREATE TABLE t (id INT PRIMARY KEY, " + word + " VARCHAR(20) NOT NULL, INDEX " + word
                        + " (" + word + "))"))
                .containsExactly("id", word);
        assertThat(columnsAfter("ALTER TABLE t CHANGE " + word + " other TEXT, ADD COLUMN last_one INT AFTER id"))
                .containsExactly("id", "last_one", "other");
        assertThat(columnsAfter("ALTER TABLE t CHANGE COLUMN other " + word + " TEXT"))
                .contains(word);
        assertThat(columnsAfter("ALTER TABLE t MODIFY " + word + " VARCHAR(30) FIRST"))
                .first()
                .isEqualTo(word);
        assertThat(columnsAfter("ALTER TABLE t RENAME COLUMN " + word + " TO again"))
                .contains("again");
        assertThat(columnsAfter("ALTER TABLE t RENAME COLUMN again TO " + word)).contains(word);
        assertThat(columnsAfter("ALTER TABLE t ADD x INT AFTER " + word)).contains("x");
        assertThat(columnsAfter("ALTER TABLE t DROP " + word)).doesNotContain(word);
        assertThat(columnsAfter("ALTER TABLE t ADD " + word + " INT")).contains(word);
        parser.parse("CREATE TABLE " + word + " (id INT PRIMARY KEY, " + word + " INT)", tables);
        assertThat(tables.forTable(new TableId("shop", null, word))).isNotNull();
        parser.parse("RENAME TABLE t TO t2, " + word + " TO t", tables);
        assertThat(columns()).containsExactly("id", word);
        parser.parse("DROP TABLE t2, t", tables);
        assertThat(tables.size()).isZero();
    }

    @Test
    void ansiQuotes_areNames_ifNothingElseFits() {
        assertThat(columnsAfter(
                        "CREATE TABLE t (id INT PRIMARY KEY)",
                        "ALTER TABLE \"t\" ADD COLUMN \"size\" VARCHAR(10) DEFAULT 'L'"))
                .containsExactly("id", "size");
    }

    @Test
    void aLongLiteral_isNoMatter() {
        assertThat(columnsAfter("CREATE TABLE t (id INT PRIMARY KEY, url VARCHAR(9) DEFAULT '" + "x".repeat(200_000)
                        + "', CHECK (url <> \"" + "y".repeat(20_000) + "\"))"))
                .containsExactly("id", "url");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TEMPORARY TABLE t (id INT, junk INT)",
                "DROP TEMPORARY TABLE t",
                "DROP /*!40005 TEMPORARY */ TABLE IF EXISTS `t`",
                "CREATE TABLE IF NOT EXISTS t LIKE other",
                "CREATE TABLE IF NOT EXISTS `shop`.`t` (x INT)",
                "CREATE PROCEDURE p() BEGIN DROP TABLE t; END",
                "CREATE DEFINER=`root`@`%` TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.id = 1",
                "CREATE VIEW v AS SELECT * FROM t",
                "ANALYZE TABLE t",
                "GRANT SELECT ON shop.t TO x",
                "this is no statement at all",
                "",
            })
    void whatChangesNoTable_isLeftOut(String statement) {
        assertThat(columnsAfter("CREATE TABLE t (id INT PRIMARY KEY)", "CREATE TABLE other (a INT, b INT)", statement))
                .containsExactly("id");
        assertThat(parser.ignoredLast()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER TABLE t ADD COLUMN a GALACTIC(3) WITH NEW SYNTAX",
                "CREATE TABLE u (id INT) NEW_OPTION = (1, 2)",
                "ALTER TABLE missing ADD COLUMN a INT"
            })
    void whatNobodyUnderstands_neverFails(String statement) {
        assertThat(columnsAfter("CREATE TABLE t (id INT PRIMARY KEY)", statement))
                .contains("id");
    }

    @Test
    void aTableThatIsCreatedBySelect_isUnderstood() {
        assertThat(columnsAfter("CREATE TABLE t (id INT NOT NULL, name VARCHAR(3)) START TRANSACTION"))
                .containsExactly("id", "name");
    }
}
