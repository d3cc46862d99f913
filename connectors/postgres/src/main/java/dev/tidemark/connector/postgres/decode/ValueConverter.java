package dev.tidemark.connector.postgres.decode;

import dev.tidemark.connector.base.decode.ColumnConversion;
import dev.tidemark.connector.postgres.catalog.PostgresCatalog.Found;
import dev.tidemark.connector.postgres.value.PostgresTypes;
import dev.tidemark.connector.postgres.value.PostgresTypes.PostgresType;
import dev.tidemark.connector.postgres.value.ValueForm;
import dev.tidemark.debezium.postgres.TypeNames;
import io.debezium.connector.postgresql.UnchangedToastedReplicationMessageColumn;
import io.debezium.spi.converter.CustomConverter;
import io.debezium.spi.converter.RelationalColumn;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Takes every column's conversion out of Debezium's hands, inside its engine: one schema field per column that says what the
 * column is, and values in the form of {@link ValueForm}. Debezium creates it by its name. It takes the server's text, which the
 * replacements for Debezium's classes of types leave as it is (docs/decisions/0039-types-by-oid.md).
 *
 * <p>Without it, values would differ between stream and queries, arrays of many types would be missing, a NULL would
 * read as the column's default, and a quarter of the time would go into formatting timestamps.
 */
public final class ValueConverter implements CustomConverter<SchemaBuilder, RelationalColumn> {

    /** Names the {@link TypeLookup} in the converter's properties. */
    public static final String TYPES = "types";

    /** Schema parameters of a field: the column's {@link PostgresType}, and whether it may be NULL. */
    private static final String FORM = "form";

    private static final String ELEMENT = "element";
    private static final String PRECISION = "precision";
    static final String NULLABLE = "nullable";

    /** Stand for unchanged TOAST; compared by identity, so that no text of a user can be taken for one. */
    private static final String UNCHANGED_TEXT = new String("<unchanged>".toCharArray());

    private static final byte[] UNCHANGED_BYTES = new byte[0];

    /** Returns whether the value of a record's field means that the source did not send it. */
    static boolean unchanged(Object carried) {
        return carried == UNCHANGED_TEXT || carried == UNCHANGED_BYTES;
    }

    private @Nullable TypeLookup types;
    private String table = "";
    /** Columns of the table for which no schema was created since they were read. */
    private Map<String, Found> columns = Map.of();

    @Override
    public void configure(Properties properties) {
        types = TypeLookup.named(properties.getProperty(TYPES, ""));
    }

    @Override
    public void converterFor(RelationalColumn column, ConverterRegistration<SchemaBuilder> registration) {
        PostgresType type = type(column);
        ValueForm form = type.form();
        SchemaBuilder schema = new SchemaBuilder(form.schemaType())
                .optional()
                .parameter(FORM, form.name())
                .parameter(ELEMENT, type.element().name())
                .parameter(PRECISION, String.valueOf(type.precision()))
                .parameter(NULLABLE, String.valueOf(column.isOptional()));
        registration.register(schema, new Conversion(column, form));
    }

    /**
     * Returns a column's type. The log names it by its oid, the driver's metadata by a name that several schemas may have: then the
     * catalog has it.
     */
    private PostgresType type(RelationalColumn column) {
        TypeLookup known = Objects.requireNonNull(types, "configured");
        int digits = column.length().orElse(0);
        if (TypeNames.isOfOid(column.typeName())) {
            return PostgresTypes.of(known.type(column.nativeType()), digits);
        }
        if (!column.dataCollection().equals(table) || !columns.containsKey(column.name())) {
            table = column.dataCollection();
            columns = new HashMap<>(known.columns(table));
        }
        Found found = columns.remove(column.name());
        return found == null
                ? PostgresTypes.of(known.type(column.nativeType()), digits)
                : PostgresTypes.of(found.type(), found.precision());
    }

    /** Returns the type for which a field of a record was created. */
    static PostgresType typeOf(Schema field) {
        return PostgresType.of(
                ValueForm.valueOf(field.parameters().getOrDefault(FORM, "")),
                ValueForm.valueOf(field.parameters().getOrDefault(ELEMENT, "")),
                Integer.parseInt(field.parameters().get(PRECISION)));
    }

    private static final class Conversion extends ColumnConversion {

        private final ValueForm form;

        Conversion(RelationalColumn column, ValueForm form) {
            super(column);
            this.form = form;
        }

        @Override
        protected @Nullable Object carried(Object data) {
            if (data.getClass() == Object.class
                    && UnchangedToastedReplicationMessageColumn.isUnchangedToastedValue(data)) {
                return form.schemaType() == Schema.Type.BYTES ? UNCHANGED_BYTES : UNCHANGED_TEXT;
            }
            if (data instanceof String text) {
                return form.carried(text);
            }
            throw new IllegalArgumentException(
                    "a value of class " + data.getClass().getName() + " instead of the server's text");
        }
    }
}
