package dev.tidemark.document.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.config.Cel;
import dev.tidemark.config.Config;
import dev.tidemark.config.Config.Bounds;
import dev.tidemark.config.Config.OnInvalid;
import dev.tidemark.config.Config.Rule;
import dev.tidemark.config.Config.Validation;
import dev.tidemark.config.DocumentBuilder;
import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.ColumnType;
import dev.tidemark.connector.data.ColumnType.Kind;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.document.CollectionDesign;
import dev.tidemark.document.DocumentMapper;
import dev.tidemark.expression.Regex;
import dev.tidemark.sink.CollectionInfo;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a field must be. */
class FieldRulesTest {

    private static final Rule REQUIRED = new Rule(true, null, null, null, false);
    private static final Rule RANGE = new Rule(false, bounds(0, 10), null, null, false);
    private static final Rule LENGTH = new Rule(false, null, bounds(2, 3), null, false);
    private static final Rule REGEX = new Rule(false, null, null, Regex.of("^[A-Z]+$"), false);
    private static final Rule EMAIL = new Rule(false, null, null, null, true);

    private static Bounds bounds(long min, long max) {
        return new Bounds(BigDecimal.valueOf(min), BigDecimal.valueOf(max));
    }

    private static FieldRules rules(Rule rule) {
        return Objects.requireNonNull(FieldRules.of(new Validation(Map.of("f", rule), OnInvalid.DEAD_LETTER), "f"));
    }

    private static void assertBroken(Rule rule, @Nullable Object value, String reason) {
        assertThatThrownBy(() -> rules(rule).check(value))
                .isInstanceOf(InvalidRowException.class)
                .hasMessage("field 'f' breaks its rule: " + reason);
    }

    private static void assertFits(Rule rule, @Nullable Object... values) {
        for (Object value : values) {
            assertThatCode(() -> rules(rule).check(value)).as("%s", value).doesNotThrowAnyException();
        }
    }

    @Test
    void required_wantsAValue() {
        assertFits(REQUIRED, "", 0, false);
        assertBroken(REQUIRED, null, "it has no value, and is required");
    }

    @Test
    void range_boundsNumbersOfEveryForm() {
        assertFits(RANGE, null, 0, 10L, 0.5, "9.999", 10.0f);
        assertBroken(RANGE, -1, "-1 is below 0");
        assertBroken(RANGE, "10.01", "'10.01' is above 10");
        assertBroken(RANGE, Double.NaN, "NaN is not a number within a range");
        assertFits(new Rule(false, new Bounds(null, BigDecimal.ONE), null, null, false), Long.MIN_VALUE);
    }

    @Test
    void length_countsCharactersOrElements() {
        assertFits(LENGTH, null, "ab", "\ud83c\udf89\ud83c\udf89\ud83c\udf89", List.of(1, 2));
        assertBroken(LENGTH, "a", "its length of 1 is below 2");
        assertBroken(LENGTH, List.of(1, 2, 3, 4), "its length of 4 is above 3");
        assertBroken(LENGTH, 5L, "5 has no length");
    }

    @Test
    void regex_isFound() {
        assertFits(REGEX, null, "ABC");
        assertBroken(REGEX, "ABc", "'ABc' does not match ^[A-Z]+$");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a@b.c", "first.last+tag@mail.example.com", "\u00e4@\u00f6.de"})
    void email_takes(String text) {
        assertFits(EMAIL, text, null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a@b", "a@b.", "@b.c", "a b@c.d", "a@b@c.d", "a@.c"})
    void email_refuses(String text) {
        assertBroken(EMAIL, text, "'" + text + "' is not an e-mail address");
    }

    private static final RowSchema SCHEMA = new RowSchema(
            new TableId("public", "t"),
            List.of(
                    new Column("id", ColumnType.of(Kind.INT64), false),
                    new Column("name", ColumnType.of(Kind.TEXT), true),
                    new Column("n", ColumnType.of(Kind.INT32), true),
                    new Column("j", ColumnType.of(Kind.JSON), true)));

    private static Config.Document document(Map<String, Rule> rules) {
        Map<String, Config.Field> fields = new LinkedHashMap<>();
        fields.put("name", new Config.Field(null, null, null, null, null, null, null));
        fields.put("n", new Config.Field(null, null, null, null, null, null, null));
        fields.put("j", new Config.Field(null, null, null, null, null, null, null));
        fields.put("twice", Cel.field("row.n * 2", "int32"));
        return DocumentBuilder.of(SCHEMA.table(), "t")
                .fields(fields)
                .validation(new Validation(rules, OnInvalid.DEAD_LETTER))
                .build();
    }

    @Test
    void rulesThatCannotBeAsked_areProblems() {
        Map<String, Rule> rules = new LinkedHashMap<>();
        rules.put("name", RANGE);
        rules.put("n", new Rule(true, null, bounds(1, 2), Regex.of("a"), true));
        rules.put("twice", LENGTH);
        rules.put("other", REQUIRED);
        assertThat(new CollectionDesign(document(rules), SCHEMA).problems(List.of("id")))
                .containsExactly(
                        "require.name.range: the field is not a number; it is formed from column 'name' (TEXT)",
                        "require.n.length: the field is neither a text nor a list; it is formed from column 'n' (INT32)",
                        "require.n.regex: the field is not text; it is formed from column 'n' (INT32)",
                        "require.n.email: the field is not text; it is formed from column 'n' (INT32)",
                        "require.twice.length: the field is neither a text nor a list; it is formed from an expression that"
                                + " yields int",
                        "require.other: there is no such field");
    }

    @Test
    void document_isCheckedField_byField_alsoWhatIsComputed_andOnlyWhatIsWritten() throws Exception {
        Config.Document config = document(Map.of("name", REQUIRED, "twice", RANGE, "j", REQUIRED));
        DocumentMapper mapper =
                new DocumentMapper(config, List.of("id"), new CollectionInfo("t", List.of(), false, null, 0));
        Row good = new Row(SCHEMA, new Object[] {1L, "a", 5, "{}"});
        assertThat(new String(mapper.map("1", good).json(), StandardCharsets.UTF_8))
                .isEqualTo("{\"id\":\"1\",\"name\":\"a\",\"n\":5,\"j\":{},\"twice\":10}");
        Row large = new Row(SCHEMA, new Object[] {1L, "a", 6, "{}"});
        assertThatThrownBy(() -> mapper.map("1", large)).hasMessage("field 'twice' breaks its rule: 12 is above 10");
        Row nameless = new Row(SCHEMA, new @Nullable Object[] {1L, null, 5, "{}"});
        assertThatThrownBy(() -> mapper.map("1", nameless)).hasMessageContaining("field 'name'", "required");
        assertThatThrownBy(() -> mapper.map("1", nameless, mapper.changed(good, nameless)))
                .isInstanceOf(InvalidRowException.class);
        Row noJson = new Row(SCHEMA, new Object[] {1L, "a", 5, " null"});
        assertThatThrownBy(() -> mapper.map("1", noJson)).hasMessageContaining("field 'j'");
    }
}
