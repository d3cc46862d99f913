package dev.tidemark.debezium.mysql;

import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Something in the binlog that Debezium leaves out although it changes rows, or decides whether rows were changed. It travels among the
 * records of the engine, in the order of the log.
 *
 * @param text the statement, possibly without its end; the name of the table for {@link Kind#UNREAD_ROWS}; else empty
 * @param database the database that names in a statement belong to by default; empty if there is none
 * @param file the binlog file, in which the event begins at {@code place}
 * @param gtid the transaction; empty if the server names none
 * @param millis when the server wrote it, milliseconds since 1970
 * @param onePhase of {@link Kind#XA_PREPARED}: whether the transaction is committed with it
 */
public record BinlogNote(
        Kind kind, String text, String database, String file, long place, String gtid, long millis, boolean onePhase) {

    /** Kinds of notes. */
    public enum Kind {
        /** A statement that is neither DDL nor the frame of a transaction of rows. */
        STATEMENT,
        /** The changes of an XA transaction have ended: it is prepared. */
        XA_PREPARED,
        /** Changes of rows in a form that is not read. */
        UNREAD_ROWS,
        /** The server reports that its log lacks something. */
        INCIDENT
    }

    private static final String TOPIC = "tidemark.binlog-notes";

    private static final Schema SCHEMA = SchemaBuilder.struct()
            .name("dev.tidemark.BinlogNote")
            .field("kind", Schema.STRING_SCHEMA)
            .field("text", Schema.STRING_SCHEMA)
            .field("database", Schema.STRING_SCHEMA)
            .field("file", Schema.STRING_SCHEMA)
            .field("place", Schema.INT64_SCHEMA)
            .field("gtid", Schema.STRING_SCHEMA)
            .field("millis", Schema.INT64_SCHEMA)
            .field("onePhase", Schema.BOOLEAN_SCHEMA)
            .build();

    /** Returns a record that holds the note. */
    public SourceRecord record(Map<String, ?> partition, Map<String, ?> offset) {
        Struct value = new Struct(SCHEMA)
                .put("kind", kind.name())
                .put("text", text)
                .put("database", database)
                .put("file", file)
                .put("place", place)
                .put("gtid", gtid)
                .put("millis", millis)
                .put("onePhase", onePhase);
        return new SourceRecord(partition, offset, TOPIC, null, null, null, SCHEMA, value);
    }

    /** Returns whether a record's value holds a note. */
    public static boolean isIn(Struct value) {
        return SCHEMA.name().equals(value.schema().name());
    }

    /** Returns the note that a record's value holds. */
    public static BinlogNote of(Struct value) {
        return new BinlogNote(
                Kind.valueOf(value.getString("kind")),
                value.getString("text"),
                value.getString("database"),
                value.getString("file"),
                value.getInt64("place"),
                value.getString("gtid"),
                value.getInt64("millis"),
                value.getBoolean("onePhase"));
    }
}
