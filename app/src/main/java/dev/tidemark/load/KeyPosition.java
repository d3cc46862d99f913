package dev.tidemark.load;

import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.KeyText;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
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
        RowSchema schema = table.schema();
        List<String> texts = load.after();
        if (texts.isEmpty() || !load.key().equals(table.key())) {
            return null;
        }
        Object[] values = new Object[texts.size()];
        for (int i = 0; i < values.length; i++) {
            int index = schema.indexOf(table.key().get(i));
            Object value = index < 0
                    ? null
                    : KeyText.parse(schema.columns().get(index).type().kind(), texts.get(i));
            if (value == null && load.isAutomatic()) {
                return null;
            }
            if (value == null) {
                throw SourceException.fatal(
                        "the place to which table " + load.table() + " was read, " + load.key() + " " + texts
                                + ", is none of its keys any more",
                        "request its load again");
            }
            values[i] = value;
        }
        return values;
    }
}
