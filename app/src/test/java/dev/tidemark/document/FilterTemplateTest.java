package dev.tidemark.document;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.ColumnType;
import dev.tidemark.connector.data.ColumnType.Kind;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.sink.FoundDocument;
import dev.tidemark.sink.SinkField;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FilterTemplateTest {

    private static final RowSchema SCHEMA = new RowSchema(
            new TableId("public", "tenants"),
            List.of(
                    new Column("id", ColumnType.of(Kind.INT64), false),
                    new Column("code", ColumnType.of(Kind.TEXT), false),
                    new Column("size", ColumnType.of(Kind.INT32), false),
                    new Column("weight", ColumnType.of(Kind.FLOAT64), false)));

    private static final TableInfo TABLE = new TableInfo(SCHEMA, List.of("id", "code", "weight"), -1);

    private static final List<SinkField> FIELDS = List.of(
            new SinkField("tenant_id", "int64", false, true, true, null),
            new SinkField("tenants", "int32[]", false, true, true, null),
            new SinkField("hidden", "int64", false, true, false, null),
            new SinkField("name", "string", false, true, true, null));

    private static Row row(@Nullable Object id) {
        return new Row(SCHEMA, new @Nullable Object[] {id, "a` || id:*", 1, 1.5});
    }

    private static List<String> problems(String filter) {
        return FilterTemplate.parse(filter).problems(TABLE, FIELDS);
    }

    @Test
    void wholeNumbers_arePutIn() {
        FilterTemplate filter = FilterTemplate.parse("tenant_id:=:id || tenants:=[:id]");
        assertThat(filter.problems(TABLE, FIELDS)).isEmpty();
        assertThat(filter.fill(row(-7L))).hasToString("tenant_id:=-7 || tenants:=[-7]");
        assertThat(filter.fill(row(7))).hasToString("tenant_id:=7 || tenants:=[7]");
        BigInteger big = new BigInteger("18446744073709551615");
        assertThat(filter.fill(row(big))).hasToString("tenant_id:=" + big + " || tenants:=[" + big + "]");
    }

    @Test
    void nothingElse_isPutIn() {
        assertThat(FilterTemplate.parse("tenant_id:=:id").fill(row(null))).isNull();
        assertThat(FilterTemplate.parse("tenant_id:=:id").fill(row(Row.UNAVAILABLE)))
                .isNull();
        assertThat(FilterTemplate.parse("name:=:gone").fill(row(7L))).isNull();
    }

    @Test
    void problems_nameColumnAndField() {
        assertThat(problems("tenant_id:=5")).singleElement().asString().contains("names no column");
        assertThat(problems("tenant_id:=:size")).singleElement().asString().contains("':size'", "primary key");
        assertThat(problems("tenant_id:=:gone")).singleElement().asString().contains("':gone'");
        assertThat(problems("tenant_id:=:code")).singleElement().asString().contains("'tenant_id'", "string");
        assertThat(problems("name:=:code && tenant_id:=:id")).isEmpty();
        assertThat(problems("name:=:code && name:=:id"))
                .singleElement()
                .asString()
                .contains("'name'", "int32");
        for (String filter : List.of("name::code", "name:=:code || tenant_id:=:id", "name:=[:code]", "a.name:=:code")) {
            assertThat(problems(filter)).singleElement().asString().contains("compares text");
        }
        assertThat(problems("price:=:weight && name:=:code"))
                .anyMatch(problem -> problem.contains("':weight'") && problem.contains("neither"));
        assertThat(problems("name:=:id")).singleElement().asString().contains("'name'");
        assertThat(problems("hidden:=:id")).singleElement().asString().contains("'hidden'");
        assertThat(problems("nothing:>:id && tenant_id:=:id"))
                .singleElement()
                .asString()
                .contains("'nothing'");
    }

    @Test
    void text_isComparedHere_andSearchedForOnlyWhereThatIsSure() {
        FilterTemplate filter = FilterTemplate.parse("name:=:code && tenant_id:=:id");
        DocumentFilter.ByValue byValue = (DocumentFilter.ByValue) filter.fill(row(7L));
        assertThat(byValue).hasToString("name = 'a` || id:*' and tenant_id = '7'");
        assertThat(java.util.Objects.requireNonNull(byValue).candidates()).isEqualTo("tenant_id:=7");
        assertThat(byValue.fields()).containsExactly("name", "tenant_id");
        assertThat(byValue.matches(found(List.of("x", "a` || id:*"), List.of("7"))))
                .isTrue();
        assertThat(byValue.matches(found(List.of("A` || id:*"), List.of("7")))).isFalse();
        assertThat(byValue.matches(found(List.of(), List.of("7")))).isFalse();
        assertThat(candidates("550e8400-e29b-41d4-a716-446655440000"))
                .isEqualTo("name:=`550e8400-e29b-41d4-a716-446655440000`");
        for (String unsure : List.of("", "`", "a`", " a", "a ", "ö", "🙂", "-", "a\n", "a\\", "*", "a".repeat(81))) {
            assertThat(candidates(unsure)).as(unsure).isNull();
        }
    }

    private static @Nullable String candidates(String value) {
        return new DocumentFilter.ByValue(List.of(new DocumentFilter.Condition("name", value, true))).candidates();
    }

    private static FoundDocument found(List<String> names, List<String> tenants) {
        return new FoundDocument("1", Map.of("name", names, "tenant_id", tenants));
    }
}
