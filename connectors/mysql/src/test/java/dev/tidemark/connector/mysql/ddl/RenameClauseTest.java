package dev.tidemark.connector.mysql.ddl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import dev.tidemark.connector.data.TableId;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
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
                "ALTER TABLE \"a\" RENAME TO \"x\".\"b\" | shop.a | x.b",
                "RENAME TABLE \"a\" TO \"b\" | shop.a | shop.b",
                "ALTER TABLE a /*!50000 RENAME TO */ b | shop.a | shop.b",
                "ALTER TABLE a ADD CHECK (x <> 'it''s \\' (') , RENAME = b | shop.a | shop.b",
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

    /** The pattern that was here before recursed for each character of a literal. */
    @ParameterizedTest
    @ValueSource(strings = {"'", "\"", "`", "/* ", "/*! ", "-- ", "(", "a,", "'' ", "\\'"})
    void textOfAnyLength_isReadInLinearTime(String piece) {
        String literal = "x".repeat(piece.equals("'") ? 20_000_000 : 1_000_000);
        String much = piece.repeat(1_000_000 / piece.length());
        assertTimeout(Duration.ofSeconds(20), () -> {
            String one = "ALTER TABLE a COMMENT '" + literal + "', RENAME TO b";
            assertThat(RenameClause.parse(one, "shop")).isPresent();
            assertThat(RenameClause.parse("ALTER TABLE a ADD " + much + literal, "shop"))
                    .isEmpty();
            assertThat(DdlText.plain("CREATE TABLE a (b int COMMENT '" + literal + "')"))
                    .hasSizeLessThan(100);
            DdlText.quoted("CREATE TABLE a (" + much, true);
            DdlStatement.of("ALTER TABLE a " + much, "shop").concerns(new TableId("shop", "b"));
        });
    }

    @Test
    void anyTextAtAll_isRead() {
        Random random = new Random(5);
        String alphabet = "'\"`/*!-# \n\\(),;.aRENAME TOTABLE\u00e9\u4e2d";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(i % 2 == 0 ? "ALTER TABLE " : "RENAME TABLE ");
            for (int c = random.nextInt(60); c > 0; c--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            String ddl = text.toString();
            RenameClause.parse(ddl, "shop");
            DdlText.plain(ddl);
            DdlText.quoted(ddl, i % 3 == 0);
            DdlStatement.of(ddl, null).concerns(new TableId("shop", "a"));
        }
    }
}
