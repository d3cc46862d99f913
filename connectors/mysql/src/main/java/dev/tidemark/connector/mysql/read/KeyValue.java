package dev.tidemark.connector.mysql.read;

import dev.tidemark.connector.data.ColumnType.Kind;
import dev.tidemark.connector.data.KeyText;
import dev.tidemark.connector.mysql.catalog.MySqlCatalog.CatalogColumn;
import dev.tidemark.connector.mysql.value.TemporalText;
import dev.tidemark.connector.mysql.value.TextCharset;
import dev.tidemark.connector.mysql.value.ValueForm;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** Values of key columns: from the text of a document's id, and to the parameter of a query. */
final class KeyValue {

    private static final long MICROS = 1_000_000L;
    private static final int NANOS_PER_MICRO = 1000;
    private static final int LAST_YEAR = 9999;

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS");

    private KeyValue() {}

    /** Returns the value that the text stands for, or null if it is not a value of the column's type. */
    static @Nullable Object parse(CatalogColumn column, String text) {
        Object value = KeyText.parse(column.column().type().kind(), text);
        return value != null && fits(column, value) ? value : null;
    }

    private static boolean fits(CatalogColumn column, Object value) {
        TextCharset charset = column.type().charset();
        if (column.type().form() == ValueForm.TIME) {
            return isTime((String) value);
        }
        if (value instanceof String text && charset != null) {
            return charset.has(text);
        }
        Kind kind = column.column().type().kind();
        return switch (kind) {
            case DATE -> year(LocalDate.ofEpochDay((Integer) value).getYear());
            case TIMESTAMP -> year(time((Long) value).getYear());
            case FLOAT64 -> Double.isFinite((Double) value);
            case DECIMAL -> Character.isDigit(((String) value).charAt(((String) value).length() - 1));
            default -> true;
        };
    }

    private static boolean year(int year) {
        return year >= 1 && year <= LAST_YEAR;
    }

    private static boolean isTime(String text) {
        try {
            return TemporalText.time(text).equals(text);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Sets a parameter to a value as a row holds it. */
    static void bind(PreparedStatement statement, int at, Object value, CatalogColumn column) throws SQLException {
        Kind kind = column.column().type().kind();
        if (value instanceof Boolean truth) {
            statement.setInt(at, truth ? 1 : 0);
        } else if (value instanceof byte[] bytes) {
            statement.setBytes(at, bytes);
        } else if (value instanceof BigInteger number) {
            statement.setBigDecimal(at, new BigDecimal(number));
        } else if (value instanceof Double number) {
            statement.setDouble(at, number);
        } else if (kind == Kind.DECIMAL) {
            statement.setBigDecimal(at, new BigDecimal((String) value));
        } else if (kind == Kind.DATE) {
            statement.setString(at, LocalDate.ofEpochDay((Integer) value).toString());
        } else if (kind == Kind.TIMESTAMP) {
            statement.setString(at, TIME.format(time((Long) value)));
        } else if (value instanceof Number number) {
            statement.setLong(at, number.longValue());
        } else {
            statement.setString(at, (String) value);
        }
    }

    private static LocalDateTime time(long micros) {
        return LocalDateTime.ofEpochSecond(
                Math.floorDiv(micros, MICROS), (int) Math.floorMod(micros, MICROS) * NANOS_PER_MICRO, ZoneOffset.UTC);
    }
}
