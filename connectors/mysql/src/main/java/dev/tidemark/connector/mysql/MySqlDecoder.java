package dev.tidemark.connector.mysql;

import dev.tidemark.connector.Change;
import dev.tidemark.connector.ChangeDecoder;
import dev.tidemark.connector.ChangeEvent;
import dev.tidemark.connector.Row;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.TableId;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/** Debezium's MySQL records as change events. */
final class MySqlDecoder implements ChangeDecoder {

    private static final String HEARTBEATS = "__debezium-heartbeat.";
    private static final Pattern DROP_DATABASE =
            Pattern.compile("\\s*DROP\\s+(DATABASE|SCHEMA)\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern TEMPORARY = Pattern.compile("\\s*DROP\\s+TEMPORARY\\b", Pattern.CASE_INSENSITIVE);
    private static final int EVENT_BYTES = 64;
    private static final int ENVELOPES_KEPT = 10_000;

    private final IdentityHashMap<Schema, Envelope> envelopes = new IdentityHashMap<>();
    private final BinlogOffsets offsets = new BinlogOffsets();
    private final TableMoves moves;
    private boolean inSnapshot;
    private long lastPosition;
    private @Nullable Schema lastSchema;
    private @Nullable Envelope lastEnvelope;

    /** What the records of one version of a table look like: their rows, and where they say whence they come. */
    private record Envelope(RecordShape shape, Field file, Field place, Field millis, Field snapshot) {

        static Envelope of(Struct value) {
            Struct source = value.getStruct("source");
            Schema described = source.schema();
            return new Envelope(
                    new RecordShape(value.schema(), new TableId(source.getString("db"), source.getString("table"))),
                    described.field("file"),
                    described.field("pos"),
                    described.field("ts_ms"),
                    described.field("snapshot"));
        }
    }

    /**
     * @param snapshotExpected whether the engine starts with a snapshot
     * @param moves what becomes of tables that are dropped or renamed
     */
    MySqlDecoder(boolean snapshotExpected, TableMoves moves) {
        this.inSnapshot = snapshotExpected;
        this.moves = moves;
    }

    @Override
    public void decode(SourceRecord record, Consumer<ChangeEvent> out) {
        if (!(record.value() instanceof Struct value)) {
            return;
        }
        try {
            if (record.topic().startsWith(HEARTBEATS)) {
                heartbeat(offset(record), value.getInt64("ts_ms"), out);
            } else if (value.schema().field("ddl") != null) {
                statement(offset(record), value, out);
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

    private void heartbeat(Map<String, ?> offset, long millis, Consumer<ChangeEvent> out) {
        if (BinlogOffsets.unfinishedSnapshot(offset)) {
            return;
        }
        endSnapshot(offset, millis, out);
        tellGone(millis, out);
        lastPosition = BinlogPosition.of(offset);
        out.accept(new ChangeEvent(
                new Change.Heartbeat(), lastPosition, millis, offsets.ofHeartbeat(offset), EVENT_BYTES));
    }

    /** A statement that changed tables; its own offset is never stored, for the rest of it may not be recorded yet. */
    private void statement(Map<String, ?> offset, Struct value, Consumer<ChangeEvent> out) {
        if (inSnapshot || BinlogOffsets.unfinishedSnapshot(offset)) {
            return; // the snapshot's own, which only says what the tables look like
        }
        Struct source = value.getStruct("source");
        long position = BinlogPosition.of(source.getString("file"), source.getInt64("pos"));
        long millis = source.getInt64("ts_ms");
        if (position != lastPosition) {
            tellGone(millis, out);
            lastPosition = position;
        }
        String database = value.getString("databaseName");
        if (!move(value, database == null ? "" : database)) {
            tellGone(millis, out);
        }
    }

    /** Returns whether a table got another name, and another clause of the same statement may bring its successor. */
    private boolean move(Struct value, String database) {
        String ddl = value.getString("ddl");
        if (ddl == null) {
            return false;
        }
        List<Struct> changes = value.getArray("tableChanges");
        if (changes != null && !changes.isEmpty() && changes.get(0).get("type").equals("DROP")) {
            if (!TEMPORARY.matcher(ddl).lookingAt()) {
                moves.dropped(table(changes.get(0).getString("id"), database));
            }
        } else if (DROP_DATABASE.matcher(ddl).lookingAt()) {
            moves.databaseDropped(database);
        } else {
            Optional<RenameClause> rename = RenameClause.parse(ddl, database);
            rename.ifPresent(moves::renamed);
            return rename.isPresent();
        }
        return false;
    }

    /** Debezium writes a table as {@code "database"."table"}. */
    private static TableId table(String quoted, String database) {
        String[] parts = quoted.substring(1, quoted.length() - 1).split("\"\\.\"", 2);
        return parts.length == 2 ? new TableId(parts[0], parts[1]) : new TableId(database, parts[0]);
    }

    /** Tables that were dropped or renamed and not replaced in the same statement have no rows any more. */
    private void tellGone(long millis, Consumer<ChangeEvent> out) {
        for (TableId table : moves.takeGone()) {
            out.accept(new ChangeEvent(new Change.Truncate(table), lastPosition, millis, null, EVENT_BYTES));
        }
    }

    private void change(SourceRecord record, Struct value, Consumer<ChangeEvent> out) {
        Envelope envelope = envelopeOf(value);
        RecordShape shape = envelope.shape();
        Struct source = (Struct) value.get(shape.source);
        long position = BinlogPosition.of((String) source.get(envelope.file()), (Long) source.get(envelope.place()));
        long millis = source.get(envelope.millis()) instanceof Long known ? known : 0;
        String op = (String) value.get(shape.op);
        Object snapshot = source.get(envelope.snapshot());
        if (op.equals("r") && !"incremental".equals(snapshot)) {
            snapshotRow(value, shape, position, millis, out);
            if ("last".equals(snapshot)) {
                snapshotRead(offset(record), position, millis, out);
            }
            return;
        }
        endSnapshot(offset(record), millis, out);
        tellGone(millis, out);
        lastPosition = position;
        int bytes = EVENT_BYTES;
        Change change;
        switch (op) {
            case "c", "u", "r" -> {
                Row before = value.get(shape.before) instanceof Struct struct ? shape.row(struct) : null;
                bytes += before == null ? 0 : shape.bytes();
                Row after = shape.row((Struct) value.get(shape.after));
                bytes += shape.bytes();
                change = new Change.Upsert(before, after, cause(op));
            }
            case "d" -> {
                change = new Change.Delete(shape.row((Struct) value.get(shape.before)));
                bytes += shape.bytes();
            }
            case "t" -> change = new Change.Truncate(shape.rowSchema.table());
            default -> throw new IllegalArgumentException("operation '" + op + "'");
        }
        out.accept(new ChangeEvent(change, position, millis, offsets.ofChange(offset(record)), bytes));
    }

    private static Change.Upsert.Cause cause(String op) {
        return switch (op) {
            case "c" -> Change.Upsert.Cause.INSERT;
            case "u" -> Change.Upsert.Cause.UPDATE;
            default -> Change.Upsert.Cause.SNAPSHOT;
        };
    }

    private void snapshotRow(Struct value, RecordShape shape, long position, long millis, Consumer<ChangeEvent> out) {
        Row row = shape.row((Struct) value.get(shape.after));
        Change change = new Change.Upsert(null, row, Change.Upsert.Cause.SNAPSHOT);
        // An initial snapshot cannot be resumed, so nothing is stored before it is complete.
        out.accept(new ChangeEvent(change, position, millis, null, EVENT_BYTES + shape.bytes()));
    }

    private void snapshotRead(Map<String, ?> offset, long position, long millis, Consumer<ChangeEvent> out) {
        if (inSnapshot) {
            inSnapshot = false;
            Map<String, ?> resume = BinlogOffsets.unfinishedSnapshot(offset) ? null : offset;
            out.accept(new ChangeEvent(new Change.SnapshotCompleted(), position, millis, resume, EVENT_BYTES));
        }
    }

    /** Empty tables leave no last row: then the first thing that is streamed tells that the snapshot is over. */
    private void endSnapshot(Map<String, ?> offset, long millis, Consumer<ChangeEvent> out) {
        if (!inSnapshot) {
            return;
        }
        inSnapshot = false;
        out.accept(new ChangeEvent(
                new Change.SnapshotCompleted(),
                BinlogPosition.of(offset),
                millis,
                BinlogOffsets.whole(offset),
                EVENT_BYTES));
    }

    private Envelope envelopeOf(Struct value) {
        Schema schema = value.schema();
        Envelope last = lastEnvelope;
        if (schema == lastSchema && last != null) {
            return last;
        }
        Envelope envelope = envelopes.get(schema);
        if (envelope == null) {
            if (envelopes.size() >= ENVELOPES_KEPT) {
                envelopes.clear();
            }
            envelope = Envelope.of(value);
            envelopes.put(schema, envelope);
        }
        lastSchema = schema;
        lastEnvelope = envelope;
        return envelope;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, ?> offset(SourceRecord record) {
        return (Map<String, ?>) record.sourceOffset();
    }
}
