package dev.tidemark.connector.postgres.value;

import dev.tidemark.connector.data.ColumnType;
import dev.tidemark.connector.data.ColumnType.Kind;
import java.util.Map;
import org.postgresql.core.Oid;

/**
 * The type table: what a Postgres type becomes. The catalog and the stream both use it, with a domain already resolved to
 * its base type. A type that is not listed is TEXT in the server's own spelling.
 */
public final class PostgresTypes {

    /** A column's neutral type and the form in which its values travel; {@code element} is an array's element, or TEXT. */
    public record PostgresType(ColumnType type, ValueForm form, ValueForm element) {

        /**
         * Returns the type of a form.
         *
         * @param precision declared digits of a decimal; 0 if none are declared
         */
        public static PostgresType of(ValueForm form, ValueForm element, int precision) {
            ColumnType type = switch (form) {
                case ARRAY -> ColumnType.arrayOf(ColumnType.of(element.kind()));
                case DECIMAL, MONEY -> ColumnType.decimal(precision);
                default -> ColumnType.of(form.kind());
            };
            return new PostgresType(type, form, element);
        }

        public int precision() {
            return type.kind() == Kind.DECIMAL ? type.precision() : 0;
        }

        /** Returns a row's value for what a record carries. */
        public Object ofCarried(Object carried) {
            return form == ValueForm.ARRAY ? ArrayText.parse((String) carried, element) : form.ofCarried(carried);
        }

        /** Returns a row's value for the server's text. */
        public Object ofText(String text) {
            return form == ValueForm.ARRAY ? ArrayText.parse(text, element) : form.ofText(text);
        }
    }

    private static final Map<Integer, ValueForm> FORMS = Map.ofEntries(
            Map.entry(Oid.BOOL, ValueForm.BOOL),
            Map.entry(Oid.INT2, ValueForm.INT32),
            Map.entry(Oid.INT4, ValueForm.INT32),
            Map.entry(Oid.INT8, ValueForm.INT64),
            Map.entry(Oid.OID, ValueForm.INT64),
            Map.entry(Oid.FLOAT4, ValueForm.FLOAT32),
            Map.entry(Oid.FLOAT8, ValueForm.FLOAT64),
            Map.entry(Oid.NUMERIC, ValueForm.DECIMAL),
            Map.entry(Oid.MONEY, ValueForm.MONEY),
            Map.entry(Oid.BPCHAR, ValueForm.CHAR),
            Map.entry(Oid.BYTEA, ValueForm.BYTES),
            Map.entry(Oid.DATE, ValueForm.DATE),
            Map.entry(Oid.TIMESTAMP, ValueForm.TIMESTAMP),
            Map.entry(Oid.TIMESTAMPTZ, ValueForm.TIMESTAMP),
            Map.entry(Oid.TIMETZ, ValueForm.TIMETZ),
            Map.entry(Oid.INTERVAL, ValueForm.INTERVAL),
            Map.entry(Oid.JSON, ValueForm.JSON),
            Map.entry(Oid.JSONB, ValueForm.JSON),
            Map.entry(Oid.POINT, ValueForm.POINT),
            Map.entry(Oid.BOX, ValueForm.GEOMETRIC),
            Map.entry(Oid.CIRCLE, ValueForm.GEOMETRIC),
            Map.entry(Oid.LINE, ValueForm.GEOMETRIC),
            Map.entry(Oid.LSEG, ValueForm.GEOMETRIC),
            Map.entry(Oid.PATH, ValueForm.GEOMETRIC),
            Map.entry(Oid.POLYGON, ValueForm.GEOMETRIC));

    /** Debezium's replacement for the precision of a numeric that declares none. */
    private static final int NO_PRECISION = 131089;

    private PostgresTypes() {}

    /**
     * Returns the type of a column.
     *
     * @param precision declared digits of a numeric; anything else if none are declared
     */
    public static PostgresType of(PgType type, int precision) {
        PgType element = type.element();
        if (element != null) {
            ValueForm form = form(element);
            boolean asText = form == ValueForm.MONEY || form == ValueForm.GEOMETRIC;
            return PostgresType.of(ValueForm.ARRAY, asText ? ValueForm.TEXT : form, 0);
        }
        boolean declared = type.oid() == Oid.NUMERIC && precision > 0 && precision < NO_PRECISION;
        return PostgresType.of(form(type), ValueForm.TEXT, declared ? precision : 0);
    }

    private static ValueForm form(PgType type) {
        ValueForm known = FORMS.get(type.oid());
        if (known != null) {
            return known;
        }
        // Extensions have no fixed oid, and only they create base types.
        return type.base() && type.name().equals("hstore") ? ValueForm.HSTORE : ValueForm.TEXT;
    }
}
