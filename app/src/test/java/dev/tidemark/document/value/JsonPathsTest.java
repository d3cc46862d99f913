package dev.tidemark.document.value;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.Document;
import dev.tidemark.sink.SinkField;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonPathsTest {

    private static final CollectionInfo COLLECTION =
            new CollectionInfo("c", List.of(new SinkField("m", "object", false, true, true, null)), true, null, 0);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            quoteCharacter = '~',
            value = {
                "1         | 2.5        | 3         | float",
                "2.5       | 1          | 3         | float",
                "1         | 2          | 3         | -",
                "1.5       | 2.5        | 3.5       | -",
                "1         | \"x\"      | \"y\"     | string",
                "\"x\"     | 1          | 2         | int64",
                "\"x\"     | 1          | 2.5       | float",
                "true      | \"x\"      | true      | bool",
                "[1]       | [2.5]      | []        | float[]",
                "[2.5, 1]  | null       | {\"a\":1} | float[]",
                "1         | [2.5]      | 3         | -",
            })
    void mostValuesDecide(String first, String second, String third, @Nullable String type) {
        JsonPaths paths = new JsonPaths(COLLECTION);
        List.of(first, second, third).forEach(value -> paths.add(document("{\"m\":{\"p\":" + value + "}}")));
        assertThat(type(paths, "m.p")).isEqualTo(type);
    }

    @Test
    void objectsInArrays_haveLists() {
        JsonPaths paths = new JsonPaths(COLLECTION);
        paths.add(document("{\"m\":{\"lines\":[{\"p\":1},{\"p\":2.5}]},\"other\":{\"x\":1}}"));
        assertThat(paths.paths()).containsOnlyKeys("m.lines.p");
        assertThat(type(paths, "m.lines.p")).isEqualTo("float[]");
    }

    /** Whatever a row holds, it must not end the run: more than Jackson takes by default. */
    @Test
    void oddRows_areCounted() {
        JsonPaths paths = new JsonPaths(COLLECTION);
        paths.add(document("{\"m\":{\"deep\":" + "[".repeat(20_000) + "1" + "]".repeat(20_000) + ",\"after\":1}}"));
        paths.add(document("{\"m\":" + "{\"a\":".repeat(20_000) + "1" + "}".repeat(20_000) + "}"));
        paths.add(document("{\"m\":{\"digits\":" + "7".repeat(2_000) + ",\"after\":2.5}}"));
        paths.add(document("{\"m\":{\"text\":\"" + "x".repeat(21_000_000) + "\",\"after\":3}}"));
        paths.add(document("{\"m\":{\"" + "k".repeat(60_000) + "\":1,\"after\":4}}"));
        paths.add(document(
                "{\"other\":" + "{\"a\":".repeat(20_000) + "1" + "}".repeat(20_000) + ",\"m\":{\"after\":5}}"));
        paths.add(document("{\"m\":{\"after\":6, damaged"));
        assertThat(paths.paths()).containsOnlyKeys("m.digits", "m.text", "m.after");
        assertThat(type(paths, "m.after")).isEqualTo("float");
    }

    @Test
    void namesThatTypesenseTakesForPatterns_haveNoType() {
        JsonPaths paths = new JsonPaths(COLLECTION);
        paths.add(document("{\"m\":{\"*\":1,\"a.*\":1,\"*b\":{\"c\":1}}}"));
        paths.add(document("{\"m\":{\"*\":2.5,\"a.*\":\"x\",\"*b\":{\"c\":2.5}}}"));
        assertThat(paths.paths()).isEmpty();
    }

    private static @Nullable String type(JsonPaths paths, String path) {
        return Objects.requireNonNull(paths.paths().get(path)).type();
    }

    private static Document document(String json) {
        return new Document("1", json.getBytes(StandardCharsets.UTF_8));
    }
}
