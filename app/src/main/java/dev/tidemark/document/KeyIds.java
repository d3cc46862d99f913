package dev.tidemark.document;

import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.ColumnType.Kind;
import dev.tidemark.connector.data.KeyText;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.document.value.Values;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Ids of a key: its one value, or several joined by ":" and escaped so that two rows never share one. */
final class KeyIds implements DocumentIds {

    private final String prefix;
    private final List<String> columns;
    private final int[] indexes;
    private final Kind[] kinds;

    private KeyIds(String prefix, List<String> columns, int[] indexes, Kind[] kinds) {
        this.prefix = prefix;
        this.columns = columns;
        this.indexes = indexes;
        this.kinds = kinds;
    }

    /** Resolves the key's columns in a schema; a column that does not exist makes every id null. */
    static KeyIds of(String prefix, List<String> columns, RowSchema schema) {
        int[] indexes = new int[columns.size()];
        Kind[] kinds = new Kind[columns.size()];
        for (int i = 0; i < indexes.length; i++) {
            indexes[i] = schema.indexOf(columns.get(i));
            kinds[i] = indexes[i] < 0
                    ? Kind.TEXT
                    : schema.columns().get(indexes[i]).type().kind();
        }
        return new KeyIds(prefix, columns, indexes, kinds);
    }

    @Override
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
            id.append(KeyTexts.escape(value));
        }
        return id.toString();
    }

    @Override
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

    @Override
    public boolean mayBeOneRow(Row one, Row other) {
        return true;
    }

    /** Returns whether the key's values, as far as both rows have them, are the same. */
    boolean mayBeSame(Row one, Row other) {
        for (int index : indexes) {
            Object value = index < 0 ? Row.UNAVAILABLE : one.get(index);
            Object against = index < 0 ? Row.UNAVAILABLE : other.get(index);
            boolean known = value != null && value != Row.UNAVAILABLE && against != null && against != Row.UNAVAILABLE;
            if (known && !Values.same(value, against)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String rejectionReason(Row row) {
        return "a column of the id " + columns + " is NULL, empty or was not sent";
    }

    @Override
    public @Nullable Object[] key(Row row) {
        @Nullable Object[] key = new Object[indexes.length];
        for (int i = 0; i < indexes.length; i++) {
            key[i] = indexes[i] < 0 ? null : row.get(indexes[i]);
        }
        return key;
    }

    @Override
    public String @Nullable [] texts(String id) {
        if (!id.startsWith(prefix)) {
            return null;
        }
        return KeyTexts.split(id.substring(prefix.length()), columns.size());
    }

    /** Returns the reason why these columns cannot be a key of that table, or null. */
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
}
