package dev.tidemark.document;

import static dev.tidemark.config.Cel.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.config.Cel;
import dev.tidemark.config.Config;
import dev.tidemark.config.DocumentBuilder;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.ColumnType;
import dev.tidemark.connector.data.ColumnType.Kind;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.document.value.ValueRejectedException;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.SinkField;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Fields that are computed: their types, their values in a document, and when they change. */
class ExpressionFieldsTest {

    private static final RowSchema SCHEMA = new RowSchema(
            new TableId("public", "goods"),
            List.of(
                    new Column("id", ColumnType.of(Kind.INT64), false),
                    new Column("name", ColumnType.of(Kind.TEXT), true),
                    new Column("n", ColumnType.of(Kind.INT32), true),
                    new Column("big", ColumnType.of(Kind.TEXT), true),
                    new Column("seen", ColumnType.of(Kind.TIMESTAMP), true),
                    new Column("extra", ColumnType.of(Kind.JSON), true),
                    new Column("place", ColumnType.of(Kind.POINT), true)));

    private static Config.Document document(Map<String, Config.Field> fields) {
        return DocumentBuilder.of(SCHEMA.table(), "goods").fields(fields).build();
    }

    private static DocumentMapper mapper(Map<String, Config.Field> fields, boolean nested) {
        Config.Document config = document(fields);
        List<SinkField> declared = new CollectionDesign(config, SCHEMA).fields();
        return new DocumentMapper(config, List.of("id"), new CollectionInfo("goods", declared, nested, null, 0));
    }

    private static Config.Field cel(String text) {
        return new Config.Field(null, null, null, null, null, null, null, Cel.cel(text));
    }

    private static Row row(@Nullable Object... values) {
        return new Row(SCHEMA, values);
    }

