package dev.tidemark.document;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.sink.SinkField;
import java.util.List;
import org.junit.jupiter.api.Test;

class SharedDesignTest {

    private static SinkField field(String name, String type, boolean optional) {
        return new SinkField(name, type, false, optional, true, null);
    }

    @Test
    void designOfOneTable_staysAsItIs() {
        List<SinkField> fields = List.of(field("a", "string", false), field("b", "int32", true));
        assertThat(SharedDesign.of(List.of(fields)).fields()).isEqualTo(fields);
    }

    @Test
    void fieldThatNotEveryTableHas_orMayLack_isOptional() {
        SharedDesign design = SharedDesign.of(List.of(
                List.of(
                        field("both", "string", false),
                        field("sometimes", "int32", false),
                        field("first", "bool", false)),
                List.of(
                        field("second", "float", false),
                        field("both", "string", false),
                        field("sometimes", "int32", true))));
        assertThat(design.conflicts()).isEmpty();
        assertThat(design.fields())
                .containsExactly(
                        field("both", "string", false),
                        field("sometimes", "int32", true),
                        field("first", "bool", true),
                        field("second", "float", true));
    }

    @Test
    void fieldOfTwoTypes_isAConflict() {
        SharedDesign design =
                SharedDesign.of(List.of(List.of(field("n", "int32", true)), List.of(field("n", "string", false))));
        assertThat(design.conflicts())
                .singleElement()
                .asString()
                .contains("'n'", "int32 (facet: false, index: true)", "string (facet: false, index: true)");
    }
}
