package dev.tidemark.connector.data;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The columns of a table at one moment. One instance stands for one version of the table: what is compiled from it
 * may be keyed by identity, and nothing has to be looked up by name for each row.
 */
public final class RowSchema {

    private final TableId table;
    private final List<Column> columns;
    private final Map<String, Integer> indexes;

    public RowSchema(TableId table, List<Column> columns) {
        this.table = table;
        this.columns = List.copyOf(columns);
        this.indexes = new HashMap<>();
        for (int i = 0; i < this.columns.size(); i++) {
            indexes.put(this.columns.get(i).name(), i);
        }
    }

    public TableId table() {
        return table;
    }

    public List<Column> columns() {
        return columns;
    }

    /** Returns the index of the column's value in a {@link Row}, or -1 if the table has no such column. */
    public int indexOf(String column) {
        return indexes.getOrDefault(column, -1);
    }

    @Override
    public String toString() {
        return table + columns.stream().map(Column::name).toList().toString();
    }
}