    private static String json(DocumentMapper mapper, Row row) throws ValueRejectedException {
        return new String(mapper.map("1", row).json(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            row.name                            |           | "name"
            row.n                               |           | 7
            row.n                               | int32     | 7
            row.n                               | float     | 7
            row.n * 3000000000                  | int64     | 21000000000
            double(row.n) / 2.0                 |           | 3.5
            row.n > 3                           |           | true
            row.seen                            |           | 1
            row.seen                            | int64ms   | 1500
            row.place                           |           | [48.0,2.0]
            [row.place]                         |           | [[48.0,2.0]]
            row.extra.a                         | string    | "x"
            row.extra.l                         | int32[]   | [1,2]
            [row.name, 'é']                     |           | ["name","é"]
            []                                  | string[]  | []
            {'a': [row.n, null], 'b': {'c': row.seen}, 'd': true, 'e': 0.5} | | {"a":[7,null],"b":{"c":1},"d":true,"e":0.5}
            [{'k': row.name}]                   |           | [{"k":"name"}]
            row.extra                           | object    | {"a":"x","l":[1,2]}
            row.big                             |           |
            default(row.big, 'none')            |           | "none"
            """, quoteCharacter = '\0')
    void value_isWrittenAsItsType(String text, @Nullable String type, @Nullable String expected) throws Exception {
        Config.Field field = type == null ? cel(text) : field(text, type);
        assertThat(problems(document(Map.of("x", field)))).isEmpty();
        Row row = row(1L, "name", 7, null, 1_500_000L, "{\"a\": \"x\", \"l\": [1, 2]}", new double[] {2, 48});
        assertThat(json(mapper(Map.of("x", field), true), row))
                .isEqualTo(expected == null ? "{\"id\":\"1\"}" : "{\"id\":\"1\",\"x\":" + expected + "}");
    }

    private static TableInfo table() {
        return new TableInfo(SCHEMA, List.of("id"), -1);
    }

    @Test
    void createdField_hasTheTypeOfTheExpression_andIsOptional() {
        Map<String, Config.Field> fields = new LinkedHashMap<>();
        fields.put("a", cel("row.name"));
        fields.put("b", cel("split(row.name, ' ')"));
        fields.put("c", field("row.n", "int32"));
        fields.put("d", new Config.Field(null, null, null, true, false, null, null, Cel.cel("row.n")));
        fields.put("e", field("row.seen", "int64ms"));
        assertThat(new CollectionDesign(document(fields), SCHEMA).fields())
                .containsExactly(
                        new SinkField("a", "string", false, true, true, null),
                        new SinkField("b", "string[]", false, true, true, null),
                        new SinkField("c", "int32", false, true, true, null),
                        new SinkField("d", "int64", true, false, true, null),
                        new SinkField("e", "int64", false, true, true, null));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            row.nmae               |        | test.yml:1:1: cel: public.goods has no column 'nmae'; did you mean 'name'?
            'a' + row.nmae         |        | test.yml:1:7: cel: public.goods has no column 'nmae'; did you mean 'name'?
            row.extra.a            |        | test.yml:1:1: cel: what it yields is known only from the row; give the field a 'type'
            row.seen - row.seen    |        | test.yml:1:1: cel: it yields a value that no field can hold
            row.name               | int32  | test.yml:1:1: cel: it yields string, which a field of type int32 cannot hold; convert it, such as with string(x) or int(x)
            row.n                  | string | test.yml:1:1: cel: it yields int, which a field of type string cannot hold; convert it, such as with string(x) or int(x)
            [row.n]                | int32  | test.yml:1:1: cel: it yields list(int), which a field of type int32 cannot hold; convert it, such as with string(x) or int(x)
            row.n                  | int32[] | test.yml:1:1: cel: it yields int, which a field of type int32[] cannot hold; convert it, such as with string(x) or int(x)
            row.n == 1.5           |        | test.yml:1:7: cel: there is no '==' applied to '(int, double)'; integers and other numbers do not mix: write 2.0, or double(x) or int(x)
            """, quoteCharacter = '\0')
    void problem_isToldWithItsPlace(String text, @Nullable String type, String problem) {
        Config.Field field = type == null ? cel(text) : field(text, type);
        assertThat(problems(document(Map.of("x", field)))).containsExactly(problem);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            row.n / (row.n - 7)    | int64    | field 'x': `row.n / (row.n - 7)`:
            row.n * 1000000000     | int32    | field 'x': 7000000000 does not fit int32
            row.extra.a            | int32    | field 'x': it yields the text 'x', and the field is int32
            row.extra.l            | string   | field 'x': it yields [1, 2], and the field is string
            row.extra.a            | string[] | field 'x': the text 'x' is not a list, and the field is string[]
            [row.name, row.big]    | string[] | field 'x': element 2 is null, which no array field can hold
            geopoint(91, 0)        | geopoint | field 'x': (91.0, 0.0) is not a point on earth (lat, lon)
            1.0 / 0.0              | float    | field 'x': Infinity is not a number that JSON can hold
            """, quoteCharacter = '\0')
    void valueThatDoesNotFit_isRejectedWithFieldAndReason(String text, String type, String reason) {
        DocumentMapper mapper = mapper(Map.of("x", field(text, type)), false);
        Row row = row(1L, "name", 7, null, null, "{\"a\": \"x\", \"l\": [1, 2]}", null);
        assertThatThrownBy(() -> mapper.map("1", row))
                .isInstanceOf(ValueRejectedException.class)
                .hasMessageStartingWith(reason.stripTrailing());
    }

    @Test
    void field_changesWithAnyColumnItReads() throws Exception {
        Map<String, Config.Field> fields = new LinkedHashMap<>();
        fields.put("a", cel("default(row.name, '') + string(row.n)"));
        fields.put("b", cel("row.n"));
        fields.put("c", cel("row.big"));
        DocumentMapper mapper = mapper(fields, false);
        Row before = row(1L, "x", 1, "large", null, null, null);
        Row renamed = row(1L, "y", 1, "large", 5L, null, null);
        assertThat(mapper.changed(before, before)).isEqualTo(ChangedFields.NONE);
        long changed = mapper.changed(before, renamed);
        assertThat(new String(mapper.map("1", renamed, changed).json(), StandardCharsets.UTF_8))
                .isEqualTo("{\"id\":\"1\",\"a\":\"y1\"}");
        Row emptied = row(1L, "x", 1, null, null, null, null);
        assertThat(new String(
                        mapper.map("1", emptied, mapper.changed(before, emptied))
                                .json(),
                        StandardCharsets.UTF_8))
                .isEqualTo("{\"id\":\"1\",\"c\":null}");
    }

    @Test
    void fieldOfAColumnThatWasNotSent_needsTheWholeRow() throws Exception {
        DocumentMapper mapper = mapper(Map.of("a", cel("default(row.name, '') + row.big"), "n", cel("row.n")), false);
        Row unsent = row(1L, "x", 1, Row.UNAVAILABLE, null, null, null);
        assertThat(mapper.isEnough(unsent)).isFalse();
        assertThat(mapper.changed(null, unsent)).isEqualTo(ChangedFields.ALL);
        Row before = row(1L, "x", 2, "large", null, null, null);
        Row sent = unsent.filledFrom(before);
        assertThat(mapper.isEnough(sent)).isTrue();
        assertThat(new String(
                        mapper.map("1", sent, mapper.changed(before, sent)).json(), StandardCharsets.UTF_8))
                .isEqualTo("{\"id\":\"1\",\"n\":1}");
        assertThat(mapper(Map.of("n", cel("row.n")), false).isEnough(unsent)).isTrue();
    }

    @Test
    void tableThatNoLongerFits_isRejectedRowByRow() {
        DocumentMapper mapper = mapper(Map.of("a", cel("row.name")), false);
        RowSchema altered = new RowSchema(
                SCHEMA.table(),
                List.of(SCHEMA.columns().get(0), SCHEMA.columns().get(2)));
        assertThatThrownBy(() -> mapper.map("1", new Row(altered, new Object[] {1L, 2})))
                .isInstanceOf(ValueRejectedException.class)
                .hasMessage("field 'a': `row.name`: public.goods has no column 'name'; known here: id, n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            row.nmae == 'a' |      | test.yml:1:1: cel: public.goods has no column 'nmae'; did you mean 'name'?
            row.name        |      | test.yml:1:1: cel: it yields string; it must be a condition, true or false
            row.n == 1      | nmae | test.yml:1:1: softDelete: public.goods has no column 'nmae'; did you mean 'name'?
            """, quoteCharacter = '\0')
    void selectionThatDoesNotFit_isAProblem(String where, @Nullable String softDelete, String problem) {
        assertThat(problems(selecting(new Config.Selection(Cel.cel(where), Cel.located(softDelete)))))
                .containsExactly(problem);
    }

    private static List<String> problems(Config.Document document) {
        return new CollectionDesign(document, SCHEMA).problems(List.of("id"));
    }

    private static Config.Document selecting(Config.Selection selection) {
        return DocumentBuilder.of(SCHEMA.table(), "goods")
                .fields(Map.of("n", cel("row.n")))
                .selection(selection)
                .build();
    }

    @Test
    void fingerprint_changesWithTheSelection() {
        CollectionInfo collection = new CollectionInfo("goods", List.of(), false, null, 0);
        assertThat(List.of(
                        Config.Selection.ALL,
                        new Config.Selection(Cel.cel("row.n > 1"), null),
                        new Config.Selection(Cel.cel("row.n > 2"), null),
                        new Config.Selection(null, Cel.located("seen")),
                        new Config.Selection(Cel.cel("row.n > 2"), Cel.located("seen"))))
                .extracting(selection -> MappingFingerprint.of(selecting(selection), table(), collection)
                        .text())
                .doesNotHaveDuplicates();
    }

    @Test
    void fingerprint_changesWithTheExpression() {
        CollectionInfo collection = new CollectionInfo("goods", List.of(), false, null, 0);
        assertThat(MappingFingerprint.of(document(Map.of("x", cel("row.n"))), table(), collection)
                        .text())
                .isNotEqualTo(MappingFingerprint.of(document(Map.of("x", cel("row.n + 1"))), table(), collection)
                        .text());
    }
}
