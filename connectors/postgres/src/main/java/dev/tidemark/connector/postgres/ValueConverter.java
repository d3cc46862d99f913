package dev.tidemark.connector.postgres;

import dev.tidemark.connector.postgres.PostgresTypes.PostgresType;
import io.debezium.connector.postgresql.UnchangedToastedReplicationMessageColumn;
import io.debezium.spi.converter.CustomConverter;
import io.debezium.spi.converter.RelationalColumn;
import java.util.Properties;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Takes every column's conversion out of Debezium's hands, inside its engine: one schema field per column that says what the
 * column is, and values in the form of {@link ValueForm}. Made by Debezium, by name.
 *
 * <p>Without it, values would differ between stream and snapshot, arrays of many types would be missing, a NULL would
 * read as the column's default, and a quarter of the time would go into formatting timestamps.
 */
public final class ValueConverter implements CustomConverter<SchemaBuilder, RelationalColumn> {

    /** Schema parameters of a field: the column's type as {@link PostgresTypes#of} takes it, and whether it may be NULL. */
    static final String OID = "oid";

    static final String TYPE_NAME = "type";
    static final String PRECISION = "precision";
    static final String NULLABLE = "nullable";

    /** Stand for unchanged TOAST; told by identity, so that no text a user has can be taken for one. */
    private static final String UNCHANGED_TEXT = new String("<unchanged>".toCharArray());

    private static final byte[] UNCHANGED_BYTES = new byte[0];

    /** Whether the value of a record's field says that the source did not send it. */
    static boolean unchanged(Object carried) {
        return carried == UNCHANGED_TEXT || carried == UNCHANGED_BYTES;
    }

    @Override
    public void configure(Properties properties) {
        // Nothing can be configured.
    }

    @Override
    public void converterFor(RelationalColumn column, ConverterRegistration<SchemaBuilder> registration) {
        int precision = column.length().orElse(0);
        ValueForm form = PostgresTypes.of(column.nativeType(), column.typeName(), precision)
                .form();
        SchemaBuilder schema = new SchemaBuilder(form.schemaType())
                .optional()
                .parameter(OID, String.valueOf(column.nativeType()))
                .parameter(TYPE_NAME, column.typeName())
                .parameter(PRECISION, String.valueOf(precision))
                .parameter(NULLABLE, String.valueOf(column.isOptional()));
        registration.register(schema, new Conversion(form, column.hasDefaultValue() && column.defaultValue() != null));
    }

    /** The type that a field of a record was made for. */
    static PostgresType typeOf(Schema field) {
        return PostgresTypes.of(
                Integer.parseInt(field.parameters().get(OID)),
                field.parameters().getOrDefault(TYPE_NAME, ""),
                Integer.parseInt(field.parameters().get(PRECISION)));
    }

    private static final class Conversion implements Converter {

        private final ValueForm form;
        private boolean defaultAsked;

        Conversion(ValueForm form, boolean hasDefault) {
            this.form = form;
            this.defaultAsked = hasDefault;
        }

        /**
         * Debezium's first call converts the column's default for the schema. It is answered with none: a field with a default
         * reads as that where the row holds NULL. ({@code TableSchemaBuilder.addField}; a test watches it.)
         */
        @Override
        public @Nullable Object convert(@Nullable Object data) {
            if (defaultAsked) {
                defaultAsked = false;
                return null;
            }
            if (data == null) {
                return null;
            }
            if (data.getClass() == Object.class
                    && UnchangedToastedReplicationMessageColumn.isUnchangedToastedValue(data)) {
                return form.schemaType() == Schema.Type.BYTES ? UNCHANGED_BYTES : UNCHANGED_TEXT;
            }
            return form.carried(data);
        }
    }
}
