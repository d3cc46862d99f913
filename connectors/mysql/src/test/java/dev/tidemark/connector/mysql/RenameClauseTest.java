package dev.tidemark.connector.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RenameClauseTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "RENAME TABLE a TO b | shop.a | shop.b",
                "rename table `a` to `b` | shop.a | shop.b",
                "RENAME TABLE other.a TO `shop`.`b` | other.a | shop.b",
                "rename /* gh-ost */ table `shop`.`_p_gho` to `shop`.`p` | shop._p_gho | shop.p",
                "RENAME TABLE `a b` TO `c.``d` | shop.a b | shop.c.`d",
                "RENAME TABLE `a`TO`b` | shop.a | shop.b",
                "ALTER TABLE a RENAME TO b | shop.a | shop.b",
                "ALTER TABLE a RENAME b | shop.a | shop.b",
                "ALTER TABLE `x`.`a` RENAME AS `b`; | x.a | shop.b",
                "ALTER TABLE a ADD COLUMN c int, RENAME TO b | shop.a | shop.b",
                "ALTER TABLE a RENAME COLUMN c TO d, RENAME TO b | shop.a | shop.b",
                "ALTER TABLE a COMMENT 'x RENAME TO y', RENAME TO b | shop.a | shop.b",
            })
    void aTableThatGetsAnotherName(String ddl, String from, String to) {
        RenameClause rename = RenameClause.parse(ddl, "shop").orElseThrow();
        assertThat(rename.from()).hasToString(from);
        assertThat(rename.to()).hasToString(to);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER TABLE a RENAME COLUMN b TO c",
                "ALTER TABLE a RENAME INDEX b TO c",
                "ALTER TABLE a RENAME KEY b TO c",
                "ALTER TABLE a ADD COLUMN c int COMMENT 'we RENAME TO b'",
                "ALTER TABLE a ADD COLUMN c int /* RENAME TO b */",
                "ALTER TABLE a ADD COLUMN `RENAME TO b` int",
                "CREATE TABLE a (id int)",
                "TRUNCATE TABLE a"
            })
    void anythingElse(String ddl) {
        assertThat(RenameClause.parse(ddl, "shop")).isEmpty();
    }
}
