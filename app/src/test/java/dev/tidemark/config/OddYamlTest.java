package dev.tidemark.config;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What YAML allows and people do not expect. */
class OddYamlTest {

    private final Path directory;

    OddYamlTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private Loading loading() {
        return new Loading(directory);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n\n", "# only a comment\n", "---\n", "~\n", "\uFEFF"})
    void load_refusesEmptyFile(String yaml) {
        assertThat(loading().problems(yaml))
                .containsExactly("tidemark.yml: the file is empty; docs/quickstart.md contains a short one");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    name: [a                        | 2: not valid YAML: a list or mapping in brackets is not closed
                    name: 'a                        | 2: not valid YAML: a quote is not closed
                    name: a: b                      | 1: not valid YAML: a ':' where none can be
                    name: *secret                   | 1: not valid YAML: an alias (*) of nothing
                    name: @secret                   | 1: not valid YAML
                    name: "\\secret"                | 1: not valid YAML: an unknown \\ sequence
                    name: a<nl>  state: b           | 2: not valid YAML: a ':' where none can be
                    name: a<nl>- b                  | 2: not valid YAML: this does not belong here
                    name: a<nl>state                | 3: not valid YAML: a key without ': '
                    queue:<nl><tab>changes: 1       | 2: not valid YAML: a tab in the indentation
                    name: a<nl>---<nl>name: b       | 2: holds a second YAML document
                    name: a<nul>b                   | 1: not valid YAML: a control character
                    - name: a                       | 1: the file must be a mapping
                    just text                       | 1: the file must be a mapping
                    http: { port: ${secret} }       | 1: not valid YAML: a ${...} without quotes inside { } or [ ]
                    http: { port: x${secret}y, a: 1 } | 1: not valid YAML: a ${...} without quotes inside { } or [ ]
                    documents: [${secret}, b]       | 1: not valid YAML: a ${...} without quotes inside { } or [ ]
                    http: {<nl>  port: ${secret:-1} } | 2: not valid YAML: a ${...} without quotes inside { } or [ ]
                    http: { port: a{b} }            | 1: not valid YAML: a list or mapping in brackets is not closed
                    """, ignoreLeadingAndTrailingWhitespace = true, quoteCharacter = '\0')
    void load_tellsSyntaxErrorInOneLine(String yaml, String message) {
        String text = yaml.replace("<nl>", "\n").replace("<tab>", "\t").replace("<nul>", "\0") + "\n";
        assertThat(loading().problems(text))
                .singleElement()
                .asString()
                .startsWith("tidemark.yml:" + message + "; ")
                .doesNotContain("secret");
    }

    @Test
    void load_refusesAliasBombAndDepth() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 30; i++) {
            String alias = "*a" + (i - 1);
            bomb.append("a%d: &a%d [%s, %s, %s, %s]\n".formatted(i, i, alias, alias, alias, alias));
        }
        String limit = "tidemark.yml: is nested too deeply or has too many aliases; write the values out";
        assertThat(loading().problems(bomb.toString())).containsExactly(limit);
        assertThat(loading().problems("name: " + "[".repeat(100_000))).containsExactly(limit);
    }

    @Test
    void load_survivesNodesThatHoldThemselves() {
        assertThat(loading().problemsAnd("queue: &q\n  <<: *q\n  changes: [*q]\n"))
                .containsExactly("tidemark.yml:10: queue.changes: must be a number, not a list");
    }

    @Test
    void load_tellsDuplicateKeys() {
        assertThat(loading().problemsAnd("http: { port: 1, port: 2 }\nname: other\n"))
                .containsExactly(
                        "tidemark.yml:8: http.port: this key is given twice; remove one",
                        "tidemark.yml:9: name: this key is given twice; remove one");
    }

    @Test
    void load_resolvesAnchorsAndMerges() {
        Config config = loading().config(Loading.MINIMAL + """
                          - &base
                            table: public.orders
                            create: false
                            fields: &fields { name: ~, price: ~ }
                          - <<: *base
                            table: public.old_orders
                        """);
        assertThat(config.documents()).hasSize(3);
        Config.Document merged = config.documents().get(2);
        assertThat(merged.collection()).isEqualTo("old_orders");
        assertThat(merged.create()).isFalse();
        assertThat(requireNonNull(merged.fields()).keySet()).containsExactly("name", "price");
    }

    @ParameterizedTest
    @ValueSource(strings = {"no", "yes", "010", "1e3", "2026-01-01", "0x1F", "12:30:45", "true", "größe", "\"~\""})
    void load_takesTextAsWritten(String text) {
        Config config = loading().config(Loading.MINIMAL.replace("user: tidemark", "user: " + text));
        assertThat(config.source().settings().user()).isEqualTo(text.replace("\"", ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "010",
                "0x1F",
                "1_000",
                "1e3",
                "80.0",
                "80:85",
                "+80",
                "-1",
                "65536",
                "99999999999999999999",
                "' 80'",
                "no"
            })
    void load_refusesOddNumbers(String port) {
        assertThat(loading().problemsAnd("http: { port: " + port + " }\n"))
                .singleElement()
                .asString()
                .startsWith("tidemark.yml:8: http.port: must be an integer from 0 to 65535, found '"
                        + port.replace("'", "") + "'");
    }

    @Test
    void load_takesNumbersInQuotes() {
        assertThat(loading().minimalAnd("http: { port: '9090' }\n").http().port())
                .isEqualTo(9090);
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "no", "on", "True", "1"})
    void load_refusesOddBooleans(String create) {
        assertThat(loading().problemsAnd("    create: " + create + "\n"))
                .singleElement()
                .asString()
                .startsWith("tidemark.yml:8: documents[0].create: must be one of: false, true, found '" + create + "'");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    http: { port: ~ }      | http.port: has no value; give it one, or remove the key
                    http: { port: [1] }    | http.port: must be a number, not a list
                    http: { port: {a: 1} } | http.port: must be a number, not a mapping
                    http: 8085             | http: must be a mapping, not plain text
                    http: [8085]           | http: must be a mapping, not a list
                    http: { address: '' }  | http.address: is empty; give it a value, or check what the variable or file holds
                    http: { port: !x 1 }   | http.port: YAML tags (!) are not known here; put a value that begins with ! in quotes
                    ? [a]                  | a key must be plain text
                    <<: 1                  | '<<' must name a mapping; write '<<: *anchor'
                    htpp: {}               | htpp: unknown key; did you mean 'http'?
                    """, quoteCharacter = '\0')
    void load_refusesWrongTypes(String yaml, String message) {
        assertThat(loading().problemsAnd(yaml + "\n")).containsExactly("tidemark.yml:8: " + message);
    }

    @Test
    void load_takesEmptySectionsAsNotGiven() {
        assertThat(loading().minimalAnd("http:\nflush: {}\nqueue: ~\n"))
                .isEqualTo(loading().config(Loading.MINIMAL));
    }

    @Test
    void load_takesCarriageReturnsAndByteOrderMark() {
        assertThat(loading().config("\uFEFF" + Loading.MINIMAL.replace("\n", "\r\n")))
                .isEqualTo(loading().config(Loading.MINIMAL));
    }
}
