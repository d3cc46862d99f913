package dev.tidemark.connector.mysql.decode;

import dev.tidemark.connector.base.decode.TableRecords;
import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.data.Transaction;
import dev.tidemark.connector.mysql.log.BinlogPosition;
import dev.tidemark.connector.mysql.log.Gtid;
import dev.tidemark.connector.mysql.value.MySqlTypes.MySqlType;
import dev.tidemark.connector.mysql.value.ValueForm;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/**
 * What the records of one version of a table look like, found out once and used for each of them. MySQL sends whole rows, before
 * and after a change, generated columns included: every null means NULL.
 */
final class RecordShape implements TableRecords {

    private static final int ROW_BYTES = 96;
    private static final int VALUE_BYTES = 24;
    private static final int LABEL_FACTOR = 4;

    private final Field file;
    private final Field place;
    private final Field gtid;
    private final RowSchema rowSchema;

    private final Field[] columns;
    private final ValueForm[] forms;

    /** Estimated bytes of the row read last. */
    private int bytes;

    RecordShape(Schema envelope, TableId table) {
        Schema source = envelope.field("source").schema();
        file = source.field("file");
        place = source.field("pos");
        gtid = source.field("gtid");
        columns = envelope.field("after").schema().fields().toArray(Field[]::new);
        forms = new ValueForm[columns.length];
        List<Column> described = new ArrayList<>();
        for (int i = 0; i < columns.length; i++) {
            Schema field = columns[i].schema();
            MySqlType type = ValueConverter.typeOf(field);
            forms[i] = type.form();
            boolean declared = Boolean.parseBoolean(field.parameters().get(ValueConverter.NULLABLE));
            described.add(new Column(columns[i].name(), type.type(), type.nullable(declared)));
        }
        rowSchema = new RowSchema(table, described);
    }

    @Override
    public TableId table() {
        return rowSchema.table();
    }

    @Override
    public Row after(Struct after, @Nullable Struct before, @Nullable Row known) {
        return row(after, before, known);
    }

    @Override
    public @Nullable Row before(@Nullable Struct before) {
        return before == null ? null : row(before, null, null);
    }

    @Override
    public long position(Struct source) {
        return BinlogPosition.of((String) source.get(file), (Long) source.get(place));
    }

    @Override
    public Transaction transaction(Struct source, @Nullable Transaction last) {
        Object name = source.get(gtid);
        if (name == null) {
            return Gtid.NONE;
        }
        return last instanceof Gtid known && name.equals(known.name()) ? last : new Gtid((String) name);
    }

    private Row row(Struct struct, @Nullable Struct before, @Nullable Row known) {
        @Nullable Object[] values = new @Nullable Object[columns.length];
        int sum = ROW_BYTES;
        for (int i = 0; i < columns.length; i++) {
            // Fields have no default (ValueConverter), so this is the value by index and nothing else.
            Object carried = struct.get(columns[i]);
            sum += VALUE_BYTES;
            if (carried != null && before != null && known != null && carried.equals(before.get(columns[i]))) {
                values[i] = known.get(i);
            } else if (carried != null) {
                values[i] = forms[i].ofCarried(carried);
                sum += size(forms[i], carried);
            }
        }
        bytes = sum;
        return new Row(rowSchema, values);
    }

    @Override
    public int bytes() {
        return bytes;
    }

    private static int size(ValueForm form, Object carried) {
        if (carried instanceof String text) {
            return form == ValueForm.SET ? LABEL_FACTOR * text.length() : text.length();
        }
        return carried instanceof byte[] binary ? binary.length : 0;
    }
}
