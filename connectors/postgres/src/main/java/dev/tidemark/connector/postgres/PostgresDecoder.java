package dev.tidemark.connector.postgres;

import dev.tidemark.connector.Change;
import dev.tidemark.connector.ChangeDecoder;
import dev.tidemark.connector.ChangeEvent;
import dev.tidemark.connector.Row;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.TableId;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/** Debezium's Postgres records as change events. */
final class PostgresDecoder implements ChangeDecoder {

    private static final String HEARTBEATS = "__debezium-heartbeat.";
    private static final int EVENT_BYTES = 64;
    private static final int SHAPES_KEPT = 10_000;

    private final Function<TableId, TableTraits> traits;
    private final IdentityHashMap<Schema, RecordShape> shapes = new IdentityHashMap<>();
    private final ResumeOffsets offsets = new ResumeOffsets();
    private boolean inSnapshot;
    private @Nullable Schema lastSchema;
    private @Nullable RecordShape lastShape;

    /**
     * @param snapshotExpected whether the engine starts with a snapshot
     * @param traits asks the catalog what the log tells of a table's rows
     */
    PostgresDecoder(boolean snapshotExpected, Function<TableId, TableTraits> traits) {
        this.inSnapshot = snapshotExpected;
        this.traits = traits;
    }

    @Override
    public void decode(SourceRecord record, Consumer<ChangeEvent> out) {
        if (!(record.value() instanceof Struct value)) {
            return;
        }
        try {
            if (record.topic().startsWith(HEARTBEATS)) {
                heartbeat(record, value.getInt64("ts_ms"), offsets::ofHeartbeat, out);
            } else if (value.schema().field("message") != null && value.schema().field("op") != null) {
                heartbeat(record, value.getStruct("source").getInt64("ts_ms"), offsets::ofMessage, out);
            } else if (value.schema().field("after") != null) {
                change(record, value, out);
            }
        } catch (DataException | IllegalArgumentException | ArithmeticException | ClassCastException e) {
            throw new SourceException(
                    "a record of " + record.topic() + " cannot be understood: " + e.getMessage(),
                    "this is a fault of Tidemark: please report it with the table's definition",
                    false,
                    e);
        }
    }

    private interface Resume {
        @Nullable
        Map<String, ?> of(Map<String, ?> offset);
    }

    private void heartbeat(SourceRecord record, long millis, Resume resume, Consumer<ChangeEvent> out) {
        Map<String, ?> offset = offset(record);
        if (ResumeOffsets.unfinishedSnapshot(offset)) {
            return;
        }
        endSnapshot(offset, millis, out);
        Long lsn = ResumeOffsets.lsn(offset);
        out.accept(
                new ChangeEvent(new Change.Heartbeat(), lsn == null ? 0 : lsn, millis, resume.of(offset), EVENT_BYTES));
    }

    private void change(SourceRecord record, Struct value, Consumer<ChangeEvent> out) {
        RecordShape shape = shapeOf(value);
        Struct source = (Struct) value.get(shape.source);
        long lsn = source.get(shape.lsn) instanceof Long known ? known : 0;
        long millis = source.get(shape.millis) instanceof Long known ? known : 0;
        String op = (String) value.get(shape.op);
        if (op.equals("r") && !"incremental".equals(source.get(shape.snapshot))) {
            snapshotRow(record, value, shape, lsn, millis, out);
            return;
        }
        endSnapshot(offset(record), millis, out);
        int bytes = EVENT_BYTES;
        Change change;
        switch (op) {
            case "c", "u", "r" -> {
                Row before = before(value, shape);
                bytes += before == null ? 0 : shape.bytes();
                change = new Change.Upsert(before, after(value, shape), cause(op));
                bytes += shape.bytes();
            }
            case "d" -> {
                Row before = before(value, shape);
                if (before == null) {
                    throw new SourceException(
                            "a DELETE of " + shape.rowSchema.table() + " does not say which row it was",
                            "the table needs a primary key, or REPLICA IDENTITY FULL",
                            false,
                            null);
                }
                change = new Change.Delete(before);
                bytes += shape.bytes();
            }
            case "t" -> change = new Change.Truncate(shape.rowSchema.table());
            default -> throw new IllegalArgumentException("operation '" + op + "'");
        }
        out.accept(new ChangeEvent(change, lsn, millis, offsets.ofChange(offset(record)), bytes));
    }

    private static Change.Upsert.Cause cause(String op) {
        return switch (op) {
            case "c" -> Change.Upsert.Cause.INSERT;
            case "u" -> Change.Upsert.Cause.UPDATE;
            default -> Change.Upsert.Cause.SNAPSHOT;
        };
    }

    private void snapshotRow(
            SourceRecord record, Struct value, RecordShape shape, long lsn, long millis, Consumer<ChangeEvent> out) {
        Row row = after(value, shape);
        Change change = new Change.Upsert(null, row, Change.Upsert.Cause.SNAPSHOT);
        // An initial snapshot cannot be resumed, so nothing is stored before it is complete.
        out.accept(new ChangeEvent(change, lsn, millis, null, EVENT_BYTES + shape.bytes()));
        Map<String, ?> offset = offset(record);
        if ("last".equals(((Struct) value.get(shape.source)).get(shape.snapshot)) && inSnapshot) {
            inSnapshot = false;
            Map<String, ?> resume = ResumeOffsets.unfinishedSnapshot(offset) ? null : offset;
            out.accept(new ChangeEvent(new Change.SnapshotCompleted(), lsn, millis, resume, EVENT_BYTES));
        }
    }

    /** Empty tables leave no last row: then the first thing that is streamed tells that the snapshot is over. */
    private void endSnapshot(Map<String, ?> offset, long millis, Consumer<ChangeEvent> out) {
        if (!inSnapshot) {
            return;
        }
        inSnapshot = false;
        Long lsn = ResumeOffsets.lsn(offset);
        out.accept(new ChangeEvent(
                new Change.SnapshotCompleted(),
                lsn == null ? 0 : lsn,
                millis,
                offsets.ofSnapshotEnd(offset),
                EVENT_BYTES));
    }

    private static Row after(Struct value, RecordShape shape) {
        return shape.row((Struct) value.get(shape.after), null);
    }

    private static @Nullable Row before(Struct value, RecordShape shape) {
        Struct before = (Struct) value.get(shape.before);
        if (before == null) {
            return null;
        }
        return shape.row(before, shape.sentBefore);
    }

    private RecordShape shapeOf(Struct value) {
        Schema schema = value.schema();
        RecordShape last = lastShape;
        if (schema == lastSchema && last != null) {
            return last;
        }
        RecordShape shape = shapes.get(schema);
        if (shape == null) {
            if (shapes.size() >= SHAPES_KEPT) {
                shapes.clear();
            }
            Struct source = value.getStruct("source");
            TableId table = new TableId(source.getString("schema"), source.getString("table"));
            shape = new RecordShape(schema, table, traits.apply(table));
            shapes.put(schema, shape);
        }
        lastSchema = schema;
        lastShape = shape;
        return shape;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, ?> offset(SourceRecord record) {
        return (Map<String, ?>) record.sourceOffset();
    }
}
