package dev.tidemark.document;

import dev.tidemark.connector.Column;
import dev.tidemark.connector.ColumnType.Kind;
import dev.tidemark.connector.KeyText;
import dev.tidemark.connector.Row;
import dev.tidemark.connector.RowSchema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row's document id: the key's one value, or several joined by ":" and escaped so that two rows never share one; with a
 * constant before it where tables share a collection.
 */
public final class DocumentIds {

    private final String prefix;
    private final List<String> columns;
    private final int[] indexes;
    private final Kind[] kinds;

    private DocumentIds(String prefix, List<String> columns, int[] indexes, Kind[] kinds) {
        this.prefix = prefix;
        this.columns = columns;
        this.indexes = indexes;
        this.kinds = kinds;
    }

    /** Resolves the key's columns in a schema; a column that is not there makes every id null. */
    public static DocumentIds of(List<String> columns, RowSchema schema) {
        return of("", columns, schema);
    }

    /** As {@link #of(List, RowSchema)}, with a constant that every id begins with. */
    static DocumentIds of(String prefix, List<String> columns, RowSchema schema) {
        int[] indexes = new int[columns.size()];
        Kind[] kinds = new Kind[columns.size()];
        for (int i = 0; i < indexes.length; i++) {
            indexes[i] = schema.indexOf(columns.get(i));
            kinds[i] = indexes[i] < 0
                    ? Kind.TEXT
                    : schema.columns().get(indexes[i]).type().kind();
        }
        return new DocumentIds(prefix, columns, indexes, kinds);
    }

    /** The id, or null where a key column is NULL or was not sent. */
    public @Nullable String of(Row row) {
        if (indexes.length == 1) {
            String value = value(row, 0);
            return value == null || prefix.isEmpty() ? value : prefix + value;
        }
        StringBuilder id = new StringBuilder(prefix);
        for (int i = 0; i < indexes.length; i++) {
            String value = value(row, i);
            if (value == null) {
                return null;
            }
            if (i > 0) {
                id.append(':');
            }
            id.append(escape(value));
        }
        return id.toString();
    }

    /** Whether two rows of this schema have the same id; false where a key column was not sent. Makes no text. */
    public boolean same(Row one, Row other) {
        for (int index : indexes) {
            Object value = index < 0 ? null : one.get(index);
            if (value == null || value == Row.UNAVAILABLE || !Values.same(value, other.get(index))) {
                return false;
            }
        }
        return true;
    }

    private @Nullable String value(Row row, int i) {
        Object value = indexes[i] < 0 ? null : row.get(indexes[i]);
        return value == null || value == Row.UNAVAILABLE ? null : KeyText.of(kinds[i], value);
    }

    /** The key's values, as the row holds them; for reading the row again. */
    public @Nullable Object[] key(Row row) {
        @Nullable Object[] key = new Object[indexes.length];
        for (int i = 0; i < indexes.length; i++) {
            key[i] = indexes[i] < 0 ? null : row.get(indexes[i]);
        }
        return key;
    }

    /** The texts of the key's values that an id was made of, or null where it cannot have been made by this key. */
    public String @Nullable [] texts(String id) {
        if (!id.startsWith(prefix)) {
            return null;
        }
        String key = id.substring(prefix.length());
        if (columns.size() == 1) {
            return new String[] {key};
        }
        String[] texts = key.split(":", -1);
        if (texts.length != columns.size()) {
            return null;
        }
        for (int i = 0; i < texts.length; i++) {
            texts[i] = texts[i].replace("%3A", ":").replace("%25", "%");
        }
        return texts;
    }

    /** What is wrong with these columns as a key of that table, or null. */
    static @Nullable String unfit(List<String> columns, RowSchema schema) {
        for (String name : columns) {
            int index = schema.indexOf(name);
            if (index < 0) {
                return "there is no column '" + name + "'";
            }
            Column column = schema.columns().get(index);
            if (!KeyText.canBeKey(column.type().kind())) {
                return "column '" + name + "' is of a type that cannot be part of an id";
            }
        }
        return null;
    }

    private static String escape(String value) {
        return value.indexOf('%') < 0 && value.indexOf(':') < 0
                ? value
                : value.replace("%", "%25").replace(":", "%3A");
    }
}
