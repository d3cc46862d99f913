package dev.tidemark.connector.mysql.value;

import dev.tidemark.connector.data.ColumnType.Kind;
import java.util.List;
import org.apache.kafka.connect.data.Schema;

/** A form in which values travel: what they become, the type of the field that carries them, and their {@link ValueCodec}. */
@SuppressWarnings("ImmutableEnumChecker") // the functions and codecs have no state
public enum ValueForm {
    /** tinyint(1): carried as its number, for it may be another than 0 and 1. */
    BOOL(Kind.BOOL, Schema.Type.INT32, NumberCodec.BOOL),
    INT32(Kind.INT32, Schema.Type.INT32, NumberCodec.INT32),
    UINT8(Kind.INT32, Schema.Type.INT32, NumberCodec.UINT8),
    UINT16(Kind.INT32, Schema.Type.INT32, NumberCodec.UINT16),
    UINT24(Kind.INT32, Schema.Type.INT32, NumberCodec.UINT24),
    UINT32(Kind.INT64, Schema.Type.INT64, NumberCodec.UINT32),
    INT64(Kind.INT64, Schema.Type.INT64, NumberCodec.INT64),
    UINT64(Kind.INT64, Schema.Type.INT64, NumberCodec.UINT64),
    /** float(m,d): the server's text of it is exact. */
    FLOAT32(Kind.FLOAT32, Schema.Type.FLOAT32, NumberCodec.FLOAT32),
    /** float: the server shows six digits of it to everybody, also to a snapshot, so the binlog's exact value is rounded. */
    FLOAT32_SHOWN(Kind.FLOAT32, Schema.Type.FLOAT32, NumberCodec.FLOAT32_SHOWN),
    FLOAT64(Kind.FLOAT64, Schema.Type.FLOAT64, NumberCodec.FLOAT64),
    DECIMAL(Kind.DECIMAL, Schema.Type.STRING, NumberCodec.DECIMAL),
    /** bit(1). */
    BIT(Kind.BOOL, Schema.Type.INT32, BitCodec.ONE),
    /** bit(n). */
    BITS(Kind.INT64, Schema.Type.INT64, BitCodec.MANY),
    DATE(Kind.DATE, Schema.Type.INT32, TimeCodec.DATE),
    DATETIME(Kind.TIMESTAMP, Schema.Type.INT64, TimeCodec.DATETIME),
    TIMESTAMP(Kind.TIMESTAMP, Schema.Type.INT64, TimeCodec.TIMESTAMP),
    TIME(Kind.TEXT, Schema.Type.STRING, TimeCodec.TIME),
    YEAR(Kind.INT32, Schema.Type.INT32, TimeCodec.YEAR),
    /** Padded with spaces by declaration; they are visible only if a server's sql_mode shows them. */
    CHAR(Kind.TEXT, Schema.Type.STRING, (length, charset) -> new TextCodec.Padded(charset)),
    TEXT(Kind.TEXT, Schema.Type.STRING, (length, charset) -> new TextCodec.Plain(charset)),
    /** The label; to carry it, the codec needs the column's labels. */
    ENUM(Kind.TEXT, Schema.Type.STRING, new LabelCodec.OfEnum(List.of())),
    /** The labels; to carry them, the codec needs the column's labels. */
    SET(Kind.ARRAY, Schema.Type.STRING, new LabelCodec.OfSet(List.of())),
    JSON(Kind.JSON, Schema.Type.STRING, new TextCodec.Json()),
    BYTES(Kind.BYTES, Schema.Type.BYTES, new BytesCodec.Plain()),
    /** binary(n). */
    BINARY(Kind.BYTES, Schema.Type.BYTES, (length, charset) -> new BytesCodec.Padded(length)),
    POINT(Kind.POINT, Schema.Type.BYTES, new BytesCodec.Point()),
    /** As well-known text. */
    GEOMETRY(Kind.TEXT, Schema.Type.STRING, new BytesCodec.Geometry());

    /** Creates the codec of a column from what the column declares. */
    private interface Declared {
        ValueCodec codec(int length, TextCharset charset);
    }

    private final Kind kind;
    private final Schema.Type schemaType;
    private final Class<?> carriedClass;
    private final Declared declared;

    ValueForm(Kind kind, Schema.Type schemaType, ValueCodec codec) {
        this(kind, schemaType, (length, charset) -> codec);
    }

    ValueForm(Kind kind, Schema.Type schemaType, Declared declared) {
        this.kind = kind;
        this.schemaType = schemaType;
        this.carriedClass = carriedClass(schemaType);
        this.declared = declared;
    }

    private static Class<?> carriedClass(Schema.Type type) {
        return switch (type) {
            case INT32 -> Integer.class;
            case INT64 -> Long.class;
            case FLOAT32 -> Float.class;
            case FLOAT64 -> Double.class;
            case STRING -> String.class;
            default -> byte[].class;
        };
    }

    Kind kind() {
        return kind;
    }

    /** Returns the type of the field that carries such values in a Debezium record. */
    public Schema.Type schemaType() {
        return schemaType;
    }

    /** Returns whether the value is of the class that records carry such values as. */
    public boolean isCarriedAs(Object value) {
        return value.getClass() == carriedClass; // all of them are final
    }

    /**
     * Returns the codec of a column. That of an enum or a set has no labels.
     *
     * @param length bytes of a binary(n)
     * @param charset of text
     */
    ValueCodec codec(int length, TextCharset charset) {
        return declared.codec(length, charset);
    }
}
