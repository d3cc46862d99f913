package dev.tidemark.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;

/**
 * Fingerprint of a collection's documents: of each document a hash, so that it is small. The order of fields and the spelling of
 * numbers do not count.
 */
final class Contents {

    private final Map<String, Integer> hashes = new HashMap<>();
    private String example = "";

    void add(JsonNode document) {
        String id = document.path("id").asText();
        hashes.put(id, hash(document));
        if (id.equals("1")) {
            example = document.toString();
        }
    }

    /** Fails unless both have the same documents: otherwise their rates are not comparable. */
    void requireEqual(Contents other, String what) {
        if (hashes.equals(other.hashes)) {
            return;
        }
        long differ = hashes.entrySet().stream()
                .filter(each -> !each.getValue().equals(other.hashes.get(each.getKey())))
                .count();
        throw new IllegalStateException(what + ": the bare process wrote other documents than Tidemark. " + differ
                + " of "
                + hashes.size() + " by Tidemark differ or are missing, such as " + example + "; the bare process wrote "
                + other.hashes.size() + ", such as " + other.example);
    }

    private static int hash(JsonNode value) {
        if (value.isNumber()) {
            return Double.hashCode(value.doubleValue());
        }
        if (value.isArray()) {
            int hash = 1;
            for (JsonNode element : value) {
                hash = 31 * hash + hash(element);
            }
            return hash;
        }
        if (value.isObject()) {
            int hash = 2;
            for (Map.Entry<String, JsonNode> field : value.properties()) {
                hash += 31 * field.getKey().hashCode() ^ Integer.rotateLeft(hash(field.getValue()), 7);
            }
            return hash;
        }
        return value.hashCode();
    }
}
