package dev.tidemark.load;

import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.KeyText;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.connector.data.TableId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The place to which a table is read: key values, and the texts by which they are stored. */
final class KeyPosition {

    private KeyPosition() {}

    /** Returns the values of the row's key, as {@link dev.tidemark.connector.RowReader#after} takes them. */
    static Object[] values(TableInfo table, Row row) {
        return table.key().stream()
                .map(name -> Objects.requireNonNull(row.get(row.schema().indexOf(name))))
                .toArray();
    }

    /** Returns the texts of the row's key. */
    static List<String> texts(TableInfo table, Row row) {
        List<String> texts = new ArrayList<>();
        for (String name : table.key()) {
            int index = row.schema().indexOf(name);
            Column column = row.schema().columns().get(index);
            texts.add(KeyText.of(column.type().kind(), Objects.requireNonNull(row.get(index))));
        }
        return texts;
    }

    /**
     * Returns the key values after which a load continues; null if nothing was read yet, or the key is another one by now: then it
     * begins again.
     *
     * @throws SourceException if an operator has to request it again
     */
    static Object @Nullable [] of(Load load, TableInfo table) {
        List<String> texts = load.after();
        if (texts.isEmpty() || !load.key().equals(table.key())) {
            return null;
        }
        Object[] values = parse(table, texts);
        if (values == null && !load.isAutomatic()) {
            throw notAKey(load.table(), "up to which rows were read", load.key(), texts);
        }
        return values;
    }

    /**
     * Returns the key values at which a load begins; null if it begins at the first row.
     *
     * @throws SourceException if an operator has to request it again: the key is another one by now
     */
    static Object @Nullable [] begin(Load load, TableInfo table) {
        RowSelection selection = load.selection();
        if (selection.from().isEmpty()) {
            return null;
        }
        Object[] values = selection.key().equals(table.key()) ? parse(table, selection.from()) : null;
        if (values == null) {
            throw notAKey(load.table(), "from which rows are to be read", selection.key(), selection.from());
        }
        return values;
    }

    private static SourceException notAKey(TableId table, String how, List<String> key, List<String> texts) {
        return SourceException.fatal(
                "the key " + how + " of table " + table + ", " + key + " " + texts
                        + ", is not one of its keys any more",
                "request its load again");
    }

    /** Returns the values that the texts spell; null if one is not a value of its column. */
    static Object @Nullable [] parse(TableInfo table, List<String> texts) {
        RowSchema schema = table.schema();
        Object[] values = new Object[texts.size()];
        for (int i = 0; i < values.length; i++) {
            int index = schema.indexOf(table.key().get(i));
            Object value = index < 0
                    ? null
                    : KeyText.parse(schema.columns().get(index).type().kind(), texts.get(i));
            if (value == null) {
                return null;
            }
            values[i] = value;
        }
        return values;
    }
}
