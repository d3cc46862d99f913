package dev.tidemark.connector.base.jdbc;

import dev.tidemark.connector.data.KeyText;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Progress of a read of joined documents: another attempt reads those that were not handed over. One thread. */
final class JoinProgress implements Consumer<Row> {

    private final List<String[]> keyTexts;
    private final Consumer<Row> found;
    private final Set<String> handedOver = new HashSet<>();
    private List<String> keyColumns = List.of();

    /** @param keyTexts a text for each key column of each document */
    JoinProgress(List<String[]> keyTexts, Consumer<Row> found) {
        this.keyTexts = keyTexts;
        this.found = found;
    }

    /** Sets the columns of the key. */
    void keys(List<? extends TypedColumn> columns) {
        keyColumns = columns.stream().map(column -> column.column().name()).toList();
    }

    /** Returns the keys of documents that are still to be read. */
    List<String[]> left() {
        return handedOver.isEmpty()
                ? keyTexts
                : keyTexts.stream()
                        .filter(texts -> !handedOver.contains(String.join("\0", texts)))
                        .toList();
    }

    /** Hands a row over. */
    @Override
    public void accept(Row row) {
        handedOver.add(key(row));
        found.accept(row);
    }

    private String key(Row row) {
        RowSchema schema = row.schema();
        StringBuilder key = new StringBuilder();
        for (String name : keyColumns) {
            int column = schema.indexOf(name);
            Object value = column < 0 ? null : row.get(column);
            key.append(key.isEmpty() ? "" : "\0")
                    .append(
                            value == null
                                    ? ""
                                    : KeyText.of(
                                            schema.columns().get(column).type().kind(), value));
        }
        return key.toString();
    }
}
