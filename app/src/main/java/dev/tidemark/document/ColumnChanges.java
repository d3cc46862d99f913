package dev.tidemark.document;

import dev.tidemark.config.Config;
import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.RowSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Changes of a table's columns, which show whether documents of rows that did not change differ because of them: a statement that
 * alters a table changes values and logs no row.
 *
 * @param added columns that are new; values that they have in rows from before are not in the log
 * @param other a description of what else changed; null if nothing did
 */
public record ColumnChanges(List<String> added, @Nullable String other) {

    /**
     * Compares columns.
     *
     * @param before as they were recorded ({@link Columns}); without types if an older version recorded them
     * @param document only columns that it is formed from count
     */
    public static ColumnChanges between(List<String> before, RowSchema now, Config.Document document) {
        Set<String> read = read(document);
        Map<String, String> texts = new HashMap<>();
        List<String> orderBefore = new ArrayList<>();
        for (String text : before) {
            texts.put(Columns.name(text), text);
            orderBefore.add(Columns.name(text));
        }
        List<String> orderNow = now.columns().stream().map(Column::name).toList();
        Set<String> names = new HashSet<>(orderNow);
        List<String> added = new ArrayList<>();
        List<String> words = new ArrayList<>();
        boolean within = false;
        for (int i = orderNow.size() - 1; i >= 0; i--) {
            Column column = now.columns().get(i);
            String text = texts.get(column.name());
            if (text == null) {
                if (read == null || read.contains(column.name())) {
                    added.add(column.name());
                    if (within) { // it existed and could not be seen, or the table was rewritten
                        words.add(column.name() + " was added before others");
                    }
                }
                continue;
            }
            within = true;
            boolean typed = Columns.type(text) != null;
            if (typed && !text.equals(Columns.text(column)) && (read == null || read.contains(column.name()))) {
                words.add(text + " became " + Columns.words(column.type()));
            }
        }
        for (String name : orderBefore) {
            if (!names.contains(name) && (read == null || read.contains(name))) {
                words.add(name + " is gone");
            }
        }
        orderBefore.retainAll(names);
        List<String> common = orderNow.stream().filter(texts::containsKey).toList();
        if (!orderBefore.equals(common)) { // names may have been exchanged
            words.add("the order of columns changed");
        }
        return new ColumnChanges(added, words.isEmpty() ? null : String.join(", ", words));
    }

    /** Returns the columns that the document is formed from; null if these may be any columns. */
    private static @Nullable Set<String> read(Config.Document document) {
        Map<String, Config.Field> fields = document.fields();
        if (fields == null) {
            return null;
        }
        boolean all = document.isJoined()
                || document.hasComputedId()
                || document.isDynamic()
                || !document.selection().isEmpty()
                || fields.values().stream().anyMatch(field -> field.cel() != null);
        if (all) {
            return null;
        }
        Set<String> read = new HashSet<>();
        fields.forEach((name, field) -> {
            Config.Point point = field.point();
            if (point != null) {
                read.add(point.lat());
                read.add(point.lon());
            } else {
                read.add(field.column() == null ? name : field.column());
            }
        });
        return read;
    }

    public boolean isEmpty() {
        return added.isEmpty() && other == null;
    }
}
