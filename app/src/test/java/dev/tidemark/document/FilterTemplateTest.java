package dev.tidemark.document;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.connector.Column;
import dev.tidemark.connector.ColumnType;
import dev.tidemark.connector.ColumnType.Kind;
import dev.tidemark.connector.Row;
import dev.tidemark.connector.RowSchema;
import dev.tidemark.connector.TableId;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.sink.SinkField;
import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FilterTemplateTest {

    private static final RowSchema SCHEMA = new RowSchema(
            new TableId("public", "tenants"),
            List.of(
                    new Column("id", ColumnType.of(Kind.INT64), false),
                    new Column("code", ColumnType.of(Kind.TEXT), false),
                    new Column("size", ColumnType.of(Kind.INT32), false)));

    private static final TableInfo TABLE = new TableInfo(SCHEMA, List.of("id", "code"), -1);

    private static final List<SinkField> FIELDS = List.of(
            new SinkField("tenant_id", "int64", false, true, true, null),
            new SinkField("tenants", "int32[]", false, true, true, null),
            new SinkField("hidden", "int64", false, true, false, null),
            new SinkField("name", "string", false, true, true, null));

    private static Row row(@Nullable Object id) {
        return new Row(SCHEMA, new @Nullable Object[] {id, "a` || id:*", 1});
    }

    private static List<String> problems(String filter) {
        return FilterTemplate.parse(filter).problems(TABLE, FIELDS);
    }

    @Test
    void wholeNumbers_arePutIn() {
        FilterTemplate filter = FilterTemplate.parse("tenant_id:=:id || tenants:=[:id]");
        assertThat(filter.problems(TABLE, FIELDS)).isEmpty();
        assertThat(filter.fill(row(-7L))).isEqualTo("tenant_id:=-7 || tenants:=[-7]");
        assertThat(filter.fill(row(7))).isEqualTo("tenant_id:=7 || tenants:=[7]");
        BigInteger big = new BigInteger("18446744073709551615");
        assertThat(filter.fill(row(big))).isEqualTo("tenant_id:=" + big + " || tenants:=[" + big + "]");
    }

    @Test
    void nothingElse_isPutIn() {
        assertThat(FilterTemplate.parse("tenant_id:=:id").fill(row(null))).isNull();
        assertThat(FilterTemplate.parse("tenant_id:=:id").fill(row(Row.UNAVAILABLE)))
                .isNull();
        assertThat(FilterTemplate.parse("name:=:code").fill(row(7L))).isNull();
        assertThat(FilterTemplate.parse("name:=:gone").fill(row(7L))).isNull();
    }

    @Test
    void problems_nameColumnAndField() {
        assertThat(problems("tenant_id:=5")).singleElement().asString().contains("names no column");
        assertThat(problems("tenant_id:=:size")).singleElement().asString().contains("':size'", "primary key");
        assertThat(problems("tenant_id:=:gone")).singleElement().asString().contains("':gone'");
        assertThat(problems("tenant_id:=:code")).singleElement().asString().contains("':code'", "whole number");
        assertThat(problems("name:=:id")).singleElement().asString().contains("'name'");
        assertThat(problems("hidden:=:id")).singleElement().asString().contains("'hidden'");
        assertThat(problems("nothing:>:id && tenant_id:=:id"))
                .singleElement()
                .asString()
                .contains("'nothing'");
    }
}
