package dev.tidemark.document;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.ColumnType;
import dev.tidemark.connector.data.ColumnType.Kind;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.connector.data.TableId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DocumentIdsTest {

    private static final RowSchema SCHEMA = new RowSchema(
            new TableId("public", "t"),
            List.of(
                    new Column("a", ColumnType.of(Kind.TEXT), true),
                    new Column("b", ColumnType.of(Kind.TEXT), true),
                    new Column("n", ColumnType.of(Kind.INT64), true),
                    new Column("j", ColumnType.of(Kind.JSON), true)));

    private static Row row(@Nullable Object a, @Nullable Object b) {
        return new Row(SCHEMA, new @Nullable Object[] {a, b, 5L, "{}"});
    }

    private static DocumentIds ids(String... columns) {
        return DocumentIds.of(List.of(columns), SCHEMA);
    }

    @Test
    void oneColumn_isTheIdAsItIs() {
        assertThat(ids("a").of(row("x:y%z", "b"))).isEqualTo("x:y%z");
        assertThat(ids("n").of(row("a", "b"))).isEqualTo("5");
        assertThat(ids("a").texts("x:y%z")).containsExactly("x:y%z");
    }

    @Test
    void severalColumns_neverShareAnId_andAreReadBack() {
        List<String> texts = List.of("", ":", "%", "::", "a", "a:", ":a", "%3A", "%25", "%253A", "%:", "%2", "5");
        Map<String, String> seen = new HashMap<>();
        DocumentIds ids = ids("a", "b");
        for (String a : texts) {
            for (String b : texts) {
                String id = ids.of(row(a, b));
                assertThat(id).isNotNull();
                assertThat(seen.put(String.valueOf(id), a + " and " + b)).isNull();
                assertThat(ids.texts(String.valueOf(id))).containsExactly(a, b);
            }
        }
    }

    @Test
    void nullOrUnsentColumn_isNoId() {
        assertThat(ids("a").of(row(null, "b"))).isNull();
        assertThat(ids("a").of(row(Row.UNAVAILABLE, "b"))).isNull();
        assertThat(ids("a", "b").of(row("a", null))).isNull();
        assertThat(ids("gone").of(row("a", "b"))).isNull();
    }

    @Test
    void texts_areNull_whereAnotherKeyMadeTheId() {
        assertThat(ids("a", "b").texts("one")).isNull();
        assertThat(ids("a", "b").texts("one:two:three")).isNull();
    }

    @Test
    void prefix_isPartOfEveryId_andOfNoText() {
        DocumentIds one = KeyIds.of("eu:", List.of("a"), SCHEMA);
        assertThat(one.of(row("x:y", "b"))).isEqualTo("eu:x:y");
        assertThat(one.of(row(null, "b"))).isNull();
        assertThat(one.texts("eu:x:y")).containsExactly("x:y");
        assertThat(one.texts("us:x:y")).isNull();
        DocumentIds two = KeyIds.of("eu:", List.of("a", "b"), SCHEMA);
        assertThat(two.of(row("x:y", "b"))).isEqualTo("eu:x%3Ay:b");
        assertThat(two.texts("eu:x%3Ay:b")).containsExactly("x:y", "b");
    }

    @Test
    void unfit_namesTheColumn() {
        assertThat(KeyIds.unfit(List.of("a", "n"), SCHEMA)).isNull();
        assertThat(KeyIds.unfit(List.of("z"), SCHEMA)).contains("'z'");
        assertThat(KeyIds.unfit(List.of("j"), SCHEMA)).contains("'j'");
    }
}
