package dev.tidemark.verify.hash;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Names of the fields that a mapping writes, in a fixed order. Immutable. */
public final class Fields {

    private final List<String> names;
    private final long[] hashes;
    private final Map<String, Integer> indexes = new HashMap<>();

    public Fields(List<String> names) {
        this.names = List.copyOf(names);
        this.hashes = new long[names.size()];
        for (int i = 0; i < hashes.length; i++) {
            hashes[i] = Hash.of(names.get(i));
            indexes.put(names.get(i), i);
        }
    }

    List<String> names() {
        return names;
    }

    int size() {
        return hashes.length;
    }

    /** Returns the hash of the name of a field. */
    long hash(int field) {
        return hashes[field];
    }

    public boolean has(String name) {
        return indexes.containsKey(name);
    }

    /** Returns the names of the fields of which two contents are not the same. */
    public List<String> differing(Content one, Content other) {
        List<String> differing = new ArrayList<>();
        for (int i = 0; i < hashes.length; i++) {
            if (one.values()[i] != other.values()[i]) {
                differing.add(names.get(i));
            }
        }
        return differing;
    }
}
