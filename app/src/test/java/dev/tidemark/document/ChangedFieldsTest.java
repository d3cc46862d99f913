package dev.tidemark.document;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.config.Config;
import dev.tidemark.config.DocumentBuilder;
import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.ColumnType;
import dev.tidemark.connector.data.ColumnType.Kind;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.document.value.ValueRejectedException;
import dev.tidemark.document.value.Values;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.SinkField;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which fields an update changed, and what is written of them. */
class ChangedFieldsTest {

    private static final TableId TABLE = new TableId("public", "t");

    @Test
    void values_areComparedByWhatTheyHold() {
        assertThat(Values.same(new byte[] {1}, new byte[] {1})).isTrue();
        assertThat(Values.same(new byte[] {1}, new byte[] {2})).isFalse();
        assertThat(Values.same(new double[] {1, 2}, new double[] {1, 2})).isTrue();
        assertThat(Values.same(new double[] {1, 2}, new double[] {2, 1})).isFalse();
        assertThat(Values.same(List.of(new byte[] {1}), List.of(new byte[] {1})))
                .isTrue();
        assertThat(Values.same(List.of("a", "b"), List.of("a"))).isFalse();
        assertThat(Values.same(Arrays.asList("a", null), Arrays.asList("a", null)))
                .isTrue();
        assertThat(Values.same("a", null)).isFalse();
        assertThat(Values.same(null, null)).isTrue();
        assertThat(Values.same(Double.NaN, Double.NaN)).isTrue();
    }

    @Test
    void tableOfManyColumns_writesEachThatChanged() throws Exception {
        RowSchema schema = schema(IntStream.range(0, 100)
                .mapToObj(i -> column("c" + i, Kind.INT32))
                .toArray(Column[]::new));
        DocumentMapper mapper = mapper(schema, null, false);
        for (int changed = 0; changed < 100; changed++) {
            @Nullable Object[] values = new @Nullable Object[101];
            Arrays.fill(values, 1);
            values[0] = "a";
            Row before = new Row(schema, values.clone());
            values[changed + 1] = null;
            Row after = new Row(schema, values);
            assertThat(mapper.changed(before, before)).isEqualTo(ChangedFields.NONE);
            assertThat(text(mapper, after, mapper.changed(before, after))).contains("\"c" + changed + "\":null");
        }
        @Nullable Object[] values = new @Nullable Object[101];
        Arrays.fill(values, 1);
        values[90] = Row.UNAVAILABLE;
        Row unsent = new Row(schema, values);
        assertThat(text(mapper, unsent, mapper.changed(null, unsent)))
                .contains("\"c88\":1", "\"c90\":1")
                .doesNotContain("\"c89\"");
    }

    @Test
    void pointOfTwoColumns_changesWithEither_andIsNullWithEither() throws Exception {
        RowSchema schema = schema(column("lat", Kind.FLOAT64), column("lon", Kind.FLOAT64), column("n", Kind.INT32));
        Config.Field point = new Config.Field(null, new Config.Point("lat", "lon"), null, null, null, null, null);
        Config.Field plain = new Config.Field(null, null, null, null, null, null, null);
        DocumentMapper mapper = mapper(schema, Map.of("place", point, "n", plain), false);
        Row before = new Row(schema, new Object[] {"a", 1.0, 2.0, 1});
        Row moved = new Row(schema, new Object[] {"a", 1.0, 3.0, 1});
        Row half = new Row(schema, new @Nullable Object[] {"a", 1.0, null, 1});
        assertThat(text(mapper, moved, mapper.changed(before, moved))).isEqualTo("{\"id\":\"a\",\"place\":[1.0,3.0]}");
        assertThat(text(mapper, half, mapper.changed(before, half))).isEqualTo("{\"id\":\"a\",\"place\":null}");
    }

    @Test
    void nestedObjects_areWrittenWithTheWholeDocument() throws Exception {
        RowSchema schema = schema(column("j", Kind.JSON), column("n", Kind.INT32));
        Row before = new Row(schema, new Object[] {"a", "{}", 1});
        Row after = new Row(schema, new Object[] {"a", "{}", 2});
        assertThat(mapper(schema, null, true).changed(before, after)).isEqualTo(ChangedFields.ALL);
        assertThat(mapper(schema, null, true).changed(before, before)).isEqualTo(ChangedFields.NONE);
        DocumentMapper flat = mapper(schema, null, false);
        assertThat(text(flat, after, flat.changed(before, after))).isEqualTo("{\"id\":\"a\",\"n\":2}");
        Config.Field text = new Config.Field(null, null, "string", null, null, null, null);
        Config.Field plain = new Config.Field(null, null, null, null, null, null, null);
        DocumentMapper asText = mapper(schema, Map.of("j", text, "n", plain), true);
        assertThat(text(asText, after, asText.changed(before, after))).isEqualTo("{\"id\":\"a\",\"n\":2}");
    }

    @Test
    void jsonNull_isAnExplicitNull() throws Exception {
        RowSchema schema = schema(column("j", Kind.JSON), column("n", Kind.INT32));
        DocumentMapper mapper = mapper(schema, null, false);
        Row before = new Row(schema, new Object[] {"a", "{}", 1});
        Row after = new Row(schema, new Object[] {"a", " null ", 1});
        assertThat(text(mapper, after, mapper.changed(before, after))).isEqualTo("{\"id\":\"a\",\"j\":null}");
    }

    private static String text(DocumentMapper mapper, Row row, long changed) throws ValueRejectedException {
        return new String(mapper.map("a", row, changed).json(), StandardCharsets.UTF_8);
    }

    private static Column column(String name, Kind kind) {
        return new Column(name, ColumnType.of(kind), true);
    }

    private static RowSchema schema(Column... columns) {
        List<Column> all = new ArrayList<>(List.of(new Column("id", ColumnType.of(Kind.TEXT), false)));
        all.addAll(List.of(columns));
        return new RowSchema(TABLE, all);
    }

    private static DocumentMapper mapper(RowSchema schema, @Nullable Map<String, Config.Field> fields, boolean nested) {
        Config.Document config = DocumentBuilder.of(TABLE, "t").fields(fields).build();
        List<SinkField> declared = new CollectionDesign(config, schema).fields();
        return new DocumentMapper(config, List.of("id"), new CollectionInfo("t", declared, nested, null, 0));
    }
}
