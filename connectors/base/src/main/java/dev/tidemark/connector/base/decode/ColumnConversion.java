package dev.tidemark.connector.base.decode;

import io.debezium.spi.converter.CustomConverter.Converter;
import io.debezium.spi.converter.RelationalColumn;
import org.jspecify.annotations.Nullable;

/**
 * Converts the values of one column inside Debezium's engine. Debezium's first call converts the column's default for the schema. It is
 * answered with none: a field with a default reads as that if the row holds NULL. ({@code TableSchemaBuilder.addField}; a test watches it.)
 */
public abstract class ColumnConversion implements Converter {

    private boolean defaultAsked;

    protected ColumnConversion(RelationalColumn column) {
        this.defaultAsked = column.hasDefaultValue() && column.defaultValue() != null;
    }

    /**
     * Returns what a record carries of a value.
     *
     * @throws IllegalArgumentException if the value cannot be understood; it ends the engine
     */
    protected abstract @Nullable Object carried(Object data);

    @Override
    public final @Nullable Object convert(@Nullable Object data) {
        if (defaultAsked) {
            defaultAsked = false;
            return null;
        }
        return data == null ? null : carried(data);
    }
}
