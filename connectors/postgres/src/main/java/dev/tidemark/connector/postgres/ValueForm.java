package dev.tidemark.connector.postgres;

import dev.tidemark.connector.ColumnType.Kind;
import io.debezium.data.SpecialValueDecimal;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.sql.SQLXML;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.postgresql.util.PGbytea;
import org.postgresql.util.PGobject;

/**
 * A form in which values travel. {@link #carried} takes what Debezium holds (its classes differ between stream and snapshot)
 * to what its record carries; {@link #ofText} takes the server's text to the value of a row; {@link #ofCarried} does so with
 * what the record carried. Whichever way a value comes, the row's value is equal.
 */
enum ValueForm {
    BOOL(Kind.BOOL, Schema.Type.BOOLEAN),
    INT32(Kind.INT32, Schema.Type.INT32),
    INT64(Kind.INT64, Schema.Type.INT64),
    FLOAT32(Kind.FLOAT32, Schema.Type.FLOAT32),
    FLOAT64(Kind.FLOAT64, Schema.Type.FLOAT64),
    DECIMAL(Kind.DECIMAL, Schema.Type.STRING),
    MONEY(Kind.DECIMAL, Schema.Type.STRING),
    TEXT(Kind.TEXT, Schema.Type.STRING),
    /** Blank-padded: trailing blanks mean nothing in Postgres and are left out. */
    CHAR(Kind.TEXT, Schema.Type.STRING),
    TIMETZ(Kind.TEXT, Schema.Type.STRING),
    INTERVAL(Kind.TEXT, Schema.Type.STRING),
    GEOMETRIC(Kind.TEXT, Schema.Type.STRING),
    JSON(Kind.JSON, Schema.Type.STRING),
    HSTORE(Kind.JSON, Schema.Type.STRING),
    BYTES(Kind.BYTES, Schema.Type.BYTES),
    DATE(Kind.DATE, Schema.Type.INT32),
    TIMESTAMP(Kind.TIMESTAMP, Schema.Type.INT64),
    POINT(Kind.POINT, Schema.Type.STRING),
    ARRAY(Kind.ARRAY, Schema.Type.STRING);

    private final Kind kind;
    private final Schema.Type schemaType;

    ValueForm(Kind kind, Schema.Type schemaType) {
        this.kind = kind;
        this.schemaType = schemaType;
    }

    Kind kind() {
        return kind;
    }

    /** The type of the field that carries such values in a Debezium record. */
    Schema.Type schemaType() {
        return schemaType;
    }

    /** What a record carries for a value as Debezium's decoder or its snapshot hands it to a converter. */
    Object carried(Object data) {
        return switch (this) {
            case BOOL, INT32, INT64, FLOAT32, FLOAT64, BYTES -> data instanceof String text ? ofText(text) : data;
            case DECIMAL, MONEY -> decimal(data);
            case CHAR -> CharText.trim(text(data));
            case TIMETZ -> data instanceof OffsetTime time ? TemporalText.timeWithZone(time) : ofText(text(data));
            case INTERVAL -> IntervalText.iso(data);
            case HSTORE -> data instanceof Map<?, ?> map ? HstoreText.json(map) : ofText(text(data));
            case DATE -> date(data);
            case TIMESTAMP -> timestamp(data);
            case TEXT, JSON, GEOMETRIC, POINT, ARRAY -> text(data);
        };
    }

    /** A row's value from what a record carried; for arrays see {@link ArrayText}. */
    Object ofCarried(Object carried) {
        return this == POINT ? PointText.parse((String) carried) : carried;
    }

    /** A row's value from the server's text; for arrays see {@link ArrayText}. */
    Object ofText(String text) {
        return switch (this) {
            case BOOL -> text.startsWith("t");
            case INT32 -> Integer.valueOf(text);
            case INT64 -> Long.valueOf(text);
            case FLOAT32 -> Float.valueOf(text);
            case FLOAT64 -> Double.valueOf(text);
            case CHAR -> CharText.trim(text);
            case TIMETZ -> TemporalText.timeWithZone(text);
            case INTERVAL -> IntervalText.iso(text);
            case HSTORE -> HstoreText.json(text);
            case BYTES -> bytes(text);
            case DATE -> TemporalText.days(text);
            case TIMESTAMP -> TemporalText.micros(text);
            case POINT -> PointText.parse(text);
            case DECIMAL, MONEY, TEXT, GEOMETRIC, JSON, ARRAY -> text;
        };
    }

    private static String decimal(Object data) {
        if (data instanceof BigDecimal number) {
            return number.toPlainString();
        }
        if (data instanceof SpecialValueDecimal special) {
            if (special.getDecimalValue().isPresent()) {
                return special.getDecimalValue().get().toPlainString();
            }
            double value = special.toDouble();
            return Double.toString(value);
        }
        return data.toString();
    }

    private static Integer date(Object data) {
        if (data instanceof LocalDate date) {
            return TemporalText.days(date);
        }
        return data instanceof java.sql.Date date ? TemporalText.days(date) : TemporalText.days(text(data));
    }

    private static Long timestamp(Object data) {
        if (data instanceof OffsetDateTime time) {
            return TemporalText.micros(time);
        }
        return data instanceof Instant instant ? TemporalText.micros(instant) : TemporalText.micros(text(data));
    }

    private static byte[] bytes(String text) {
        try {
            byte[] bytes = PGbytea.toBytes(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            return bytes == null ? new byte[0] : bytes;
        } catch (SQLException e) {
            throw new IllegalArgumentException("not a bytea: " + text, e);
        }
    }

    private static String text(Object data) {
        if (data instanceof String text) {
            return text;
        }
        if (data instanceof PGobject object) {
            String value = object.getValue();
            return value == null ? "" : value;
        }
        if (data instanceof SQLXML xml) {
            try {
                return xml.getString();
            } catch (SQLException e) {
                throw new IllegalArgumentException("unreadable xml", e);
            }
        }
        return data.toString();
    }
}
