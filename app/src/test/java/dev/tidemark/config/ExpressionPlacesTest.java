package dev.tidemark.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a character of an expression stands in the file, however YAML spells the expression. */
class ExpressionPlacesTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void plain() {
        assertPlace("row.a + FIND", "    fields:\n      x: { cel: row.a + FIND }\n");
    }

    @Test
    void quoted() {
        assertPlace("row.a + 'b' + FIND", "    fields: { x: { cel: \"row.a + 'b' + FIND\" } }\n");
        assertPlace("row.a + 'b' + FIND", "    fields: { x: { cel: 'row.a + ''b'' + FIND' } }\n");
        assertPlace("row.a + \"b\\n\" + FIND", "    fields: { x: { cel: \"row.a + \\\"b\\\\n\\\" + FIND\" } }\n");
        assertPlace("'\u00fc\ud83c\udf89' + FIND", "    fields: { x: { cel: \"'\\u00fc\ud83c\udf89' + FIND\" } }\n");
    }

    @Test
    void severalLines() {
        assertPlace(
                "row.a\n  + FIND\n", "    fields:\n      x:\n        cel: |\n          row.a\n            + FIND\n");
        assertPlace("row.a + FIND\n", "    fields:\n      x:\n        cel: >\n          row.a\n          + FIND\n");
        assertPlace("row.a + FIND", "    fields:\n      x:\n        cel: row.a\n          + FIND\n");
        assertPlace("row.a + FIND", "    fields:\n      x:\n        cel: \"row.a \\\n          + FIND\"\n");
    }

    @Test
    void behindAReference_itsBeginning() {
        Config config = new Loading(directory)
                .with("A", "row.long_name")
                .minimalAnd("    fields: { x: { cel: \"${A} + FIND\" } }\n");
        Expression cel = cel(config);
        assertThat(cel.text()).isEqualTo("row.long_name + FIND");
        assertThat(cel.places().of(cel.text().indexOf("FIND"))).isEqualTo(new SourceLocations.Place(8, 26));
    }

    private void assertPlace(String text, String yaml) {
        Expression cel = cel(new Loading(directory).minimalAnd(yaml));
        assertThat(cel.text()).isEqualTo(text);
        String file = Loading.MINIMAL + yaml;
        int at = file.indexOf("FIND");
        int line = (int) file.substring(0, at).lines().count();
        String before = file.substring(file.lastIndexOf('\n', at) + 1, at);
        int offset = text.codePointCount(0, text.indexOf("FIND"));
        assertThat(cel.places().of(offset))
                .isEqualTo(new SourceLocations.Place(line, before.codePointCount(0, before.length()) + 1));
        assertThat(cel.at(offset))
                .endsWith("tidemark.yml:" + line + ":" + (before.length() + 1 - surrogates(before))
                        + ": documents[0].fields.x.cel");
    }

    private static int surrogates(String text) {
        return text.length() - text.codePointCount(0, text.length());
    }

    private static Expression cel(Config config) {
        Map<String, Config.Field> fields =
                Objects.requireNonNull(config.documents().get(0).fields());
        return Objects.requireNonNull(Objects.requireNonNull(fields.get("x")).cel());
    }

    @Test
    void syntax_isRefusedWithLineAndColumn_allAtOnce() {
        Loading loading = new Loading(directory);
        assertThat(loading.problemsAnd("    fields:\n      x: { cel: row.a + }\n      y: { cel: \"lower(row.b\" }\n"))
                .hasSize(2)
                .satisfies(problems -> {
                    assertThat(problems.get(0)).startsWith("tidemark.yml:9:24: documents[0].fields.x.cel: ");
                    assertThat(problems.get(1)).startsWith("tidemark.yml:10:29: documents[0].fields.y.cel: ");
                });
        assertThat(loading.problemsAnd("    fields: { x: { cel: '' } }\n"))
                .containsExactly(
                        "tidemark.yml:8: documents[0].fields.x.cel: is empty; such as \"row.first + ' ' + row.last\"");
        assertThat(loading.problemsAnd("    fields: { x: { cel: a, column: b } }\n"))
                .containsExactly(
                        "tidemark.yml:8: documents[0].fields.x.cel: does not go with 'column', 'lat' and 'lon';"
                                + " the expression reads columns as row.<column>");
    }

    @Test
    void whatAReferenceStandsFor_isNotShown() {
        assertThat(new Loading(directory)
                        .with("A", "secret token")
                        .problemsAnd("    fields: { x: { cel: \"${A}\" } }\n"))
                .containsExactly("tidemark.yml:8:26: documents[0].fields.x.cel: is not a CEL expression");
    }
}
