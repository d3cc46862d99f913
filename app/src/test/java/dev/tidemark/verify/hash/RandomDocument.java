package dev.tidemark.verify.hash;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidemark.sink.Document;
import dev.tidemark.sink.SinkField;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** Random documents with values of all types that Typesense has, at the edges of what they can be. */
final class RandomDocument {

    static final List<String> TYPES = List.of(
            "int32",
            "int64",
            "float",
            "bool",
            "string",
            "geopoint",
            "int32[]",
            "int64[]",
            "float[]",
            "bool[]",
            "string[]",
            "geopoint[]",
            "object",
            "object[]");

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String[] ALPHABET = {
        "a",
        "Z",
        "7",
        " ",
        "\"",
        "\\",
        "/",
        "\n",
        "\r",
        "\t",
        "\b",
        "\f",
        "\u0000",
        "\u001f",
        "\u007f",
        "é",
        "ß",
        "中",
        "\u2028",
        "\ud83d\ude00",
        "\uffff",
        "&iacute;",
        "%",
        ":",
        "`",
        "'"
    };

    private final Random random;

    RandomDocument(Random random) {
        this.random = random;
    }

    static List<SinkField> fields() {
        List<SinkField> fields = new ArrayList<>();
        for (String type : TYPES) {
            fields.add(new SinkField(name(type), type, false, true, true, null));
        }
        return fields;
    }

    static String name(String type) {
        return "f_" + type.replace("[]", "_list");
    }

    Document next(String id) {
        List<Consumer<ObjectNode>> members = new ArrayList<>();
        for (String type : TYPES) {
            int fate = random.nextInt(8);
            if (fate == 0) {
                continue;
            }
            members.add(document -> value(document, name(type), type));
        }
        members.add(document -> document.put("unindexed", text()));
        Collections.shuffle(members, random);
        ObjectNode document = JSON.createObjectNode().put("id", id);
        members.forEach(each -> each.accept(document));
        try {
            return new Document(id, JSON.writeValueAsBytes(document));
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private void value(ObjectNode document, String name, String type) {
        if (type.endsWith("[]")) {
            ArrayNode list = document.putArray(name);
            String element = type.substring(0, type.length() - 2);
            for (int i = random.nextInt(4); i > 0; i--) {
                ObjectNode one = JSON.createObjectNode();
                value(one, "x", element);
                list.add(one.get("x"));
            }
            return;
        }
        switch (type) {
            case "int32" -> document.put(name, random.nextInt(5) == 0 ? Integer.MIN_VALUE : random.nextInt());
            case "int64" -> document.put(name, long64());
            case "float" -> document.put(name, number());
            case "bool" -> document.put(name, random.nextBoolean());
            case "string" -> document.put(name, text());
            case "geopoint" ->
                document.putArray(name).add(random.nextDouble() * 180 - 90).add(random.nextDouble() * 360 - 180);
            case "object" -> object(document.putObject(name));
            default -> throw new IllegalStateException(type);
        }
    }

    private long long64() {
        return switch (random.nextInt(4)) {
            case 0 -> Long.MAX_VALUE - random.nextInt(3);
            case 1 -> Long.MIN_VALUE + random.nextInt(3);
            case 2 -> (1L << 53) + random.nextInt(5);
            default -> random.nextLong();
        };
    }

    /** What a real, a double, a numeric or an integer column becomes in a field of floats. */
    private BigDecimal number() {
        return switch (random.nextInt(6)) {
            case 0 -> new BigDecimal(Float.toString(finite(Float.intBitsToFloat(random.nextInt()))));
            case 1 -> new BigDecimal(Double.toString(random.nextGaussian() * 1e10));
            case 2 -> BigDecimal.valueOf(random.nextLong() >> 20, random.nextInt(16));
            case 3 -> BigDecimal.valueOf(random.nextInt());
            case 4 -> BigDecimal.valueOf(random.nextInt(1000), 2);
            default -> new BigDecimal("0.1");
        };
    }

    private static float finite(float value) {
        return Float.isFinite(value) ? value : 1.5f;
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            text.append(ALPHABET[random.nextInt(ALPHABET.length)]);
        }
        return text.toString();
    }

    private void object(ObjectNode object) {
        List<Consumer<ObjectNode>> members = new ArrayList<>();
        members.add(each -> each.put("n", random.nextInt(1000)));
        members.add(each -> each.put("s", text()));
        members.add(each -> each.put("d", random.nextDouble() + 0.001));
        members.add(
                each -> each.putObject("deep").put("b", random.nextBoolean()).put("a", text()));
        Collections.shuffle(members, random);
        members.subList(0, 1 + random.nextInt(members.size())).forEach(each -> each.accept(object));
    }
}
