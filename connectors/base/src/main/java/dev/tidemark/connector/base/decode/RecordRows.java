package dev.tidemark.connector.base.decode;

import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.connector.data.TableId;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/** Rows of Debezium's records of one version of a table: found out once and used for each of them. */
public abstract class RecordRows implements TableRecords {

    private static final int ROW_BYTES = 96;
    private static final int VALUE_BYTES = 24;

    protected final RowSchema rowSchema;
    private final Field[] columns;

    /** Estimated bytes of the row read last. */
    private int bytes;

    /** @param describe the column of a field */
    protected RecordRows(TableId table, List<Field> columns, Function<Field, Column> describe) {
        this.columns = columns.toArray(Field[]::new);
        this.rowSchema = new RowSchema(table, columns.stream().map(describe).toList());
    }

    /** Returns a row's value of what a record carries. */
    protected abstract @Nullable Object value(int column, Object carried);

    /** Returns how many characters of a value are held for one that is carried. */
    protected abstract int textFactor(int column);

    /** Returns whether what is carried says that the source did not send the value. */
    protected boolean isUnsent(Object carried) {
        return false;
    }

    @Override
    public final TableId table() {
        return rowSchema.table();
    }

    @Override
    public final Row after(Struct after, @Nullable Struct before, @Nullable Row known) {
        return row(after, null, before, known);
    }

    /**
     * Returns the row that the struct holds.
     *
     * @param sent for each column whether a NULL in it means NULL; if not, it means that nothing was sent. Null: all are.
     */
    protected final Row row(Struct struct, boolean @Nullable [] sent, @Nullable Struct before, @Nullable Row known) {
        @Nullable Object[] values = new @Nullable Object[columns.length];
        int sum = ROW_BYTES;
        for (int i = 0; i < columns.length; i++) {
            // Fields have no default (ColumnConversion), so this is the value by index and nothing else.
            Object carried = struct.get(columns[i]);
            sum += VALUE_BYTES;
            if (carried == null) {
                values[i] = sent == null || sent[i] ? null : Row.UNAVAILABLE;
            } else if (isUnsent(carried)) {
                values[i] = Row.UNAVAILABLE;
            } else if (before != null && known != null && carried.equals(before.get(columns[i]))) {
                values[i] = known.get(i);
            } else {
                values[i] = value(i, carried);
                sum += size(i, carried);
            }
        }
        bytes = sum;
        return new Row(rowSchema, values);
    }

    @Override
    public final int bytes() {
        return bytes;
    }

    private int size(int column, Object carried) {
        if (carried instanceof String text) {
            return textFactor(column) * text.length();
        }
        return carried instanceof byte[] binary ? binary.length : 0;
    }
}
