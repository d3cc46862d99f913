package dev.tidemark.connector.mysql.value;

import dev.tidemark.connector.data.ColumnType.Kind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Year;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A form in which values travel. {@link #carried} takes what Debezium holds (its classes differ between binlog and snapshot) to
 * what its record carries; {@link #ofCarried} takes that to the value of a row; {@link #ofServer} does so with what the server
 * answers to a query. Whichever way a value comes, the row's value is equal.
 */
public enum ValueForm {
    /** tinyint(1): carried as its number, for it may be another than 0 and 1. */
    BOOL(Kind.BOOL, Schema.Type.INT32),
    INT32(Kind.INT32, Schema.Type.INT32),
    /** Unsigned numbers come out of the binlog as signed ones of their width. */
    UINT8(Kind.INT32, Schema.Type.INT32),
    UINT16(Kind.INT32, Schema.Type.INT32),
    UINT24(Kind.INT32, Schema.Type.INT32),
    UINT32(Kind.INT64, Schema.Type.INT64),
    INT64(Kind.INT64, Schema.Type.INT64),
    /** Carried as its 64 bits. */
    UINT64(Kind.INT64, Schema.Type.INT64),
    /** float(m,d): the server's text of it is exact. */
    FLOAT32(Kind.FLOAT32, Schema.Type.FLOAT32),
    /** float: the server shows six digits of it to everybody, also to a snapshot, so the binlog's exact value is rounded. */
    FLOAT32_SHOWN(Kind.FLOAT32, Schema.Type.FLOAT32),
    FLOAT64(Kind.FLOAT64, Schema.Type.FLOAT64),
    DECIMAL(Kind.DECIMAL, Schema.Type.STRING),
    /** bit(1). */
    BIT(Kind.BOOL, Schema.Type.INT32),
    /** bit(n): the number, carried as its 64 bits. */
    BITS(Kind.INT64, Schema.Type.INT64),
    DATE(Kind.DATE, Schema.Type.INT32),
    DATETIME(Kind.TIMESTAMP, Schema.Type.INT64),
    TIMESTAMP(Kind.TIMESTAMP, Schema.Type.INT64),
    TIME(Kind.TEXT, Schema.Type.STRING),
    YEAR(Kind.INT32, Schema.Type.INT32),
    /** Padded with spaces by declaration; they are visible only if a server's sql_mode shows them. */
    CHAR(Kind.TEXT, Schema.Type.STRING),
    TEXT(Kind.TEXT, Schema.Type.STRING),
    /** The label; the binlog has its number. See {@link EnumLabels}. */
    ENUM(Kind.TEXT, Schema.Type.STRING),
    /** The labels, carried with commas between: no label holds one. */
    SET(Kind.ARRAY, Schema.Type.STRING),
    JSON(Kind.JSON, Schema.Type.STRING),
    BYTES(Kind.BYTES, Schema.Type.BYTES),
    /** binary(n): padded with zeros, which the binlog leaves out. */
    BINARY(Kind.BYTES, Schema.Type.BYTES),
    POINT(Kind.POINT, Schema.Type.BYTES),
    /** As well-known text. */
    GEOMETRY(Kind.TEXT, Schema.Type.STRING);

    private static final int SHOWN_DIGITS = 6;
    private static final MathContext SHOWN = new MathContext(SHOWN_DIGITS, RoundingMode.HALF_EVEN);

    private final Kind kind;
    private final Schema.Type schemaType;

    ValueForm(Kind kind, Schema.Type schemaType) {
        this.kind = kind;
        this.schemaType = schemaType;
    }

    Kind kind() {
        return kind;
    }

    /** Returns the type of the field that carries such values in a Debezium record. */
    public Schema.Type schemaType() {
        return schemaType;
    }

    /**
     * Returns what a record carries for a value as the binlog or Debezium's snapshot holds it; null for a zero date.
     *
     * @param length bytes of a binary(n)
     * @param charset of text
     * @param labels of an enum or a set
     * @throws IllegalArgumentException if the value is of an unexpected class
     */
    public @Nullable Object carried(Object data, int length, TextCharset charset, List<String> labels) {
        return switch (this) {
            case BOOL, INT32 -> data instanceof Integer ? data : (Integer) (int) whole(data);
            case UINT8 -> (int) whole(data) & 0xff;
            case UINT16 -> (int) whole(data) & 0xffff;
            case UINT24 -> (int) whole(data) & 0xffffff;
            case UINT32 -> whole(data) & 0xffff_ffffL;
            case INT64, UINT64 -> data instanceof Long ? data : (Long) whole(data);
            case FLOAT32 -> ((Number) data).floatValue();
            case FLOAT32_SHOWN -> shown(((Number) data).floatValue());
            case FLOAT64 -> ((Number) data).doubleValue();
            case DECIMAL -> ((BigDecimal) data).toPlainString();
            case BIT -> bits(data) == 0 ? 0 : 1;
            case BITS -> bits(data);
            case DATE -> TemporalText.days((LocalDate) data);
            case DATETIME ->
                data instanceof Timestamp time ? TemporalText.localMicros(time) : TemporalText.micros(local(data));
            case TIMESTAMP -> instant(data);
            case TIME ->
                data instanceof Duration time ? TemporalText.time(time) : TemporalText.time(text(data, charset));
            case YEAR -> year(data);
            case CHAR -> trim(text(data, charset));
            case TEXT -> text(data, charset);
            case ENUM -> data instanceof Number index ? EnumLabels.label(index.intValue(), labels) : data;
            case SET -> data instanceof Number bits ? EnumLabels.labels(bits.longValue(), labels) : data;
            case JSON -> data instanceof byte[] binary ? JsonText.of(binary) : data;
            case BYTES, POINT -> data;
            case BINARY -> padded((byte[]) data, length);
            case GEOMETRY -> GeometryText.of((byte[]) data);
        };
    }

    /** Returns whether the value is of the class that records carry such values as. */
    public boolean isCarriedAs(Object value) {
        return switch (schemaType) {
            case INT32 -> value instanceof Integer;
            case INT64 -> value instanceof Long;
            case FLOAT32 -> value instanceof Float;
            case FLOAT64 -> value instanceof Double;
            case STRING -> value instanceof String;
            default -> value instanceof byte[];
        };
    }

    /** Returns a row's value from the one that a record carried. */
    public Object ofCarried(Object carried) {
        return switch (this) {
            case BOOL, BIT -> truth((Integer) carried);
            case UINT64, BITS -> unsigned((Long) carried);
            case SET -> EnumLabels.list((String) carried);
            case POINT -> GeometryText.point((byte[]) carried);
            default -> carried;
        };
    }

    /**
     * Returns a row's value from the server's answer: its bytes, of text in UTF-8. Null for a zero date.
     *
     * @param length bytes of a binary(n)
     */
    public @Nullable Object ofServer(byte[] bytes, int length) {
        return switch (this) {
            case BYTES -> bytes;
            case BINARY -> padded(bytes, length);
            case BIT, BITS -> ofCarried(this == BIT ? (Object) (bits(bytes) == 0 ? 0 : 1) : (Object) bits(bytes));
            case POINT -> GeometryText.point(bytes);
            case GEOMETRY -> GeometryText.of(bytes);
            default -> ofText(new String(bytes, StandardCharsets.UTF_8));
        };
    }

    private @Nullable Object ofText(String text) {
        return switch (this) {
            case BOOL -> truth(Integer.valueOf(text));
            case INT32, UINT8, UINT16, UINT24, YEAR -> Integer.valueOf(text);
            case INT64, UINT32 -> Long.valueOf(text);
            case UINT64 -> unsigned(Long.parseUnsignedLong(text));
            case FLOAT32, FLOAT32_SHOWN -> Float.valueOf(text);
            case FLOAT64 -> Double.valueOf(text);
            case DECIMAL -> withoutFill(text);
            case DATE -> TemporalText.days(text);
            case DATETIME, TIMESTAMP -> TemporalText.micros(text);
            case TIME -> TemporalText.time(text);
            case CHAR -> trim(text);
            case SET -> EnumLabels.list(text);
            default -> text;
        };
    }

    private static long whole(Object data) {
        if (data instanceof Number number) {
            return number.longValue();
        }
        if (data instanceof Boolean truth) {
            return truth ? 1 : 0;
        }
        throw unexpected(data);
    }

    private static Object truth(Integer number) {
        return switch (number) {
            case 0 -> false;
            case 1 -> true;
            default -> number;
        };
    }

    private static Number unsigned(Long bits) {
        return bits >= 0 ? bits : (Number) new BigInteger(Long.toUnsignedString(bits));
    }

    /**
     * Returns the bits as a number. The binlog's bits are a set of them; the driver's are bytes, the highest first, or a truth
     * value for bit(1).
     */
    private static long bits(Object data) {
        if (data instanceof BitSet set) {
            long[] words = set.toLongArray();
            return words.length == 0 ? 0 : words[0];
        }
        if (data instanceof byte[] bytes) {
            long bits = 0;
            for (byte b : bytes) {
                bits = bits << Byte.SIZE | b & 0xff;
            }
            return bits;
        }
        return whole(data);
    }

    private static Float shown(float exact) {
        // Most floats were written with few digits: then the shortest text that means the float has at most six of
        // them.
        String shortest = Float.toString(exact);
        return shortest.length() <= SHOWN_DIGITS
                ? exact
                : new BigDecimal(exact).round(SHOWN).floatValue();
    }

    private static LocalDateTime local(Object data) {
        if (data instanceof LocalDateTime time) {
            return time;
        }
        throw unexpected(data);
    }

    private static Long instant(Object data) {
        if (data instanceof ZonedDateTime time) {
            return TemporalText.micros(time.toEpochSecond(), time.getNano());
        }
        if (data instanceof Timestamp time) {
            return TemporalText.micros(Math.floorDiv(time.getTime(), 1000L), time.getNanos());
        }
        throw unexpected(data);
    }

    /**
     * Returns the year. The binlog counts from 1900 and has 0 for the year 0000, so that one looks like 1900, which no column can
     * hold.
     */
    private static Integer year(Object data) {
        int year = data instanceof Year known ? known.getValue() : (int) whole(data);
        return year == 1900 ? 0 : year;
    }

    private static String text(Object data, TextCharset charset) {
        return data instanceof byte[] bytes ? charset.decode(bytes) : (String) data;
    }

    /** Removes leading zeros. The server shows a number that is ZEROFILL with the zeros before it; the binlog does not. */
    private static String withoutFill(String number) {
        int begin = 0;
        while (begin + 1 < number.length() && number.charAt(begin) == '0' && number.charAt(begin + 1) != '.') {
            begin++;
        }
        return number.substring(begin);
    }

    private static String trim(String padded) {
        int end = padded.length();
        while (end > 0 && padded.charAt(end - 1) == ' ') {
            end--;
        }
        return padded.substring(0, end);
    }

    private static byte[] padded(byte[] bytes, int length) {
        return bytes.length < length ? Arrays.copyOf(bytes, length) : bytes;
    }

    private static IllegalArgumentException unexpected(Object data) {
        return new IllegalArgumentException(
                "a value of class " + data.getClass().getName());
    }
}
