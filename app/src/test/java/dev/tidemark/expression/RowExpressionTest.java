package dev.tidemark.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.connector.data.ColumnType;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a row's columns are in an expression, and what happens where they are NULL or wrong. */
class RowExpressionTest {

    @Test
    void columns_haveTheirFormInCel() throws Exception {
        assertThat(People.eval("row.id", Map.of("id", 7))).isEqualTo(7L);
        assertThat(People.eval("row.first + row.last", Map.of("first", "a", "last", "b")))
                .isEqualTo("ab");
        assertThat(People.eval("row.price * 2.0", Map.of("price", "1.25"))).isEqualTo(2.5);
        assertThat(People.eval("row.amount", Map.of("amount", "1.50"))).isEqualTo("1.50");
        assertThat(People.eval("row.rating", Map.of("rating", 0.1f))).isEqualTo(0.1);
        assertThat(People.eval("row.score", Map.of("score", 0.5))).isEqualTo(0.5);
        assertThat(People.eval("!row.active", Map.of("active", true))).isEqualTo(false);
        assertThat(People.eval("row.born", Map.of("born", -1))).isEqualTo(Instant.parse("1969-12-31T00:00:00Z"));
        assertThat(People.eval("row.seen", Map.of("seen", 1_500_000L)))
                .isEqualTo(Instant.parse("1970-01-01T00:00:01.5Z"));
        assertThat(People.eval("row.seen.getFullYear()", Map.of("seen", 0L))).isEqualTo(1970L);
        assertThat(People.eval("row.extra.a[1].b", Map.of("extra", "{\"a\": [1, {\"b\": 2.5}]}")))
                .isEqualTo(2.5);
        assertThat(People.eval("row.tags.map(t, t + '!')", Map.of("tags", List.of("x", "y"))))
                .isEqualTo(List.of("x!", "y!"));
        assertThat(People.eval("row.tags", Map.of("tags", Arrays.asList("x", null))))
                .isEqualTo(Arrays.asList("x", null));
        assertThat(People.eval("size(row.data)", Map.of("data", new byte[] {1, 2})))
                .isEqualTo(2L);
        assertThat((byte[]) People.eval("row.data", Map.of("data", new byte[] {1, 2})))
                .containsExactly(1, 2);
        assertThat(People.eval("lat(row.place)", Map.of("place", new double[] {2, 48})))
                .isEqualTo(48.0);
        assertThat(People.eval("row.`unit price` + row.`in`", Map.of("unit price", 1, "in", 2)))
                .isEqualTo(3L);
    }

    @Test
    void objects_andArrays_areBuilt() throws Exception {
        assertThat(People.eval(
                        "{'name': row.first, 'tags': [row.last, 'x'], 'in': {'n': row.age}}",
                        Map.of("first", "a", "last", "b", "age", 3)))
                .isEqualTo(Map.of("name", "a", "tags", List.of("b", "x"), "in", Map.of("n", 3L)));
        assertThat(People.eval("[row.first, row.last]", Map.of("last", "b"))).isEqualTo(Arrays.asList(null, "b"));
    }

