package dev.tidemark.connector.mysql.ddl;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the text of an ALTER TABLE says too little of. */
class AlterClausesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER TABLE t ADD COLUMN x VARCHAR(20) DEFAULT 'x' AFTER z, RENAME COLUMN a TO z",
                "ALTER TABLE t RENAME COLUMN a TO `Z`, ADD x INT AFTER z",
                "ALTER TABLE t CHANGE COLUMN a z INT, MODIFY b INT AFTER a",
                "ALTER TABLE t DROP a, RENAME COLUMN b TO a",
                "ALTER TABLE t CHANGE a b INT, CHANGE b a INT",
                "ALTER TABLE t RENAME COLUMN a TO b, RENAME COLUMN b TO a",
                "ALTER TABLE t CHARSET=latin1",
                "ALTER TABLE s.t CHARSET latin1",
                "ALTER TABLE `s`.`t` DEFAULT CHARSET = latin1",
                "ALTER TABLE t CHARACTER SET latin1",
                "ALTER TABLE t DEFAULT CHARACTER SET = latin1 COLLATE latin1_bin",
                "ALTER TABLE t ADD x VARCHAR(20), ENGINE = InnoDB COLLATE = latin1_bin",
                "ALTER TABLE t CONVERT TO CHARACTER SET DEFAULT",
            })
    void onlyTheServerKnows(String statement) {
        assertThat(DdlStatement.of(statement, null).isUncertain()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER TABLE t ADD x VARCHAR(20) CHARACTER SET latin1 AFTER a",
                "ALTER TABLE t ADD COLUMN (x VARCHAR(20) CHARACTER SET latin1, y VARCHAR(20) COLLATE latin1_bin)",
                "ALTER TABLE s.t MODIFY x VARCHAR(20) COLLATE latin1_bin, CHANGE a b CHAR(3) CHARSET latin1",
                "ALTER TABLE t CHANGE a a VARCHAR(30), ADD x INT AFTER a",
                "ALTER TABLE t CHANGE a b INT AFTER c, ADD x DECIMAL(5,2) AFTER d",
                "ALTER TABLE t RENAME COLUMN a TO b, ADD x INT AFTER c",
                "ALTER TABLE a RENAME COLUMN a TO b",
                "ALTER TABLE t RENAME INDEX a TO b, ADD INDEX (b)",
                "ALTER TABLE t",
                "ALTER TABLE",
                "CREATE TABLE t (a VARCHAR(3)) CHARSET = latin1",
            })
    void theTextIsEnough(String statement) {
        assertThat(DdlStatement.of(statement, null).isUncertain()).isFalse();
    }
}
