package dev.tidemark.identity;

import dev.tidemark.collection.Target;
import dev.tidemark.collection.Targets;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.SinkField;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A collection that tables feed.
 *
 * @param info how it was when it was last read
 * @param aliases names in the configuration that lead to it
 * @param tables those that feed it
 * @param byExpression whether rows decide that it is needed
 */
record Fed(CollectionInfo info, List<String> aliases, List<String> tables, boolean byExpression) {

    /** Returns all that are written to now, by concrete name. */
    static Map<String, Fed> of(Targets targets) {
        Map<String, Fed> all = new TreeMap<>();
        for (Target target : targets.all()) {
            Fed fed = all.computeIfAbsent(
                    target.collection(),
                    name -> new Fed(
                            target.collectionInfo(),
                            new ArrayList<>(),
                            new ArrayList<>(),
                            target.config().isDynamic()));
            fed.tables.add(target.table().toString());
            String named = target.config().collection();
            if (!named.equals(target.collection()) && !fed.aliases.contains(named)) {
                fed.aliases.add(named);
            }
        }
        return all;
    }

    /** Returns the targets of the aliases that the configuration names. */
    static Map<String, String> aliases(Map<String, Fed> all) {
        Map<String, String> aliases = new HashMap<>();
        all.forEach((name, fed) -> fed.aliases.forEach(alias -> aliases.put(alias, name)));
        return aliases;
    }

    /** Returns whether that collection has the same fields, so that documents for this one fit. */
    boolean hasFieldsOf(CollectionInfo other) {
        return fields(info).equals(fields(other));
    }

    private static Set<String> fields(CollectionInfo collection) {
        Set<String> fields = new HashSet<>();
        for (SinkField field : collection.fields()) {
            fields.add(field.name() + ": " + field.type());
        }
        return fields;
    }
}
