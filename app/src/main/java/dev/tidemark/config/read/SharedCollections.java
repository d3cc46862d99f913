package dev.tidemark.config.read;

import dev.tidemark.config.TableMatch;
import dev.tidemark.config.yaml.YamlMap;
import dev.tidemark.connector.data.TableId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Check that documents of one collection do not take each other's ids. Each then needs an id prefix, which must not begin with
 * another's: so an id shows whose it is, and a TRUNCATE or a sweep of one table leaves the others' documents alone.
 */
final class SharedCollections {

    private record Entry(String name, @Nullable TableMatch match, String idPrefix) {

        boolean isOfPattern() {
            return match != null && match.isMatched();
        }

        @Nullable
        TableId table() {
            return match == null ? null : match.table();
        }
    }

    private final Map<String, List<Entry>> byCollection = new HashMap<>();
    /**
     * Entries with a reported problem. A pattern may match a thousand tables: one problem of each entry of the file is enough.
     */
    private final Set<String> invalid = new HashSet<>();

    /**
     * Adds a document, and reports a problem if it is not compatible with those before it.
     *
     * @param match its table; null if that is not known
     */
    void add(YamlMap document, @Nullable TableMatch match, String collection, String idPrefix) {
        String suffix = match == null ? "" : match.suffix();
        Entry entry = new Entry(document.path() + suffix, match, idPrefix);
        List<Entry> others = byCollection.computeIfAbsent(collection, name -> new ArrayList<>());
        for (Entry other : others) {
            if (!invalid.contains(document.path()) && !agree(document, entry, other)) {
                invalid.add(document.path());
            }
        }
        others.add(entry);
    }

    private static boolean agree(YamlMap document, Entry entry, Entry other) {
        String suffix = entry.match == null ? "" : entry.match.suffix();
        if ((entry.isOfPattern() || other.isOfPattern())
                && entry.table() != null
                && entry.table().equals(other.table())) {
            document.problem(
                    document.line(),
                    "puts " + entry.table() + " into the same collection as " + other.name + " does",
                    "make one of the patterns narrower, or give 'collection' another name");
            return false;
        }
        if (entry.idPrefix.isEmpty() || other.idPrefix.isEmpty()) {
            document.problem(
                    document.line(),
                    (entry.isOfPattern() ? "with " + entry.table() + " it " : "") + "goes into the same collection as "
                            + other.name,
                    "give 'collection' another name, or give both an 'idPrefix', such as "
                            + (entry.isOfPattern() ? "'$1:'" : "'eu:' and 'us:'"));
            return false;
        }
        if (entry.idPrefix.startsWith(other.idPrefix) || other.idPrefix.startsWith(entry.idPrefix)) {
            document.problem(
                    document.line(),
                    "its idPrefix '" + entry.idPrefix + "'" + suffix + " and '" + other.idPrefix + "' of " + other.name
                            + " begin alike, in the same collection",
                    "give them prefixes of which none begins with the other, such as "
                            + (entry.isOfPattern() ? "'$1:'" : "'eu:' and 'us:'"));
            return false;
        }
        return true;
    }
}
