package dev.tidemark.document;

import dev.tidemark.sink.SinkField;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Design of a collection that several tables feed: the fields of all, with those optional that not every table has. */
public final class SharedDesign {

    private final Map<String, SinkField> fields = new LinkedHashMap<>();
    private final Map<String, Integer> counts = new LinkedHashMap<>();
    private final List<String> conflicts = new ArrayList<>();
    private int designs;

    private SharedDesign() {}

    /** Combines the designs of the tables; that of one alone stays as it is. */
    public static SharedDesign of(List<List<SinkField>> designs) {
        SharedDesign shared = new SharedDesign();
        designs.forEach(shared::add);
        return shared;
    }

    private void add(List<SinkField> design) {
        designs++;
        for (SinkField field : design) {
            counts.merge(field.name(), 1, Integer::sum);
            SinkField other = fields.putIfAbsent(field.name(), field);
            if (other != null) {
                if (!sameBut(field, other)) {
                    conflicts.add(
                            "field '" + field.name() + "' would be declared in two ways by the tables that share the"
                                    + " collection: as " + words(other) + " and as " + words(field));
                } else if (field.optional()) {
                    fields.put(field.name(), field.asOptional());
                }
            }
        }
    }

    /** Returns the collection's fields, in the order in which the tables bring them. */
    public List<SinkField> fields() {
        return fields.values().stream()
                .map(field -> Objects.equals(counts.get(field.name()), designs) ? field : field.asOptional())
                .toList();
    }

    /** Returns the fields that the tables declare in different ways; empty if there is none. */
    public List<String> conflicts() {
        return List.copyOf(conflicts);
    }

    private static boolean sameBut(SinkField one, SinkField other) {
        return one.asOptional().equals(other.asOptional());
    }

    private static String words(SinkField field) {
        return field.type() + " (facet: " + field.facet() + ", index: " + field.index()
                + (field.sort() == null ? "" : ", sort: " + field.sort()) + ")";
    }
}
