package dev.tidemark.verify.hash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContentTest {

    private static final Fields FIELDS = new Fields(List.of("a", "b"));

    private static Content of(String json) {
        return Content.of(json.getBytes(StandardCharsets.UTF_8), FIELDS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"a\":2}|{\"a\":2.0}",
                "{\"a\":0}|{\"a\":-0.0}",
                "{\"a\":1e3}|{\"a\":1000}",
                "{\"a\":0.1}|{\"a\":1.0E-1}",
                "{\"a\":1,\"b\":null}|{\"a\":1}",
                "{\"b\":2,\"a\":1}|{\"a\":1,\"b\":2}",
                "{\"a\":1,\"c\":3}|{\"a\":1}",
                "{\"a\":{\"x\":1,\"y\":{\"p\":1,\"q\":2}}}|{\"a\":{\"y\":{\"q\":2,\"p\":1},\"x\":1}}",
                "{\"a\":\"\\u00e9\"}|{\"a\":\"é\"}",
                "{\"a\":{\"x\":null}}|{\"a\":{}}",
                "{\"a\":123456789012345678901234567890}|{\"a\":1.2345678901234568e29}",
            })
    void sameContent_hasOneHash(String one, String other) {
        assertThat(of(one).hash()).isEqualTo(of(other).hash());
        assertThat(FIELDS.differing(of(one), of(other))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"a\":9007199254740993}|{\"a\":9007199254740992}",
                "{\"a\":9223372036854775807}|{\"a\":9223372036854775806}",
                "{\"a\":1}|{\"a\":\"1\"}",
                "{\"a\":true}|{\"a\":1}",
                "{\"a\":[1,2]}|{\"a\":[2,1]}",
                "{\"a\":[1]}|{\"a\":1}",
                "{\"a\":[]}|{}",
                "{\"a\":{}}|{}",
                "{\"a\":\"\"}|{}",
                "{\"a\":[[1],2]}|{\"a\":[[1,2]]}",
                "{\"a\":{\"x\":1}}|{\"a\":{\"y\":1}}",
                "{\"a\":0.1}|{\"a\":0.10000000149011612}",
                "{\"a\":\"x\"}|{\"a\":\"X\"}",
            })
    void otherContent_hasAnotherHash_andNamesItsField(String one, String other) {
        assertThat(of(one).hash()).isNotEqualTo(of(other).hash());
        assertThat(FIELDS.differing(of(one), of(other))).containsExactly("a");
    }

    @Test
    void valuesThatSwapFields_areAnotherContent() {
        assertThat(of("{\"a\":1,\"b\":2}").hash())
                .isNotEqualTo(of("{\"a\":2,\"b\":1}").hash());
    }

    @Test
    void noContent_isTheHashOfNone() {
        assertThat(of("{}").hash()).isNotEqualTo(Content.NONE);
    }
}
