package dev.tidemark.connector.mysql.decode;

import dev.tidemark.connector.base.decode.ColumnConversion;
import dev.tidemark.connector.mysql.value.EnumLabels;
import dev.tidemark.connector.mysql.value.LabelCodec;
import dev.tidemark.connector.mysql.value.MySqlTypes;
import dev.tidemark.connector.mysql.value.MySqlTypes.MySqlType;
import dev.tidemark.connector.mysql.value.UnreadableValue;
import dev.tidemark.connector.mysql.value.ValueCodec;
import dev.tidemark.connector.mysql.value.ValueForm;
import io.debezium.spi.converter.CustomConverter;
import io.debezium.spi.converter.RelationalColumn;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Takes every column's conversion out of Debezium's hands, inside its engine: one schema field per column that says what the
 * column is, and values as their {@link ValueCodec} carries them. Created by Debezium, by name.
 *
 * <p>Without it, values would differ between binlog and snapshot, a NULL would read as the column's default, and a zero date in
 * a column that is NOT NULL as 1970.
 */
public final class ValueConverter implements CustomConverter<SchemaBuilder, RelationalColumn> {

    /**
     * Debezium's properties that this relies on. A snapshot's values come through the driver, which must not make truth of
     * numbers, dates of years, or times of another zone. {@code snapshot.fetch.size} must not be set: any size makes Debezium
     * read by a cursor, in the binary protocol, of which it misreads times.
     */
    public static final Map<String, String> ENGINE = Map.of(
            "converters", "tidemark",
            "tidemark.type", ValueConverter.class.getName(),
            "driver.connectionTimeZone", "UTC",
            "driver.forceConnectionTimeZoneToSession", "true",
            "driver.tinyInt1isBit", "false",
            "driver.yearIsDateType", "false",
            "driver.useCursorFetch", "false",
            "driver.useServerPrepStmts", "false");

    /** Schema parameters of a field: the column's type as {@link MySqlTypes#of} takes it, and whether it may be NULL. */
    static final String TYPE_NAME = "type";

    static final String LENGTH = "length";
    static final String SCALE = "scale";
    static final String CHARSET = "charset";
    static final String NULLABLE = "nullable";

    @Override
    public void configure(Properties properties) {
        // Nothing can be configured.
    }

    @Override
    public void converterFor(RelationalColumn column, ConverterRegistration<SchemaBuilder> registration) {
        int length = column.length().orElse(0);
        int scale = column.scale().orElse(MySqlTypes.NO_SCALE);
        String charset = column.charsetName();
        MySqlType type = MySqlTypes.of(column.typeName(), length, scale, charset);
        SchemaBuilder schema = new SchemaBuilder(type.form().schemaType())
                .optional()
                .parameter(TYPE_NAME, column.typeName())
                .parameter(LENGTH, String.valueOf(length))
                .parameter(SCALE, String.valueOf(scale))
                .parameter(NULLABLE, String.valueOf(column.isOptional()));
        if (charset != null) {
            schema.parameter(CHARSET, charset);
        }
        registration.register(schema, new Conversion(column, type.form(), codec(type, column)));
    }

    /** Returns the codec that carries the column's values, which for enums and sets has the column's labels. */
    private static ValueCodec codec(MySqlType type, RelationalColumn column) {
        return switch (type.form()) {
            case ENUM -> new LabelCodec.OfEnum(EnumLabels.of(column));
            case SET -> new LabelCodec.OfSet(EnumLabels.of(column));
            default -> type.codec();
        };
    }

    /** Returns the type for which a field of a record was created. */
    static MySqlType typeOf(Schema field) {
        Map<String, String> parameters = field.parameters();
        return MySqlTypes.of(
                parameters.getOrDefault(TYPE_NAME, ""),
                Integer.parseInt(parameters.get(LENGTH)),
                Integer.parseInt(parameters.get(SCALE)),
                parameters.get(CHARSET));
    }

    private static final class Conversion extends ColumnConversion {

        private final String name;
        private final ValueForm form;
        private final ValueCodec codec;

        Conversion(RelationalColumn column, ValueForm form, ValueCodec codec) {
            super(column);
            this.name = column.dataCollection() + "." + column.name();
            this.form = form;
            this.codec = codec;
        }

        @Override
        protected @Nullable Object carried(Object data) {
            Object carried;
            try {
                carried = codec.carried(data);
            } catch (RuntimeException e) {
                // A row that is read with the columns of another has bytes of any kind in its values.
                throw unreadable(e instanceof IllegalArgumentException ? String.valueOf(e.getMessage()) : e.toString());
            }
            if (carried != null && !form.isCarriedAs(carried)) {
                throw unreadable("a value of class " + data.getClass().getName());
            }
            return carried;
        }

        /** Returns an exception with the message in its cause, because Debezium reports only the cause. */
        private IllegalArgumentException unreadable(String reason) {
            return new IllegalArgumentException(
                    new IllegalArgumentException(UnreadableValue.COLUMN + name + UnreadableValue.REASON + reason));
        }
    }
}
