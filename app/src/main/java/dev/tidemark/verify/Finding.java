package dev.tidemark.verify;

import java.util.List;

/**
 * A document that was not compared with success.
 *
 * @param fields those that differ; empty unless it is a {@link Kind#DIFFERENT}
 * @param repaired whether it was written or deleted since
 */
public record Finding(String collection, String id, Kind kind, List<String> fields, boolean repaired) {
    public Finding {
        fields = List.copyOf(fields);
    }

    Finding asRepaired() {
        return new Finding(collection, id, kind, fields, true);
    }
}
