package dev.tidemark.document.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ObjectJsonTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"a\": null}                               | {\"a\": null}",
                "[{\"a\": null}]                             | [{}]",
                "[{\"a\": null, \"b\": 1}, {\"b\": null}]    | [{\"b\":1},{}]",
                "{\"a\": [{\"b\": {\"c\": null, \"d\": 1.50}}], \"e\": null} | {\"a\":[{\"b\":{\"d\":1.50}}],\"e\":null}",
                "[1, null, {\"null\": \"null\"}]             | [1,null,{\"null\":\"null\"}]",
                "[{\"a\\\"\": null, \"b\\\\\": null , \"c\" : [ null ]}] | [{\"c\":[null]}]",
                "[{\"a\": \"x, null]\", \"b\": null}]        | [{\"a\":\"x, null]\"}]",
                "[{\"a\": 12345678901234567890.10}, null]    | [{\"a\":12345678901234567890.10},null]",
            })
    void nullKeys_ofObjectsInArrays_areLeftOut(String json, String expected) throws Exception {
        assertThat(ObjectJson.withoutNulls(json, false)).isEqualTo(expected);
    }

    @Test
    void elementOfAnArray_isInsideOfOne() throws Exception {
        assertThat(ObjectJson.withoutNulls("{\"a\": null, \"b\": 1}", true)).isEqualTo("{\"b\":1}");
    }

    @Test
    void numbersAndBooleans_atKeysThatArePatterns_areRefused() throws Exception {
        for (String wrong : List.of(
                "{\"*\": 1}",
                "{\"*x\": true}",
                "{\"b.*c\": {\"d\": [\"x\", 2.5]}}",
                "{\"a\": [{\"*\": {\"q\": \"t\", \"r\": 1}}]}",
                "{\"\\u002a\": 1}",
                "{\"a\\u002E*\": 1}",
                "{\"*\": \"x\", \"*2\": false}")) {
            assertThatThrownBy(() -> ObjectJson.withoutNulls(wrong, false))
                    .as(wrong)
                    .isInstanceOf(ValueRejectedException.class)
                    .hasMessageContaining("pattern of names");
            assertThatThrownBy(() -> ObjectJson.arrayOfObjects("[" + wrong + "]"))
                    .as(wrong)
                    .isInstanceOf(ValueRejectedException.class);
        }
        for (String right : List.of(
                "{\"*\": \"x\", \"n\": 1}",
                "{\"*\": {\"q\": [\"t\"]}, \"n\": {\"m\": true}}",
                "{\"a\":{\"*\":null},\"b\":[1]}",
                "{\"x*\": 1, \"y\": \"2 * 3\"}",
                "{\"a\": [{\"*\": \"x\"}, 1]}")) {
            assertThat(ObjectJson.withoutNulls(right, false)).isEqualTo(right);
        }
    }

    @Test
    void arrayOfObjects_takesNothingElse() throws Exception {
        assertThat(ObjectJson.arrayOfObjects("[{\"a\": [1, [2], \"x\"]}, {}]")).isEqualTo("[{\"a\":[1,[2],\"x\"]},{}]");
        assertThat(ObjectJson.arrayOfObjects("[]")).isEqualTo("[]");
        for (String wrong : List.of("[null]", "[{}, 1]", "[[{}]]", "[\"x\"]")) {
            assertThatThrownBy(() -> ObjectJson.arrayOfObjects(wrong))
                    .as(wrong)
                    .isInstanceOf(ValueRejectedException.class)
                    .hasMessageContaining("an element of the JSON array");
        }
    }

    @Test
    void randomJson_equalsWhatATreeYields() throws Exception {
        Random random = new Random(7);
        for (int i = 0; i < 3_000; i++) {
            JsonNode tree = random(random, 0);
            String text = random.nextBoolean() ? tree.toString() : tree.toPrettyString();
            JsonNode copied = JSON.readTree(ObjectJson.withoutNulls(text, false));
            prune(tree, false);
            assertThat(copied).as(text).isEqualTo(tree);
        }
    }

    private static JsonNode random(Random random, int depth) {
        int kind = random.nextInt(depth > 4 ? 4 : 7);
        switch (kind) {
            case 0 -> {
                return JSON.nullNode();
            }
            case 1 -> {
                return JSON.getNodeFactory().numberNode(random.nextInt());
            }
            case 2 -> {
                return JSON.getNodeFactory().textNode(random.nextBoolean() ? "null" : "a\"[{\\ :,\n");
            }
            case 3 -> {
                return JSON.getNodeFactory().booleanNode(random.nextBoolean());
            }
            case 4 -> {
                ArrayNode array = JSON.createArrayNode();
                for (int i = random.nextInt(4); i > 0; i--) {
                    array.add(random(random, depth + 1));
                }
                return array;
            }
            default -> {
                ObjectNode object = JSON.createObjectNode();
                for (int i = random.nextInt(4); i > 0; i--) {
                    object.set("k\"" + i, random(random, depth + 1));
                }
                return object;
            }
        }
    }

    private static void prune(JsonNode node, boolean inArray) {
        if (node instanceof ObjectNode object) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            for (String name : names) {
                if (inArray && object.get(name).isNull()) {
                    object.remove(name);
                } else {
                    prune(object.get(name), inArray);
                }
            }
        } else if (node.isArray()) {
            node.forEach(element -> prune(element, true));
        }
    }
}