    @Test
    void onlyColumnsThatAreRead_areNamed() {
        assertThat(People.compile("row.last + row.first + row.last").columns()).containsExactly(1, 2);
        assertThat(People.compile("row.tags.exists(t, t == row.extra.a.first)").columns())
                .containsExactly(11, 12);
        assertThat(People.compile("1 + 1").columns()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            row.first                       | string
            row.age                         | int
            row.age / 2                     | int
            row.price                       | double
            row.amount                      | string
            row.active && row.age > 1       | bool
            row.seen                        | timestamp
            row.extra.a                     | dyn
            row.tags                        | list(string)
            [1, 2]                          | list(int)
            row.place                       | geopoint
            geopoint(row.price, row.score)  | geopoint
            [row.place]                     | list(geopoint)
            {'a': 1}                        | map
            [{'a': 1}]                      | list(map)
            default(row.age, 0)             | int
            default(row.tags, [])           | list(string)
            row.age > 3 ? row.first : 'x'   | string
            row.first == null ? '' : lower(row.first) | string
            row.data                        | bytes
            row.seen - row.seen             | a value that no field can hold
            """)
    void type_isThatOfTheChecker(String text, String type) {
        assertThat(People.compile(text).type()).hasToString(type);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "row.id",
                "row.first",
                "row.age",
                "row.price",
                "row.amount",
                "row.rating",
                "row.score",
                "row.active",
                "row.born",
                "row.seen",
                "row.extra",
                "row.tags",
                "row.data",
                "row.place"
            })
    void anyColumn_isComparedWithNull(String column) throws Exception {
        assertThat(People.eval(column + " == null", Map.of())).isEqualTo(true);
        assertThat(People.eval("null != " + column, Map.of())).isEqualTo(false);
        assertThat(People.eval(column, Map.of())).isNull();
    }

    @Test
    void conditions_keepNullsAway() throws Exception {
        String guarded = "row.age != null && row.age > 3";
        assertThat(People.eval(guarded, Map.of())).isEqualTo(false);
        assertThat(People.eval(guarded, Map.of("age", 4))).isEqualTo(true);
        assertThat(People.eval("default(row.age, 0) > 3", Map.of())).isEqualTo(false);
        assertThat(People.eval("row.extra.a == null", Map.of("extra", "{\"a\": null}")))
                .isEqualTo(true);
        assertThat(People.eval("has(row.extra.a)", Map.of("extra", "{}"))).isEqualTo(false);
    }

    @Test
    void failure_tellsExpressionAndReason() {
        assertFails("row.age / 0", Map.of("age", 1), "`row.age / 0`: ", "by zero");
        assertFails("row.first + row.last", Map.of("first", "a"), "'+' cannot take", "NULL here: row.last");
        assertFails("row.extra.a.b", Map.of("extra", "{\"a\": {}}"), "'b'");
        assertFails("int(row.first)", Map.of("first", "abc"), "abc");
        assertFails("row.extra.a + 1", Map.of("extra", "{\"a\": \"x\"}"), "'+' cannot take");
        assertFails("row.id", Map.of("id", BigInteger.ONE.shiftLeft(63)), "column 'id'", "does not fit");
        assertFails("row.born", Map.of("born", Integer.MAX_VALUE), "column 'born'", "infinite");
        assertFails("row.active", Map.of("active", 2), "column 'active'", "2 is neither");
        assertFails("lower(parseNumber(row.first) > 1.0 ? 'a' : 'b')", Map.of("first", "x"), "'x' is not a number");
        assertFails("row.age + 9223372036854775807", Map.of("age", 1), "overflow");
        assertFails("row.first", Map.of("first", Row.UNAVAILABLE), "was not sent");
    }

    private static void assertFails(String text, Map<String, ?> values, String... reasons) {
        RowExpression expression = People.compile(text);
        assertThatThrownBy(() -> expression.of(People.row(values)))
                .as(text)
                .isInstanceOf(ExpressionException.class)
                .message()
                .contains(reasons)
                .doesNotContain("evaluation error", "_+_", "Exception");
    }

    @Test
    void anotherVersionOfTheTable_hasItsOwnTypes() throws Exception {
        RowSchema altered = new RowSchema(
                People.SCHEMA.table(),
                List.of(new dev.tidemark.connector.data.Column("age", ColumnType.of(ColumnType.Kind.TEXT), true)));
        RowExpression expression = java.util.Objects.requireNonNull(
                new RowScope(altered).compile("row.age + '!'").expression());
        assertThat(expression.of(new Row(altered, new Object[] {"9"}))).isEqualTo("9!");
        assertThat(new RowScope(altered).compile("row.first").faults())
                .singleElement()
                .satisfies(fault -> assertThat(fault.unknownColumn()).isEqualTo("first"));
    }
}
