package dev.tidemark.document.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.connector.data.ColumnType;
import dev.tidemark.connector.data.ColumnType.Kind;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ValueWritersTest {

    private static final ColumnType TEXTS = ColumnType.arrayOf(ColumnType.of(Kind.TEXT));

    private static String write(ColumnType column, String field, Object value) throws ValueRejectedException {
        JsonBuffer out = new JsonBuffer();
        boolean written = Objects.requireNonNull(ValueWriters.of(column, field)).write(out, value);
        return written ? new String(out.toBytes(), StandardCharsets.UTF_8) : "nothing";
    }

    static Stream<Arguments> fitting() {
        return Stream.of(
                Arguments.of(Kind.INT64, "int32", 2147483647L, "2147483647"),
                Arguments.of(Kind.INT64, "int32", -2147483648L, "-2147483648"),
                Arguments.of(Kind.INT64, "int64", Long.MIN_VALUE, "-9223372036854775808"),
                Arguments.of(Kind.INT64, "int64", BigInteger.valueOf(7), "7"),
                Arguments.of(Kind.INT32, "string", 7, "\"7\""),
                Arguments.of(Kind.INT32, "float", 7, "7"),
                Arguments.of(Kind.DECIMAL, "float", "12.50", "12.50"),
                Arguments.of(Kind.DECIMAL, "string", "12.50", "\"12.50\""),
                Arguments.of(Kind.DECIMAL, "string", "NaN", "\"NaN\""),
                Arguments.of(Kind.DECIMAL, "int64", "12.00", "12"),
                Arguments.of(Kind.FLOAT64, "float", 1e300, "1.0E300"),
                Arguments.of(Kind.FLOAT32, "float", 0.1f, "0.1"),
                Arguments.of(Kind.BOOL, "bool", true, "true"),
                Arguments.of(Kind.BOOL, "int32", true, "1"),
                Arguments.of(Kind.BOOL, "int32", -7, "-7"),
                Arguments.of(Kind.BOOL, "string", 2, "\"2\""),
                Arguments.of(Kind.BYTES, "string", new byte[] {0, -1}, "\"AP8=\""),
                Arguments.of(Kind.DATE, "int64", -1, "-86400"),
                Arguments.of(Kind.DATE, "int64ms", 1, "86400000"),
                Arguments.of(Kind.DATE, "string", 0, "\"1970-01-01\""),
                Arguments.of(Kind.TIMESTAMP, "int64", -1L, "-1"),
                Arguments.of(Kind.TIMESTAMP, "int64", 1_999_999L, "1"),
                Arguments.of(Kind.TIMESTAMP, "int64ms", 1_999_999L, "1999"),
                Arguments.of(Kind.JSON, "object", "{\"a\":1}", "{\"a\":1}"),
                Arguments.of(Kind.JSON, "object", " null ", "nothing"),
                Arguments.of(Kind.JSON, "string", "null", "\"null\""),
                Arguments.of(Kind.POINT, "geopoint", new double[] {2.5, 48}, "[48.0,2.5]"));
    }

    @ParameterizedTest
    @MethodSource("fitting")
    void valueThatFits_isWritten(Kind kind, String field, Object value, String json) throws Exception {
        assertThat(write(ColumnType.of(kind), field, value)).isEqualTo(json);
    }

    static Stream<Arguments> unfit() {
        return Stream.of(
                Arguments.of(Kind.INT64, "int32", 2147483648L, "2147483648"),
                Arguments.of(Kind.INT64, "int32", -2147483649L, "-2147483649"),
                Arguments.of(Kind.INT64, "int64", BigInteger.TWO.pow(63), "9223372036854775808"),
                Arguments.of(Kind.BOOL, "bool", 2, "2 is neither 0 nor 1"),
                Arguments.of(Kind.DECIMAL, "float", "NaN", "NaN"),
                Arguments.of(Kind.DECIMAL, "float", "-Infinity", "-Infinity"),
                Arguments.of(Kind.DECIMAL, "int64", "1.5", "1.5"),
                Arguments.of(Kind.DECIMAL, "int64", "9223372036854775808", "9223372036854775808"),
                Arguments.of(Kind.FLOAT64, "float", Double.NaN, "NaN"),
                Arguments.of(Kind.FLOAT32, "float", Float.NEGATIVE_INFINITY, "-Infinity"),
                Arguments.of(Kind.DATE, "int64", Integer.MAX_VALUE, "infinity"),
                Arguments.of(Kind.DATE, "int32", 30_000, "int32"),
                Arguments.of(Kind.TIMESTAMP, "int64ms", Long.MIN_VALUE, "infinity"),
                Arguments.of(Kind.TIMESTAMP, "int64", Long.MIN_VALUE, "-infinity"),
                Arguments.of(Kind.POINT, "geopoint", new double[] {0, 91}, "91"),
                Arguments.of(Kind.POINT, "geopoint", new double[] {Double.NaN, 0}, "NaN"));
    }

    @ParameterizedTest
    @MethodSource("unfit")
    void valueThatDoesNotFit_isRejectedByName(Kind kind, String field, Object value, String named) {
        assertThatThrownBy(() -> write(ColumnType.of(kind), field, value))
                .isInstanceOf(ValueRejectedException.class)
                .hasMessageContaining(named);
    }

    @Test
    void arrays_holdTheirElements_butNoNulls() throws Exception {
        assertThat(write(TEXTS, "string[]", List.of("a", "b\""))).isEqualTo("[\"a\",\"b\\\"\"]");
        assertThat(write(TEXTS, "string[]", List.of())).isEqualTo("[]");
        assertThatThrownBy(() -> write(TEXTS, "string[]", Arrays.asList("a", null)))
                .hasMessageContaining("element 2");
        assertThatThrownBy(() -> write(TEXTS, "string[]", List.of(List.of("a"))))
                .hasMessageContaining("dimension");
    }

    @Test
    void of_isNull_whereTheTypesDoNotGoTogether() {
        assertThat(ValueWriters.of(ColumnType.of(Kind.TEXT), "int32")).isNull();
        assertThat(ValueWriters.of(ColumnType.of(Kind.INT32), "int64ms")).isNull();
        assertThat(ValueWriters.of(ColumnType.of(Kind.INT32), "string[]")).isNull();
        assertThat(ValueWriters.of(TEXTS, "string")).isNull();
        assertThat(ValueWriters.of(ColumnType.of(Kind.BOOL), "object")).isNull();
    }
}
