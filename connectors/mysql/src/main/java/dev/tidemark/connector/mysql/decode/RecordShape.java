package dev.tidemark.connector.mysql.decode;

import dev.tidemark.connector.base.decode.RecordRows;
import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.data.Transaction;
import dev.tidemark.connector.mysql.log.BinlogPosition;
import dev.tidemark.connector.mysql.log.Gtid;
import dev.tidemark.connector.mysql.value.MySqlTypes.MySqlType;
import dev.tidemark.connector.mysql.value.ValueForm;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/**
 * Layout of the records of one version of a table, determined once and used for each of them. MySQL sends full rows, before and
 * after a change, generated columns included: every null means NULL.
 */
final class RecordShape extends RecordRows {

    private static final int LABEL_FACTOR = 4;

    private final Field file;
    private final Field place;
    private final Field gtid;
    private final MySqlType[] types;

    RecordShape(Schema envelope, TableId table) {
        super(table, envelope.field("after").schema().fields(), RecordShape::column);
        Schema source = envelope.field("source").schema();
        file = source.field("file");
        place = source.field("pos");
        gtid = source.field("gtid");
        types = envelope.field("after").schema().fields().stream()
                .map(field -> ValueConverter.typeOf(field.schema()))
                .toArray(MySqlType[]::new);
    }

    private static Column column(Field field) {
        MySqlType type = ValueConverter.typeOf(field.schema());
        boolean declared = Boolean.parseBoolean(field.schema().parameters().get(ValueConverter.NULLABLE));
        return new Column(field.name(), type.type(), type.nullable(declared));
    }

    @Override
    public @Nullable Row before(@Nullable Struct before) {
        return before == null ? null : row(before, null, null, null);
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

    @Override
    protected @Nullable Object value(int column, Object carried) {
        return types[column].codec().ofCarried(carried);
    }

    @Override
    protected int textFactor(int column) {
        return types[column].form() == ValueForm.SET ? LABEL_FACTOR : 1;
    }
}
