package dev.tidemark.connector.postgres.decode;

import dev.tidemark.connector.base.decode.RecordRows;
import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.data.Transaction;
import dev.tidemark.connector.postgres.catalog.TableTraits;
import dev.tidemark.connector.postgres.log.Xid;
import dev.tidemark.connector.postgres.value.PostgresTypes.PostgresType;
import dev.tidemark.connector.postgres.value.ValueForm;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/** Layout of the records of one version of a table, determined once and used for each of them. */
final class RecordShape extends RecordRows {

    private static final int ARRAY_ELEMENT_FACTOR = 4;

    private final Field lsn;
    private final Field xid;
    /**
     * For each column whether the row before a change holds it. Only under REPLICA IDENTITY FULL does every NULL there mean
     * NULL; else most columns were not sent.
     */
    private final boolean[] sentBefore;

    private final RequiredBefore required;
    private final PostgresType[] types;

    /** @param required makes what a change must contain of the row before it */
    RecordShape(Schema envelope, TableId table, TableTraits traits, Function<RowSchema, RequiredBefore> required) {
        super(table, columns(envelope, traits), RecordShape::column);
        Schema source = envelope.field("source").schema();
        lsn = source.field("lsn");
        xid = source.field("txId");
        List<Field> columns = columns(envelope, traits);
        sentBefore = new boolean[columns.size()];
        types = new PostgresType[columns.size()];
        for (int i = 0; i < columns.size(); i++) {
            types[i] = ValueConverter.typeOf(columns.get(i).schema());
            sentBefore[i] = traits.sends(columns.get(i).name());
        }
        this.required = required.apply(rowSchema);
    }

    private static List<Field> columns(Schema envelope, TableTraits traits) {
        return envelope.field("after").schema().fields().stream()
                .filter(field -> !traits.generated().contains(field.name()))
                .toList();
    }

    private static Column column(Field field) {
        boolean nullable = Boolean.parseBoolean(field.schema().parameters().get(ValueConverter.NULLABLE));
        return new Column(field.name(), ValueConverter.typeOf(field.schema()).type(), nullable);
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

    @Override
    protected boolean isUnsent(Object carried) {
        return ValueConverter.unchanged(carried);
    }

    @Override
    protected @Nullable Object value(int column, Object carried) {
        return types[column].ofCarried(carried);
    }

    @Override
    protected int textFactor(int column) {
        return types[column].form() == ValueForm.ARRAY ? ARRAY_ELEMENT_FACTOR : 1;
    }
}
