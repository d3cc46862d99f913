package dev.tidemark.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Documents of one collection must not take each other's ids. Each then needs an id prefix, and none may begin with
 * another's: so an id tells whose it is, and a TRUNCATE or a sweep of one table leaves the others' documents alone.
 */
final class SharedCollections {

    private record Entry(String path, String idPrefix) {}

    private final Map<String, List<Entry>> byCollection = new HashMap<>();

    /** Takes a document up, and complains where it does not go with those before it. */
    void add(YamlMap document, String collection, String idPrefix) {
        List<Entry> others = byCollection.computeIfAbsent(collection, name -> new ArrayList<>());
        for (Entry other : others) {
            if (idPrefix.isEmpty() || other.idPrefix.isEmpty()) {
                document.problem(
                        document.line(),
                        "goes into the same collection as " + other.path,
                        "give 'collection' another name, or give both an 'idPrefix', such as 'eu:' and 'us:'");
                break;
            }
            if (idPrefix.startsWith(other.idPrefix) || other.idPrefix.startsWith(idPrefix)) {
                document.problem(
                        document.line(),
                        "its idPrefix '" + idPrefix + "' and '" + other.idPrefix + "' of " + other.path
                                + " begin alike, in the same collection",
                        "give them prefixes of which none begins with the other, such as 'eu:' and 'us:'");
                break;
            }
        }
        others.add(new Entry(document.path(), idPrefix));
    }
}
