package dev.tidemark.document;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.config.Cel;
import dev.tidemark.config.Expression;
import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.ColumnType;
import dev.tidemark.connector.data.ColumnType.Kind;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.expression.ParsedExpression;
import dev.tidemark.expression.RowScope;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PlacementsTest {

    private static final RowSchema SCHEMA = schema("tenant");

    private static RowSchema schema(String tenant) {
        return new RowSchema(
                new TableId("public", "items"),
                List.of(
                        new Column("id", ColumnType.of(Kind.INT64), false),
                        new Column(tenant, ColumnType.of(Kind.TEXT), true),
                        new Column("extra", ColumnType.of(Kind.JSON), true)));
    }

    private static Row row(@Nullable Object tenant) {
        return new Row(SCHEMA, new @Nullable Object[] {1L, tenant, null});
    }

    private static Placement place(String cel, Row row) {
        return new Placements(Cel.cel(cel)).of(row);
    }

    @Test
    void of_namesTheCollection() {
        assertThat(place("'items_' + row.tenant", row("a-1.x"))).isEqualTo(new Placement.In("items_a-1.x"));
        assertThat(place("default(row.tenant, 'nobody')", row(null))).isEqualTo(new Placement.In("nobody"));
    }

    @Test
    void of_saysWhyThereIsNone() {
        assertThat(place("row.tenant", row(null)))
                .isEqualTo(new Placement.Nowhere("collection: the expression yields null for this row"));
        assertThat(place("'x' + row.tenant", row(null)).toString()).contains("NULL here: row.tenant");
        for (String wrong : List.of("", "a b", "a/b", ".a", "*", "x".repeat(65))) {
            assertThat(place("row.tenant", row(wrong))).isInstanceOf(Placement.Nowhere.class);
        }
        assertThat(place("row.tenant", row("a b")).toString())
                .contains("'a b' is not a collection name: it must hold only letters, digits");
    }

    @Test
    void of_doesNotGuess_whereAColumnWasNotSentOrIsGone() {
        assertThat(place("'x' + row.tenant", row(Row.UNAVAILABLE)).toString())
                .contains("Unknown", "did not send column 'tenant'");
        Row renamed = new Row(schema("customer"), new @Nullable Object[] {1L, "a", null});
        assertThat(place("'x' + row.tenant", renamed).toString()).contains("Unknown", "has no column 'tenant'");
    }

    /** Its columns were not read: NULL in them would name another collection, or none, and delete its document. */
    @Test
    void of_doesNotGuess_forARowThatIsTooLargeToBeRead() {
        Row large = Row.tooLarge(SCHEMA, new @Nullable Object[] {1L, null, null}, 90L << 20);
        for (String cel : List.of("default(row.tenant, 'nobody')", "row.tenant")) {
            assertThat(place(cel, large).toString()).contains("Unknown", "90 MB, too much for the heap");
        }
    }

    @Test
    void same_looksAtColumnsThatDecideOnly() {
        Placements placements = new Placements(Cel.cel("'x' + row.tenant"));
        Row other = new Row(SCHEMA, new @Nullable Object[] {2L, "a", "{}"});
        assertThat(placements.same(row("a"), other)).isTrue();
        assertThat(placements.same(row("b"), other)).isFalse();
        assertThat(placements.same(row(Row.UNAVAILABLE), other)).isFalse();
    }

    private static List<String> problems(Expression by) {
        return Placements.problems(by, SCHEMA, new RowScope(SCHEMA));
    }

    @Test
    void problems_tellTypesAndPlaces() {
        assertThat(problems(Cel.cel("'x' + row.tenant"))).isEmpty();
        assertThat(problems(Cel.cel("get(row.extra, 'tenant')"))).isEmpty();
        assertThat(problems(Cel.cel("row.id")))
                .singleElement()
                .asString()
                .startsWith("test.yml:1:1: cel: it yields int; it must yield a collection's name, a string");
        assertThat(problems(Cel.cel("[row.tenant]"))).hasSize(1);
        assertThat(problems(Cel.cel("'plain'"))).singleElement().asString().contains("it reads no column");
        assertThat(problems(Cel.cel("row.tenat")))
                .singleElement()
                .asString()
                .contains("test.yml:1:1", "did you mean 'tenant'?");
    }

    @Test
    void parsedExpression_tellsColumnsAndBeginning() {
        ParsedExpression sum = ParsedExpression.of("'a_' + row.x + default(row.y, row.x)");
        assertThat(sum.columns()).containsExactly("x", "y");
        assertThat(sum.literalPrefix()).isEqualTo("a_");
        assertThat(ParsedExpression.of("row.x + 'a'").literalPrefix()).isEmpty();
        assertThat(ParsedExpression.of("row.x == 'a' ? 'b_1' : 'b_2'").literalPrefix())
                .isEmpty();
    }
}
