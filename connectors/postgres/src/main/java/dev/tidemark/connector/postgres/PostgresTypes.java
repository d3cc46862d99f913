package dev.tidemark.connector.postgres;

import dev.tidemark.connector.ColumnType;
import dev.tidemark.connector.ColumnType.Kind;
import java.util.Map;
import org.postgresql.core.Oid;

/**
 * The type table: what a Postgres type becomes. The catalog and the stream both ask here, with a domain already resolved to
 * its base type. A type that is not listed is TEXT in the server's own spelling.
 */
final class PostgresTypes {

    /** A column's neutral type and the form in which its values travel; {@code element} is an array's element, or TEXT. */
    record PostgresType(ColumnType type, ValueForm form, ValueForm element) {}

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

    /** Arrays whose elements are more than text. An array of any other type has text elements. */
    private static final Map<Integer, Integer> ELEMENTS = Map.ofEntries(
            Map.entry(Oid.BOOL_ARRAY, Oid.BOOL),
            Map.entry(Oid.INT2_ARRAY, Oid.INT2),
            Map.entry(Oid.INT4_ARRAY, Oid.INT4),
            Map.entry(Oid.INT8_ARRAY, Oid.INT8),
            Map.entry(Oid.OID_ARRAY, Oid.OID),
            Map.entry(Oid.FLOAT4_ARRAY, Oid.FLOAT4),
            Map.entry(Oid.FLOAT8_ARRAY, Oid.FLOAT8),
            Map.entry(Oid.NUMERIC_ARRAY, Oid.NUMERIC),
            Map.entry(Oid.BPCHAR_ARRAY, Oid.BPCHAR),
            Map.entry(Oid.BYTEA_ARRAY, Oid.BYTEA),
            Map.entry(Oid.DATE_ARRAY, Oid.DATE),
            Map.entry(Oid.TIMESTAMP_ARRAY, Oid.TIMESTAMP),
            Map.entry(Oid.TIMESTAMPTZ_ARRAY, Oid.TIMESTAMPTZ),
            Map.entry(Oid.TIMETZ_ARRAY, Oid.TIMETZ),
            Map.entry(Oid.INTERVAL_ARRAY, Oid.INTERVAL),
            Map.entry(Oid.JSON_ARRAY, Oid.JSON),
            Map.entry(Oid.JSONB_ARRAY, Oid.JSONB),
            Map.entry(Oid.POINT_ARRAY, Oid.POINT));

    /** Debezium's stand-in for the precision of a numeric that declares none. */
    private static final int NO_PRECISION = 131089;

    private PostgresTypes() {}

    /**
     * @param oid the type's oid, the base type's for a domain
     * @param name the type's name in pg_type, perhaps with its schema; an array's begins with an underscore
     * @param precision declared digits of a numeric; anything else where none are declared
     */
    static PostgresType of(int oid, String name, int precision) {
        Integer element = ELEMENTS.get(oid);
        String plain = plainName(name);
        if (element != null || (plain.startsWith("_") && oid != Oid.BOX_ARRAY)) {
            ValueForm form = element != null ? FORMS.getOrDefault(element, ValueForm.TEXT) : byName(plain.substring(1));
            return new PostgresType(ColumnType.arrayOf(ColumnType.of(form.kind())), ValueForm.ARRAY, form);
        }
        ValueForm form = FORMS.getOrDefault(oid, byName(plain));
        boolean declared = oid == Oid.NUMERIC && precision > 0 && precision < NO_PRECISION;
        ColumnType type =
                form.kind() == Kind.DECIMAL ? ColumnType.decimal(declared ? precision : 0) : ColumnType.of(form.kind());
        return new PostgresType(type, form, ValueForm.TEXT);
    }

    /** Extensions have no fixed oid. */
    private static ValueForm byName(String name) {
        return name.equals("hstore") ? ValueForm.HSTORE : ValueForm.TEXT;
    }

    private static String plainName(String name) {
        String last = name.substring(name.lastIndexOf('.') + 1);
        return last.replace("\"", "");
    }
}
