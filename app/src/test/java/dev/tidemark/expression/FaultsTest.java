package dev.tidemark.expression;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is told of a wrong expression, and where it points. */
class FaultsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            row.first + row.lst         | 12 | public.people has no column 'lst'
            row.age + 'x'               | 8  | there is no '+' applied to '(int, string)'
            row.price * 2               | 10 | there is no '*' applied to '(double, int)'
            lowr(row.first)             | 4  | undeclared reference to 'lowr'
            size(row)                   | 5  | 'row' stands only before a column
            col + 1                     | 0  | undeclared reference to 'col'
            row.first.matches('[')      | 18 | '[' is not a regular expression of RE2: missing closing ]
            extract(row.first, '(')     | 19 | '(' is not a regular expression of RE2: missing closing )
            formatDate(row.seen, 'b b') | 21 | 'b b' is not a pattern of a date, such as 'yyyy-MM-dd HH:mm'
            """, quoteCharacter = '\0')
    void fault_pointsToItsPlace(String text, int offset, String message) {
        List<Fault> faults = new RowScope(People.SCHEMA).compile(text).faults();
        assertThat(faults).singleElement().satisfies(fault -> {
            assertThat(fault.message()).isEqualTo(message);
            assertThat(fault.offset()).isEqualTo(offset);
        });
    }

    @Test
    void severalUnknownColumns_areToldAtOnce() {
        assertThat(new RowScope(People.SCHEMA).compile("row.a + row.b").faults())
                .extracting(Fault::unknownColumn)
                .containsExactly("a", "b");
    }

    @Test
    void hint_tellsHowNumbersMix() {
        assertThat(new RowScope(People.SCHEMA)
                        .compile("row.price > 1.0 && row.price == 2")
                        .faults())
                .singleElement()
                .satisfies(fault -> assertThat(fault.hint()).contains("2.0"));
    }

    @Test
    void syntax_isCheckedWithoutColumns() {
        assertThat(Dialect.syntaxFaults("row.a + lower(row.b)")).isEmpty();
        assertThat(Dialect.syntaxFaults("row.a +")).singleElement().satisfies(fault -> {
            assertThat(fault.offset()).isEqualTo(7);
            assertThat(fault.message()).isNotEmpty();
        });
        assertThat(Dialect.syntaxFaults("a b")).isNotEmpty();
    }
}
