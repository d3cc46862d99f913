package dev.tidemark.document.value;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonBufferTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static String text(JsonBuffer buffer) {
        return new String(buffer.toBytes(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain",
                "\"\\/",
                "\n\r\t\b\f\u0000\u001f\u007f",
                "é ü ß",
                "漢字",
                "🎉 and 😀",
                "\u2028\u2029\uFEFF"
            })
    void string_isReadBackAsItWas(String text) throws Exception {
        JsonBuffer buffer = new JsonBuffer();
        buffer.string(text);
        assertThat(JSON.readTree(buffer.toBytes()).asText()).isEqualTo(text);
        assertThat(text(buffer)).doesNotContain("\n", "\r");
    }

    @Test
    void string_ofAnyCharacters_isReadBackAsItWas() throws Exception {
        Random random = new Random(1);
        for (int round = 0; round < 500; round++) {
            StringBuilder text = new StringBuilder();
            while (text.length() < random.nextInt(3000)) {
                int point = random.nextInt(random.nextBoolean() ? 0x300 : Character.MAX_CODE_POINT + 1);
                if (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE) {
                    text.appendCodePoint(point);
                }
            }
            JsonBuffer buffer = new JsonBuffer();
            buffer.string(text.toString());
            assertThat(JSON.readTree(buffer.toBytes()).asText()).isEqualTo(text.toString());
        }
    }

    @Test
    void string_replacesHalfAPair() {
        JsonBuffer buffer = new JsonBuffer();
        buffer.string("a\uD83Cb\uDF89");
        assertThat(text(buffer)).isEqualTo("\"a\uFFFDb\uFFFD\"");
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                0,
                1,
                -1,
                9,
                10,
                -10,
                99,
                100,
                12345678901L,
                999999999999999999L,
                1000000000000000000L,
                Long.MAX_VALUE,
                Long.MIN_VALUE
            })
    void number_isItsDigits(long number) {
        JsonBuffer buffer = new JsonBuffer();
        buffer.number(number);
        assertThat(text(buffer)).isEqualTo(Long.toString(number));
    }

    @Test
    void json_staysOnOneLine() {
        JsonBuffer buffer = new JsonBuffer();
        buffer.json("{\"a\":\r\n[1,\n\"ü\"]}");
        assertThat(text(buffer)).isEqualTo("{\"a\":  [1, \"ü\"]}");
    }

    @Test
    void truncateAndReset_cutBack() {
        JsonBuffer buffer = new JsonBuffer();
        buffer.ascii("abc");
        buffer.truncate(1);
        buffer.ascii("d");
        assertThat(text(buffer)).isEqualTo("ad");
        buffer.reset();
        assertThat(buffer.length()).isZero();
    }
}
