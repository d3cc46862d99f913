package dev.tidemark.connector.postgres.decode;

import dev.tidemark.connector.base.decode.TableRecords;
import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.data.Transaction;
import dev.tidemark.connector.postgres.catalog.TableTraits;
import dev.tidemark.connector.postgres.log.Xid;
import dev.tidemark.connector.postgres.value.ArrayText;
import dev.tidemark.connector.postgres.value.PostgresTypes.PostgresType;
import dev.tidemark.connector.postgres.value.ValueForm;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/** What the records of one version of a table look like, found out once and used for each of them. */
final class RecordShape implements TableRecords {

    private static final int ROW_BYTES = 96;
    private static final int VALUE_BYTES = 24;
    private static final int ARRAY_ELEMENT_FACTOR = 4;

    private final Field lsn;
    private final Field xid;
    private final RowSchema rowSchema;
    /**
     * For each column whether the row before a change holds it. Only under REPLICA IDENTITY FULL does every NULL there mean
     * NULL; else most columns were not sent.
     */
    private final boolean[] sentBefore;

    private final RequiredBefore required;
    private final Field[] columns;
    private final ValueForm[] forms;
    private final ValueForm[] elements;

    /** Estimated bytes of the row read last. */
    private int bytes;

    /** @param required makes what a change must contain of the row before it */
    RecordShape(Schema envelope, TableId table, TableTraits traits, Function<RowSchema, RequiredBefore> required) {
        Schema source = envelope.field("source").schema();
        lsn = source.field("lsn");
        xid = source.field("txId");
        columns = envelope.field("after").schema().fields().stream()
                .filter(field -> !traits.generated().contains(field.name()))
                .toArray(Field[]::new);
        sentBefore = new boolean[columns.length];
        forms = new ValueForm[columns.length];
        elements = new ValueForm[columns.length];
        List<Column> described = new ArrayList<>();
        for (int i = 0; i < columns.length; i++) {
            Schema field = columns[i].schema();
            PostgresType type = ValueConverter.typeOf(field);
            forms[i] = type.form();
            sentBefore[i] = traits.sends(columns[i].name());
            elements[i] = type.element();
            boolean nullable = Boolean.parseBoolean(field.parameters().get(ValueConverter.NULLABLE));
            described.add(new Column(columns[i].name(), type.type(), nullable));
        }
        rowSchema = new RowSchema(table, described);
        this.required = required.apply(rowSchema);
    }

    @Override
    public TableId table() {
        return rowSchema.table();
    }

    @Override
    public Row after(Struct after, @Nullable Struct before, @Nullable Row known) {
        return row(after, null, before, known);
    }

    @Override
    public @Nullable Row before(@Nullable Struct before) {
        return before == null ? null : row(before, sentBefore, null, null);
    }

    @Override
    public @Nullable Row requireBefore(@Nullable Row before) {
        return required.check(before);
    }

    @Override
    public long position(Struct source) {
        return source.get(lsn) instanceof Long known ? known : 0;
    }

    @Override
    public Transaction transaction(Struct source, @Nullable Transaction last) {
        int id = ((Long) source.get(xid)).intValue();
        return last instanceof Xid known && known.id() == id ? last : new Xid(id);
    }

    /**
     * The row that the struct holds.
     *
     * @param sent for each column whether a NULL in it means NULL; where not, it means that nothing was sent. Null: all are.
     */
    private Row row(Struct struct, boolean @Nullable [] sent, @Nullable Struct before, @Nullable Row known) {
        @Nullable Object[] values = new @Nullable Object[columns.length];
        int sum = ROW_BYTES;
        for (int i = 0; i < columns.length; i++) {
            // Fields have no default (ValueConverter), so this is the value by index and nothing else.
            Object carried = struct.get(columns[i]);
            sum += VALUE_BYTES;
            if (carried == null) {
                values[i] = sent == null || sent[i] ? null : Row.UNAVAILABLE;
            } else if (ValueConverter.unchanged(carried)) {
                values[i] = Row.UNAVAILABLE;
            } else if (before != null && known != null && carried.equals(before.get(columns[i]))) {
                values[i] = known.get(i);
            } else {
                values[i] = forms[i] == ValueForm.ARRAY
                        ? ArrayText.parse((String) carried, elements[i])
                        : forms[i].ofCarried(carried);
                sum += size(i, carried);
            }
        }
        bytes = sum;
        return new Row(rowSchema, values);
    }

    @Override
    public int bytes() {
        return bytes;
    }

    private int size(int column, Object carried) {
        if (carried instanceof String text) {
            return forms[column] == ValueForm.ARRAY ? ARRAY_ELEMENT_FACTOR * text.length() : text.length();
        }
        return carried instanceof byte[] binary ? binary.length : 0;
    }
}
