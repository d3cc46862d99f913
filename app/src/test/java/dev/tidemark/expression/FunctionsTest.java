package dev.tidemark.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every function that Tidemark adds to CEL; docs/guides/expressions.md lists them. */
class FunctionsTest {

    private static final Map<String, Object> ROW = Map.of(
            "first",
            " Ana ",
            "last",
            "Müller",
            "age",
            41,
            "price",
            "1234.5",
            "tags",
            List.of("a", "b"),
            "seen",
            1_700_000_000_500_000L,
            "extra",
            "{\"a\": {\"b\": [10, {\"c\": \"deep\"}]}, \"n\": null}");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            lower(row.last)                                   | müller
            row.last.lower()                                  | müller
            upper(row.last)                                   | MÜLLER
            trim(row.first)                                   | Ana
            row.first.trim().upper()                          | ANA
            join(row.tags, ', ')                              | a, b
            join(['x', null, 3], '-')                         | x-3
            join(split('a,b,,c', ','), '/')                   | a/b//c
            replace('a.b.c', '.', '-')                        | a-b-c
            replaceRegex('a1b22', '[0-9]+', '#')              | a#b#
            replaceRegex('John Smith', r'(\\w+) (\\w+)', '$2')  | Smith
            extract('SKU-123-x', '[0-9]+')                    | 123
            extract('SKU-123-x', 'SKU-([0-9]+)')              | 123
            join(extractAll('a1b22', '[0-9]+'), ' ')          | 1 22
            substring('Grüße', 2)                             | üße
            substring('Grüße', 2, 4)                          | üß
            substring('ab', 5, 9)                             | ''
            string(row.last.matches('^M'))                    | true
            stripHtml('<p>A&amp;B <b>bo</b>ld</p><script>x<y</script><br/>&#228;&nbsp;5 < 6') | A&B bold ä 5 < 6
            stripHtml('a<!-- x > y -->b <img alt="1 > 0"> c &unknown; &') | ab c &unknown; &
            stripHtml('&iacute;&#237;&#xED;&Aring;&rsquo;&frac12;&#128512;&NotEqualTilde;') | íííÅ’½😀≂̸
            stripHtml('Gar&ccedil;on &amp;iacute; &lt;b&gt; caf&eacute &AMP;') | Garçon &iacute; <b> café &
            stripHtml('<div><ul><li>a<ul><li>b</ul><li><em>c</em>d</ul><td>e<option>f') | a b cd e f
            stripHtml('<STYLE>p {}</STYLE >x<script>if (a</b) "</p>"</script><template>t</template>y<svg><style>z</style></svg>') | xy
            stripHtml('hy&shy;phen ta&#8203;ble<noscript>n</noscript><p>1 < 2</p><p/>q<a href="?a=1&b=2">r') | hyphen table n 1 < 2 qr
            stripHtml('') | ''
            stripHtml('<![CDATA[x]]><?php echo 1 ?><!DOCTYPE html><html><head><title>T</title></head><body>b</body>') | T b
            slug('  Crème Brûlée & Äpfel! ')                  | creme-brulee-apfel
            slug('Straße 5/7')                                | strasse-5-7
            slug('漢字 テスト')                                | 漢字-テスト
            hash('abc')                                       | ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad
            default(row.amount, 'none')                       | none
            default(row.last, 'none')                         | Müller
            row.first != '' ? 'some' : dyn(null)              | some
            formatNumber(row.price, '#,##0.00')               | 1,234.50
            formatNumber(row.age, '000')                      | 041
            string(round(2.345, 2))                           | 2.35
            string(parseNumber(' 12.50 '))                    | 12.5
            formatDate(row.seen, 'yyyy-MM-dd HH:mm')          | 2023-11-14 22:13
            formatDate(row.seen, 'HH:mm', 'Europe/Vienna')    | 23:13
            string(parseDate('24.12.2024', 'dd.MM.yyyy'))     | 2024-12-24T00:00:00Z
            string(parseDate('2024-12-24 10:30', 'yyyy-MM-dd HH:mm')) | 2024-12-24T10:30:00Z
            string(parseDate('2024-12-24 10:30 +02:00', 'yyyy-MM-dd HH:mm XXX')) | 2024-12-24T08:30:00Z
            string(get(row.extra, 'a.b.0'))                   | 10
            get(row.extra, 'a.b.1.c')                         | deep
            default(get(row.extra, 'a.x.y'), 'nothing')       | nothing
            default(get(row.extra, 'n'), 'null')              | null
            get(json('{"k": [1, "v"]}'), 'k.1')               | v
            toJson({'b': 1, 'a': [true, null]})               | {"a":[true,null],"b":1}
            string(lat(geopoint(48.5, 2)))                    | 48.5
            string(geopoint(row.price, 2).lon())              | 2.0
            """, quoteCharacter = '\0')
    void function_yields(String text, String expected) throws Exception {
        assertThat(People.eval(text, ROW)).isEqualTo(expected.equals("''") ? "" : expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lower(row.amount)",
                "upper(row.amount)",
                "trim(row.amount)",
                "split(row.amount, ',')",
                "join(row.tags, ',')",
                "replace(row.amount, 'a', 'b')",
                "replaceRegex(row.amount, 'a', 'b')",
                "extract(row.amount, 'a')",
                "extractAll(row.amount, 'a')",
                "substring(row.amount, 1)",
                "substring(row.amount, 1, 2)",
                "stripHtml(row.amount)",
                "slug(row.amount)",
                "hash(row.amount)",
                "parseNumber(row.amount)",
                "formatNumber(row.age, '0')",
                "round(row.price, 1)",
                "parseDate(row.amount, 'yyyy')",
                "formatDate(row.seen, 'yyyy')",
                "formatDate(row.seen, 'yyyy', 'UTC')",
                "get(row.extra, 'a')",
                "json(row.amount)",
                "toJson(row.extra)",
                "geopoint(row.price, 1)",
                "geopoint(1, row.price)",
                "lat(row.place)",
                "lon(row.place)",
                "default(row.amount, row.first)",
                "extract('abc', '[0-9]')"
            })
    void nullIn_isNullOut(String text) throws Exception {
        assertThat(People.eval(text, Map.of())).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            parseNumber(row.last)              | 'Müller' is not a number
            parseDate(row.last, 'yyyy-MM-dd')  | 'Müller' is not a date of the form 'yyyy-MM-dd'
            formatDate(row.seen, 'HH', 'Mars') | 'Mars' is not a time zone, such as 'UTC' or 'Europe/Vienna'
            substring(row.last, 3, 1)          | there is no part of a text from 3 to 1
            lower(row.extra.a)                 | argument 1 must be a text, found {b=[10, {c=deep}]}
            json(row.last)                     | it is not JSON
            geopoint(row.last, 1)              | 'Müller' is not a number
            row.last.replaceRegex(row.first, '') + string(1 / (row.age - 41)) | by zero
            """, quoteCharacter = '\0')
    void badValue_isToldWithItsReason(String text, String reason) {
        RowExpression expression = People.compile(text);
        assertThatThrownBy(() -> expression.of(People.row(ROW)))
                .isInstanceOf(ExpressionException.class)
                .hasMessageContaining(reason)
                .hasMessageStartingWith("`" + text + "`: ");
    }

    @Test
    void standardFunctions_areThere() throws Exception {
        assertThat(People.eval("int(row.seen)", ROW)).isEqualTo(1_700_000_000L);
        assertThat(People.eval("row.seen > timestamp('2020-01-01T00:00:00Z')", ROW))
                .isEqualTo(true);
        assertThat(People.eval("row.seen - duration('1h')", ROW)).isEqualTo(Instant.parse("2023-11-14T21:13:20.5Z"));
        assertThat(People.eval("'a' in row.tags && row.tags.size() == 2", ROW)).isEqualTo(true);
        assertThat(People.eval("row.last.contains('ll') && row.last.startsWith('M')", ROW))
                .isEqualTo(true);
        assertThat(People.eval("row.age > 40.5 && row.price >= 1", ROW)).isEqualTo(true);
    }
}
