package dev.tidemark.connector.base.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatementTextTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "UPDATE t SET a = 'secret' WHERE id = 42 | UPDATE t SET a = ? WHERE id = ?",
                "SELECT 'it''s' , 1.5, t2.c | SELECT ? , ?, t2.c",
                "SELECT 'cut off | SELECT ?",
                "SELECT $x$ body $x$ , $$ b $$ | SELECT ? , ?",
            })
    void values_areLeftOut(String statement, String shown) {
        assertThat(StatementText.shortened(statement)).isEqualTo(shown);
    }

    @Test
    void longTexts_areCutAfterTheirValues() {
        assertThat(StatementText.shortened("SELECT '" + "x".repeat(500) + "', " + "a, ".repeat(100)))
                .startsWith("SELECT ?, a, a")
                .endsWith(" ...")
                .hasSizeLessThan(100);
    }

    @Test
    void ages_areReadable() {
        assertThat(StatementText.age(45)).isEqualTo("45 s");
        assertThat(StatementText.age(60 * 12)).isEqualTo("12 min");
        assertThat(StatementText.age(3600 * 3 + 300)).isEqualTo("3 h 5 min");
        assertThat(StatementText.age(86_400 * 4)).isEqualTo("4 d");
    }
}
