package dev.tidemark.connector.mysql.value;

import dev.tidemark.connector.data.ColumnType;
import dev.tidemark.connector.data.ColumnType.Kind;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The type table: what a MySQL type becomes. The catalog and the stream both use it. The stream has a column's type as it is
 * written in a statement, so every synonym is known; the catalog has the server's own spelling.
 */
public final class MySqlTypes {

    /** Scale of a type that declares none. */
    public static final int NO_SCALE = -1;

    private static final int BINARY_BYTES = 1;
    private static final int DECIMAL_DIGITS = 10;
    private static final int SINGLE_PRECISION_BITS = 24;

    /**
     * A column's neutral type, and what turns its values into it.
     *
     * @param codec of its values; that of an enum or a set has no labels
     * @param charset how the binlog holds its text; null for anything but text
     */
    public record MySqlType(
            ColumnType type,
            ValueForm form,
            ValueCodec codec,
            @Nullable TextCharset charset) {

        /**
         * Returns whether the column may hold NULL. A zero date counts as NULL, and NOT NULL does not keep those out.
         *
         * @param declared what the column declares
         */
        public boolean nullable(boolean declared) {
            return declared || type.kind() == Kind.DATE || type.kind() == Kind.TIMESTAMP;
        }
    }

    private MySqlTypes() {}

    /**
     * Returns the type of a column.
     *
     * @param name the type without what is in parentheses, such as {@code INT UNSIGNED ZEROFILL}, in any case
     * @param length the first number in the parentheses, or less than 1 if there is none
     * @param scale the second one, or {@link #NO_SCALE}
     * @param charset the column's character set as MySQL calls it, null if it has none
     */
    public static MySqlType of(String name, int length, int scale, @Nullable String charset) {
        String upper = name.toUpperCase(Locale.ROOT).trim();
        boolean unsigned = upper.contains(" UNSIGNED") || upper.contains(" ZEROFILL");
        ValueForm form = form(base(upper), unsigned, length, scale);
        boolean text = form == ValueForm.TEXT || form == ValueForm.CHAR;
        if (text && "binary".equalsIgnoreCase(charset)) {
            form = form == ValueForm.CHAR ? ValueForm.BINARY : ValueForm.BYTES;
            text = false;
        }
        ColumnType type = switch (form) {
            case DECIMAL -> ColumnType.decimal(length > 0 ? length : DECIMAL_DIGITS);
            case SET -> ColumnType.arrayOf(ColumnType.of(Kind.TEXT));
            default -> ColumnType.of(form.kind());
        };
        TextCharset known = text ? TextCharset.of(charset) : null;
        ValueCodec codec = form.codec(Math.max(length, BINARY_BYTES), known == null ? TextCharset.of(null) : known);
        return new MySqlType(type, form, codec, known);
    }

    private static String base(String upper) {
        int end = upper.length();
        for (String attribute : new String[] {" SIGNED", " UNSIGNED", " ZEROFILL", " BINARY"}) {
            int at = upper.indexOf(attribute);
            end = at > 0 ? Math.min(end, at) : end;
        }
        return upper.substring(0, end);
    }

    private static ValueForm form(String base, boolean unsigned, int length, int scale) {
        return switch (base) {
            case "BOOL", "BOOLEAN" -> ValueForm.BOOL;
            case "TINYINT", "INT1" -> tinyint(unsigned, length);
            case "SMALLINT", "INT2" -> unsigned ? ValueForm.UINT16 : ValueForm.INT32;
            case "MEDIUMINT", "MIDDLEINT", "INT3" -> unsigned ? ValueForm.UINT24 : ValueForm.INT32;
            case "INT", "INTEGER", "INT4" -> unsigned ? ValueForm.UINT32 : ValueForm.INT32;
            case "BIGINT", "INT8" -> unsigned ? ValueForm.UINT64 : ValueForm.INT64;
            case "SERIAL" -> ValueForm.UINT64;
            case "DECIMAL", "DEC", "NUMERIC", "FIXED" -> ValueForm.DECIMAL;
            case "FLOAT", "FLOAT4" -> single(length, scale);
            case "DOUBLE", "DOUBLE PRECISION", "REAL", "FLOAT8" -> ValueForm.FLOAT64;
            case "BIT" -> length > 1 ? ValueForm.BITS : ValueForm.BIT;
            case "DATE" -> ValueForm.DATE;
            case "DATETIME" -> ValueForm.DATETIME;
            case "TIMESTAMP" -> ValueForm.TIMESTAMP;
            case "TIME" -> ValueForm.TIME;
            case "YEAR" -> ValueForm.YEAR;
            case "CHAR", "CHARACTER", "NCHAR", "NATIONAL CHAR", "NATIONAL CHARACTER" -> ValueForm.CHAR;
            case "BINARY", "CHAR BYTE" -> ValueForm.BINARY;
            case "VARBINARY", "TINYBLOB", "BLOB", "MEDIUMBLOB", "LONGBLOB", "LONG VARBINARY", "VECTOR" ->
                ValueForm.BYTES;
            case "ENUM" -> ValueForm.ENUM;
            case "SET" -> ValueForm.SET;
            case "JSON" -> ValueForm.JSON;
            case "POINT" -> ValueForm.POINT;
            case "GEOMETRY",
                    "LINESTRING",
                    "POLYGON",
                    "MULTIPOINT",
                    "MULTILINESTRING",
                    "MULTIPOLYGON",
                    "GEOMCOLLECTION",
                    "GEOMETRYCOLLECTION" -> ValueForm.GEOMETRY;
            default -> ValueForm.TEXT;
        };
    }

    /**
     * Returns the form of a tinyint. The server itself spells bool as tinyint(1). An unsigned one loses its length there, so it
     * is a number.
     */
    private static ValueForm tinyint(boolean unsigned, int length) {
        if (unsigned) {
            return ValueForm.UINT8;
        }
        return length == 1 ? ValueForm.BOOL : ValueForm.INT32;
    }

    private static ValueForm single(int length, int scale) {
        if (scale != NO_SCALE) {
            return ValueForm.FLOAT32;
        }
        return length > SINGLE_PRECISION_BITS ? ValueForm.FLOAT64 : ValueForm.FLOAT32_SHOWN;
    }
}
