package dev.tidemark.connector.postgres.value;

import dev.tidemark.connector.data.ColumnType.Kind;
import dev.tidemark.debezium.postgres.TemporalText;
import java.sql.SQLException;
import org.apache.kafka.connect.data.Schema;
import org.postgresql.util.PGbytea;

/**
 * A form in which values travel. All begin as the server's text, which the stream, a snapshot and a query have in the same spelling
 * ({@code SessionSettings}): {@link #carried} takes it to what Debezium's record carries and {@link #ofCarried} that to the value of a row;
 * {@link #ofText} is both at once.
 */
public enum ValueForm {
    BOOL(Kind.BOOL, Schema.Type.BOOLEAN),
    INT32(Kind.INT32, Schema.Type.INT32),
    INT64(Kind.INT64, Schema.Type.INT64),
    FLOAT32(Kind.FLOAT32, Schema.Type.FLOAT32),
    FLOAT64(Kind.FLOAT64, Schema.Type.FLOAT64),
    DECIMAL(Kind.DECIMAL, Schema.Type.STRING),
    MONEY(Kind.DECIMAL, Schema.Type.STRING),
    TEXT(Kind.TEXT, Schema.Type.STRING),
    /** Padded with spaces: trailing spaces are not significant in Postgres and are left out. */
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

    /** Returns the type of the field that carries such values in a Debezium record. */
    public Schema.Type schemaType() {
        return schemaType;
    }

    /** Returns what a record carries for the server's text. */
    public Object carried(String text) {
        return this == POINT ? text : ofText(text);
    }

    /** Returns a row's value for what a record carries; for arrays see {@link ArrayText}. */
    public Object ofCarried(Object carried) {
        return this == POINT ? PointText.parse((String) carried) : carried;
    }

    /** Returns a row's value for the server's text; for arrays see {@link ArrayText}. */
    public Object ofText(String text) {
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
            case MONEY -> MoneyText.plain(text);
            case GEOMETRIC -> GeometricText.of(text);
            case DECIMAL, TEXT, JSON, ARRAY -> text;
        };
    }

    private static byte[] bytes(String text) {
        try {
            byte[] bytes = PGbytea.toBytes(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            return bytes == null ? new byte[0] : bytes;
        } catch (SQLException e) {
            throw new IllegalArgumentException("not a bytea: " + text, e);
        }
    }
}
