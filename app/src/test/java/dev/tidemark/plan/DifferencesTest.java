package dev.tidemark.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.plan.Difference.Kind;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.SinkField;
import java.util.List;
import org.junit.jupiter.api.Test;

class DifferencesTest {

    private static SinkField field(String name, String type) {
        return new SinkField(name, type, false, true, true, null);
    }

    private static CollectionInfo there(boolean nested, SinkField... fields) {
        return new CollectionInfo("goods_1", List.of(fields), nested, null, 7);
    }

    @Test
    void equalFields_differInNothing_thoughTheServerCompletedThem() {
        SinkField completed = new SinkField("n", "int32", false, true, true, true);
        assertThat(Differences.between(List.of(field("n", "int32")), there(false, completed)))
                .isEmpty();
    }

    @Test
    void everyDifference_isTold_plannedFieldsFirst() {
        List<SinkField> planned = List.of(
                field("missing", "float"),
                field("typed", "int64"),
                new SinkField("set", "string", true, false, false, true),
                field("same", "bool"));
        CollectionInfo there = there(
                false,
                field("extra", "string"),
                new SinkField("required", "int32", false, false, true, null),
                field("typed", "int32"),
                new SinkField("set", "string", false, true, true, false),
                field("same", "bool"));
        List<Difference> found = Differences.between(planned, there);
        assertThat(found)
                .extracting(Difference::kind)
                .containsExactly(
                        Kind.MISSING,
                        Kind.TYPE,
                        Kind.SETTING,
                        Kind.SETTING,
                        Kind.SETTING,
                        Kind.SETTING,
                        Kind.EXTRA,
                        Kind.EXTRA);
        assertThat(found)
                .extracting(Difference::message)
                .containsExactly(
                        "field 'missing' (float, optional) is not there: its values are stored and cannot be searched",
                        "field 'typed' is int32 there, and would be made int64: values are written in the type that is there",
                        "field 'set' has facet: false there, not true",
                        "field 'set' has optional: true there, not false",
                        "field 'set' has index: true there, not false",
                        "field 'set' has sort: false there, not true",
                        "field 'extra' (string, optional) is there, and nothing is mapped to it",
                        "field 'required' (int32) is there, and nothing is mapped to it although every document must have it");
    }

    @Test
    void patternsAndFieldsInsideObjects_areNoDifferences() {
        List<SinkField> planned = List.of(field("extra", "object"), field("name_en", "string"));
        CollectionInfo there = there(
                true,
                field("extra", "object"),
                field("extra.a", "string"),
                field("name_.*", "string"),
                field(".*", "auto"));
        assertThat(Differences.between(planned, there)).isEmpty();
    }

    @Test
    void objects_needNestedFields() {
        SinkField object = field("extra", "object");
        assertThat(Differences.between(List.of(object), there(false, object)))
                .extracting(Difference::kind)
                .containsExactly(Kind.NESTED);
    }
}
