package dev.tidemark.connector.postgres.value;

import dev.tidemark.connector.data.ColumnType.Kind;
import dev.tidemark.debezium.postgres.TemporalText;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.function.Function;
import org.apache.kafka.connect.data.Schema;
import org.postgresql.util.PGbytea;

/**
 * A form in which values travel. All begin as the server's text, which the stream and a query have in the same spelling
 * ({@code SessionSettings}): {@link #carried} takes it to what Debezium's record carries and {@link #ofCarried} that to the value of a row;
 * {@link #ofText} is both at once.
 */
@SuppressWarnings("ImmutableEnumChecker") // the functions have no state
public enum ValueForm {
    BOOL(Kind.BOOL, Schema.Type.BOOLEAN, text -> text.startsWith("t")),
    INT32(Kind.INT32, Schema.Type.INT32, Integer::valueOf),
    INT64(Kind.INT64, Schema.Type.INT64, Long::valueOf),
    FLOAT32(Kind.FLOAT32, Schema.Type.FLOAT32, Float::valueOf),
    FLOAT64(Kind.FLOAT64, Schema.Type.FLOAT64, Double::valueOf),
    DECIMAL(Kind.DECIMAL, Schema.Type.STRING, text -> text),
    MONEY(Kind.DECIMAL, Schema.Type.STRING, MoneyText::plain),
    TEXT(Kind.TEXT, Schema.Type.STRING, text -> text),
    /** Padded with spaces: trailing spaces are not significant in Postgres and are left out. */
    CHAR(Kind.TEXT, Schema.Type.STRING, CharText::trim),
    TIMETZ(Kind.TEXT, Schema.Type.STRING, TemporalText::timeWithZone),
    INTERVAL(Kind.TEXT, Schema.Type.STRING, IntervalText::iso),
    GEOMETRIC(Kind.TEXT, Schema.Type.STRING, GeometricText::of),
    JSON(Kind.JSON, Schema.Type.STRING, text -> text),
    HSTORE(Kind.JSON, Schema.Type.STRING, HstoreText::json),
    BYTES(Kind.BYTES, Schema.Type.BYTES, ValueForm::bytes),
    DATE(Kind.DATE, Schema.Type.INT32, TemporalText::days),
    TIMESTAMP(Kind.TIMESTAMP, Schema.Type.INT64, TemporalText::micros),
    POINT(Kind.POINT, Schema.Type.STRING, text -> text, carried -> PointText.parse((String) carried)),
    /** Carried as its text; its elements have a form of their own, see {@link PostgresTypes.PostgresType}. */
    ARRAY(Kind.ARRAY, Schema.Type.STRING, text -> text);

    private final Kind kind;
    private final Schema.Type schemaType;
    private final Function<String, Object> carried;
    private final Function<Object, Object> ofCarried;

    ValueForm(Kind kind, Schema.Type schemaType, Function<String, Object> carried) {
        this(kind, schemaType, carried, value -> value);
    }

    ValueForm(Kind kind, Schema.Type schemaType, Function<String, Object> carried, Function<Object, Object> ofCarried) {
        this.kind = kind;
        this.schemaType = schemaType;
        this.carried = carried;
        this.ofCarried = ofCarried;
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
        return carried.apply(text);
    }

    /** Returns a row's value for what a record carries; an array's is in {@link PostgresTypes.PostgresType}. */
    Object ofCarried(Object value) {
        return ofCarried.apply(value);
    }

    /** Returns a row's value for the server's text; an array's is in {@link PostgresTypes.PostgresType}. */
    Object ofText(String text) {
        return ofCarried(carried(text));
    }

    private static byte[] bytes(String text) {
        try {
            byte[] bytes = PGbytea.toBytes(text.getBytes(StandardCharsets.US_ASCII));
            return bytes == null ? new byte[0] : bytes;
        } catch (SQLException e) {
            throw new IllegalArgumentException("not a bytea: " + text, e);
        }
    }
}
