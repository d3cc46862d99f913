package dev.tidemark.connector.base.decode;

import dev.tidemark.connector.ChangeDecoder;
import dev.tidemark.connector.ResumePolicy;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.Transaction;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * Decoder of Debezium's envelopes into change events: what they mean is the same for every database, and what a database adds is
 * in the methods that it overrides.
 */
public abstract class EnvelopeDecoder implements ChangeDecoder {

    /** An estimate of the memory of an event without its rows. */
    protected static final int EVENT_BYTES = 64;

    /** Debezium's header of a delete that is half of a change of the primary key. */
    private static final String NEW_KEY = "__debezium.newkey";

    private static final String HEARTBEATS = "__debezium-heartbeat.";
    private static final int SHAPES_KEPT = 10_000;

    private final ResumePolicy offsets;
    private final IdentityHashMap<Schema, Shape> shapes = new IdentityHashMap<>();
    private @Nullable Schema lastSchema;
    private @Nullable Shape lastShape;
    private @Nullable Transaction lastTransaction;
    private long receivedMillis;

    /** Fields of an envelope of one schema, and the records of its rows. */
    private record Shape(Field op, Field source, Field after, Field before, Field millis, TableRecords rows) {

        static Shape of(Schema envelope, TableRecords rows) {
            Field source = envelope.field("source");
            return new Shape(
                    envelope.field("op"),
                    source,
                    envelope.field("after"),
                    envelope.field("before"),
                    source.schema().field("ts_ms"),
                    rows);
        }
    }

    /** Creates a decoder for one engine. */
    protected EnvelopeDecoder(ResumePolicy offsets) {
        this.offsets = offsets;
    }

    /**
     * Returns the records of a version of a table that was not seen before.
     *
     * @param key the schema of the record's key; null if it has none
     */
    protected abstract TableRecords recordsOf(Schema envelope, Struct source, @Nullable Schema key);

    /** Takes a record that is neither a change nor one of Debezium's heartbeats; returns whether it was of interest. */
    protected abstract boolean takeOther(SourceRecord record, Struct value, Consumer<ChangeEvent> out);

    /** Passes on the events that must precede a streamed change or a heartbeat; none by default. */
    protected void streamed(long position, long millis, Consumer<ChangeEvent> out) {}

    /** Returns what takes the events of the record that comes, and hands them on now or later; the receiver itself by default. */
    protected Consumer<ChangeEvent> through(Consumer<ChangeEvent> receiver) {
        return receiver;
    }

    @Override
    public final void decode(SourceRecord record, Consumer<ChangeEvent> receiver) {
        if (!(record.value() instanceof Struct value)) {
            return;
        }
        receivedMillis = System.currentTimeMillis();
        Consumer<ChangeEvent> out = through(receiver);
        try {
            if (record.topic().startsWith(HEARTBEATS)) {
                Map<String, ?> offset = offset(record);
                heartbeat(offset, value.getInt64("ts_ms"), offsets.ofHeartbeat(offset), out);
            } else if (!takeOther(record, value, out) && value.schema().field("after") != null) {
                change(record, value, out);
            }
        } catch (DataException | IllegalArgumentException | ArithmeticException | ClassCastException e) {
            throw SourceException.fatal(
                    "a record of " + record.topic() + " cannot be understood: " + e.getMessage(),
                    "this is a fault of Tidemark: please report it with the table's definition",
                    e);
        }
    }

    /** Returns an event of the record that is being taken. */
    protected final ChangeEvent event(
            Change change,
            long position,
            long millis,
            @Nullable Map<String, ?> resume,
            int bytes,
            @Nullable Transaction transaction) {
        return new ChangeEvent(change, position, millis, resume, bytes, transaction, receivedMillis);
    }

    /** Hands on a heartbeat: the stream has come so far. */
    protected final void heartbeat(
            Map<String, ?> offset, long millis, @Nullable Map<String, ?> resume, Consumer<ChangeEvent> out) {
        long position = offsets.position(offset);
        streamed(position, millis, out);
        out.accept(event(new Change.Heartbeat(), position, millis, resume, EVENT_BYTES, null));
    }

    private void change(SourceRecord record, Struct value, Consumer<ChangeEvent> out) {
        Shape shape = shapeOf(record, value);
        TableRecords rows = shape.rows;
        Struct source = (Struct) value.get(shape.source);
        long position = rows.position(source);
        long millis = source.get(shape.millis) instanceof Long known ? known : 0;
        String op = (String) value.get(shape.op);
        Map<String, ?> offset = offset(record);
        streamed(position, millis, out);
        int bytes = EVENT_BYTES;
        Change change;
        switch (op) {
            case "c", "u" -> {
                Struct beforeStruct = (Struct) value.get(shape.before);
                Row before = rows.before(beforeStruct);
                bytes += before == null ? 0 : rows.bytes();
                boolean update = op.equals("u");
                before = update ? rows.requireBefore(before) : before;
                Row after = rows.after((Struct) value.get(shape.after), beforeStruct, before);
                change = new Change.Upsert(
                        before, after, update ? Change.Upsert.Cause.UPDATE : Change.Upsert.Cause.INSERT);
                bytes += rows.bytes();
            }
            case "d" -> {
                Row before = rows.before((Struct) value.get(shape.before));
                if (before == null) {
                    throw SourceException.fatal(
                            "a DELETE of " + rows.table() + " does not say which row it was",
                            "the table needs a primary key, or REPLICA IDENTITY FULL");
                }
                Row known = Objects.requireNonNull(rows.requireBefore(before));
                change = new Change.Delete(known, record.headers().lastWithName(NEW_KEY) != null);
                bytes += rows.bytes();
            }
            case "t" -> change = new Change.Truncate(rows.table());
            default -> throw new IllegalArgumentException("operation '" + op + "'");
        }
        Transaction transaction = rows.transaction(source, lastTransaction);
        lastTransaction = transaction;
        out.accept(event(change, position, millis, offsets.ofChange(offset), bytes, transaction));
    }

    private Shape shapeOf(SourceRecord record, Struct value) {
        Schema schema = value.schema();
        Shape last = lastShape;
        if (schema == lastSchema && last != null) {
            return last;
        }
        Shape shape = shapes.get(schema);
        if (shape == null) {
            if (shapes.size() >= SHAPES_KEPT) {
                shapes.clear();
            }
            shape = Shape.of(schema, recordsOf(schema, value.getStruct("source"), record.keySchema()));
            shapes.put(schema, shape);
        }
        lastSchema = schema;
        lastShape = shape;
        return shape;
    }

    @SuppressWarnings("unchecked")
    protected static Map<String, ?> offset(SourceRecord record) {
        return (Map<String, ?>) record.sourceOffset();
    }
}
