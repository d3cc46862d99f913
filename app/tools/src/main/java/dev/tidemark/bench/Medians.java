package dev.tidemark.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;

/** Merges the figures of several runs: of each the median, and its smallest and largest value. */
final class Medians {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private Medians() {}

    /**
     * Returns the figures of one run as they are. Of several, returns the median of each, with {@code runs} and {@code spread},
     * which has the same form with {@code [smallest, largest]} for each figure.
     */
    static ObjectNode of(List<ObjectNode> runs) {
        if (runs.size() == 1) {
            return runs.get(0);
        }
        ObjectNode medians = (ObjectNode) merged(runs, Medians::median);
        medians.put("runs", runs.size());
        List<ObjectNode> measured = runs.stream()
                .map(run -> (ObjectNode) run.deepCopy().without(List.of("source", "rows")))
                .toList();
        medians.set("spread", merged(measured, Medians::spread));
        return medians;
    }

    private static JsonNode merged(List<? extends JsonNode> runs, Function<List<JsonNode>, JsonNode> figure) {
        JsonNode first = runs.get(0);
        if (first.isObject()) {
            ObjectNode merged = NODES.objectNode();
            for (Iterator<String> names = first.fieldNames(); names.hasNext(); ) {
                String name = names.next();
                merged.set(name, merged(runs.stream().map(run -> run.path(name)).toList(), figure));
            }
            return merged;
        }
        if (first.isArray()) {
            ArrayNode merged = NODES.arrayNode();
            for (int i = 0; i < first.size(); i++) {
                int index = i;
                merged.add(merged(runs.stream().map(run -> run.path(index)).toList(), figure));
            }
            return merged;
        }
        return first.isNumber() ? figure.apply(sorted(runs)) : first;
    }

    private static List<JsonNode> sorted(List<? extends JsonNode> runs) {
        return runs.stream()
                .map(run -> (JsonNode) run)
                .sorted((one, other) -> Double.compare(one.doubleValue(), other.doubleValue()))
                .toList();
    }

    /** Returns the middle one; of an even number the lower one of the two in the middle, so that it was measured. */
    private static JsonNode median(List<JsonNode> sorted) {
        return sorted.get((sorted.size() - 1) / 2);
    }

    private static JsonNode spread(List<JsonNode> sorted) {
        return NODES.arrayNode().add(sorted.get(0)).add(sorted.get(sorted.size() - 1));
    }
}
