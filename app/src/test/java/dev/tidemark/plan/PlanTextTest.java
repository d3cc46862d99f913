package dev.tidemark.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.plan.DocumentPlan.Schema;
import dev.tidemark.plan.DocumentPlan.There;
import dev.tidemark.plan.SampleResult.Reject;
import dev.tidemark.sink.SinkField;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlanTextTest {

    private static final Schema SCHEMA = new Schema(
            false,
            List.of(
                    new SinkField("name", "string", true, false, true, null),
                    new SinkField("n", "int32", false, true, false, null)));

    @Test
    void newCollection_withASample() {
        DocumentPlan plan = new DocumentPlan(
                "goods",
                "public.goods",
                List.of("id"),
                SCHEMA,
                null,
                List.of(),
                List.of("'run' creates the collection"),
                List.of(),
                "{\"id\":\"1\"}",
                new SampleResult(
                        5,
                        2,
                        List.of(new Reject(Map.of("id", "4\n"), "n", "Field `n` must be an int32.")),
                        null,
                        null,
                        List.of()));
        assertThat(PlanText.of(plan))
                .containsExactly(
                        "goods <- public.goods, id of id",
                        "  collection  does not exist yet: it would be created with these fields",
                        "    field     name  string, facet",
                        "    field     n     int32, optional, not indexed",
                        "  change      'run' creates the collection",
                        "  document    {\"id\":\"1\"}",
                        "  sample      5 rows: 3 accepted, 2 rejected",
                        "  rejected    id=4\\n, field n: Field `n` must be an int32.",
                        "  rejected    and 1 more");
        assertThat(plan.isRefused()).isFalse();
        assertThat(plan.isRejected()).isTrue();
    }

    @Test
    void collectionThatDoesNotFit_andSchemaThatTypesenseRefuses() {
        DocumentPlan plan = new DocumentPlan(
                "goods",
                "public.goods",
                List.of("shop", "id"),
                SCHEMA,
                new There("goods_1", 12),
                List.of(new Difference(Difference.Kind.TYPE, "n", "field 'n' is bool there")),
                List.of(),
                List.of("it cannot be written to"),
                null,
                new SampleResult(5, 0, List.of(), "400 it may not be", "2 more rows", List.of("'m.p' holds both")));
        assertThat(PlanText.of(plan))
                .containsExactly(
                        "goods <- public.goods, id of shop and id",
                        "  collection  is there as goods_1, 12 documents; it stays as it is and differs, see 'differs'; the configuration wants these fields",
                        "    field     name  string, facet",
                        "    field     n     int32, optional, not indexed",
                        "  differs     field 'n' is bool there",
                        "  REJECTED    it cannot be written to",
                        "  REJECTED    Typesense rejects this collection: 400 it may not be",
                        "  sample      5 rows: 5 mapped, 0 rejected",
                        "  json        'm.p' holds both",
                        "  note        2 more rows");
        assertThat(plan.isRefused()).isTrue();
    }

    @Test
    void equalCollection_staysAsItIs() {
        DocumentPlan plan = new DocumentPlan(
                "goods",
                "public.goods",
                List.of("id"),
                SCHEMA,
                new There("goods_1", 12),
                List.of(),
                List.of(),
                List.of(),
                "x".repeat(3_000),
                null);
        assertThat(PlanText.of(plan))
                .contains("  collection  is there as goods_1, 12 documents; its fields are those that the configuration"
                        + " wants, nothing is changed")
                .contains("  document    " + "x".repeat(2_000) + " ...")
                .noneMatch(line -> line.contains("created"));
    }
}
