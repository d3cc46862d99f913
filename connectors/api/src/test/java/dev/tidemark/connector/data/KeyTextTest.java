package dev.tidemark.connector.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.connector.data.ColumnType.Kind;
import java.math.BigInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class KeyTextTest {

    static Arguments[] spelled() {
        return new Arguments[] {
            Arguments.of(Kind.BOOL, true, "true"),
            Arguments.of(Kind.BOOL, 2, "2"),
            Arguments.of(Kind.INT32, -7, "-7"),
            Arguments.of(Kind.INT64, Long.MIN_VALUE, "-9223372036854775808"),
            Arguments.of(Kind.INT64, BigInteger.TWO.pow(63), "9223372036854775808"),
            Arguments.of(Kind.DECIMAL, "1.50", "1.50"),
            Arguments.of(Kind.DECIMAL, "NaN", "NaN"),
            Arguments.of(Kind.FLOAT64, 0.1, "0.1"),
            Arguments.of(Kind.FLOAT64, -1e300, "-1.0E300"),
            Arguments.of(Kind.TEXT, "a:b ", "a:b "),
            Arguments.of(Kind.BYTES, new byte[] {0, -1}, "\\x00ff"),
            Arguments.of(Kind.DATE, 19_782, "2024-02-29"),
            Arguments.of(Kind.DATE, Integer.MIN_VALUE, "-infinity"),
            Arguments.of(Kind.TIMESTAMP, -1L, "1969-12-31T23:59:59.999999Z"),
            Arguments.of(Kind.TIMESTAMP, 1_000_000L, "1970-01-01T00:00:01Z"),
            Arguments.of(Kind.TIMESTAMP, 1_500_000L, "1970-01-01T00:00:01.500000Z"),
            Arguments.of(Kind.TIMESTAMP, Long.MAX_VALUE, "infinity"),
        };
    }

    @ParameterizedTest
    @MethodSource("spelled")
    void parse_isTheWayBack(Kind kind, Object value, String text) {
        assertThat(KeyText.of(kind, value)).isEqualTo(text);
        assertThat(KeyText.parse(kind, text)).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({
        "BOOL, yes",
        "BOOL, TRUE",
        "INT32, ' 1'",
        "INT32, 1x",
        "INT32, ''",
        "INT32, +1",
        "INT32, 01",
        "INT64, 1e3",
        "DECIMAL, abc",
        "DECIMAL, 1.",
        "FLOAT64, 1",
        "FLOAT64, 1.0f",
        "BYTES, 00",
        "BYTES, \\x0",
        "BYTES, \\xFF",
        "DATE, 2024-02-30",
        "DATE, 20240229",
        "DATE, myinfinity",
        "TIMESTAMP, 2024-02-29",
        "TIMESTAMP, 2024-02-29T10:20:30+02:00",
        "TIMESTAMP, 2024-02-29T10:20:30.5Z",
        "JSON, 1"
    })
    void parse_isNull_whereTheTextIsNoneOfThoseThatValuesHave(Kind kind, String text) {
        assertThat(KeyText.parse(kind, text)).isNull();
    }
}
