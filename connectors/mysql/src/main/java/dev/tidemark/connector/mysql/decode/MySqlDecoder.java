package dev.tidemark.connector.mysql.decode;

import dev.tidemark.connector.base.decode.EnvelopeDecoder;
import dev.tidemark.connector.base.decode.KeyChanges;
import dev.tidemark.connector.base.decode.TableRecords;
import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.mysql.ddl.RenameClause;
import dev.tidemark.connector.mysql.ddl.TableMoves;
import dev.tidemark.connector.mysql.log.BinlogOffsets;
import dev.tidemark.connector.mysql.log.BinlogPosition;
import dev.tidemark.connector.mysql.schema.SchemaDoubts;
import dev.tidemark.connector.mysql.schema.UnreadWrites;
import dev.tidemark.debezium.mysql.BinlogNote;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/** Debezium's MySQL records as change events: rows, and statements that change tables. */
public final class MySqlDecoder extends EnvelopeDecoder {

    private static final Pattern DROP_DATABASE =
            Pattern.compile("\\s*DROP\\s+(DATABASE|SCHEMA)\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern TEMPORARY = Pattern.compile("\\s*DROP\\s+TEMPORARY\\b", Pattern.CASE_INSENSITIVE);

    private final TableMoves moves;
    private final KeyChanges keys;
    private final SchemaDoubts doubts;
    private final UnreadWrites unread;
    private final XaTransactions transactions;
    private final BinlogNotes notes;
    private long lastPosition;

    /**
     * @param moves what becomes of tables that are dropped or renamed
     * @param keys the keys that changes must have been written under
     * @param doubts tables whose rows may have been read otherwise than they are
     * @param unread tables that were changed without rows in the log
     */
    public MySqlDecoder(TableMoves moves, KeyChanges keys, SchemaDoubts doubts, UnreadWrites unread) {
        this(moves, keys, doubts, unread, new BinlogOffsets());
    }

    private MySqlDecoder(
            TableMoves moves, KeyChanges keys, SchemaDoubts doubts, UnreadWrites unread, BinlogOffsets offsets) {
        super(offsets);
        this.unread = unread;
        this.transactions = new XaTransactions(Runtime.getRuntime().maxMemory() / 16);
        this.notes = new BinlogNotes(unread, offsets, transactions);
        this.keys = keys;
        this.moves = moves;
        this.doubts = doubts;
    }

    @Override
    protected TableRecords recordsOf(Schema envelope, Struct source, @Nullable Schema key) {
        TableId table = new TableId(source.getString("db"), source.getString("table"));
        keys.require(
                table,
                key == null ? List.of() : key.fields().stream().map(Field::name).toList());
        return new RecordShape(envelope, table);
    }

    @Override
    protected void streamed(long position, long millis, Consumer<ChangeEvent> out) {
        reportDropped(millis, out);
        lastPosition = position;
        unread.handOn();
        if (!doubts.isEmpty()) {
            for (SchemaDoubts.Doubt doubt : doubts.takeDue(position)) {
                out.accept(event(
                        new Change.Reload(doubt.table(), doubt.kind(), doubt.reason()),
                        position,
                        millis,
                        null,
                        EVENT_BYTES,
                        null));
            }
        }
    }

    /** Holds changes of XA transactions until they are committed. */
    @Override
    protected Consumer<ChangeEvent> through(Consumer<ChangeEvent> receiver) {
        return transactions.isEmpty() ? receiver : event -> transactions.pass(event, receiver);
    }

    /**
     * Takes a statement that changed tables; its own offset is never stored, because the rest of it is possibly not recorded yet.
     */
    @Override
    protected boolean takeOther(SourceRecord record, Struct value, Consumer<ChangeEvent> out) {
        if (BinlogNote.isIn(value)) {
            BinlogNote note = BinlogNote.of(value);
            long position = BinlogPosition.of(note.file(), note.place());
            streamed(position, note.millis(), out);
            notes.take(note, position, offset(record), out);
            return true;
        }
        if (value.schema().field("ddl") == null) {
            return false;
        }
        // The snapshot's own only say what the tables look like.
        if (!BinlogOffsets.unfinishedSnapshot(offset(record))) {
            statement(value, out);
        }
        return true;
    }

    private void statement(Struct value, Consumer<ChangeEvent> out) {
        Struct source = value.getStruct("source");
        long position = BinlogPosition.of(source.getString("file"), source.getInt64("pos"));
        long millis = source.getInt64("ts_ms");
        if (position != lastPosition) {
            streamed(position, millis, out);
        }
        String database = value.getString("databaseName");
        if (!move(value, database == null ? "" : database)) {
            reportDropped(millis, out);
        }
    }

    /**
     * Hands on a truncation of the tables that were dropped or renamed and not replaced in the same statement: they have no rows
     * any more.
     */
    private void reportDropped(long millis, Consumer<ChangeEvent> out) {
        for (TableId table : moves.takeGone()) {
            out.accept(event(new Change.Truncate(table, true), lastPosition, millis, null, EVENT_BYTES, null));
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
            rename.flatMap(moves::renamed)
                    .ifPresent(reason -> doubts.reload(rename.orElseThrow().to(), lastPosition, reason));
            return rename.isPresent();
        }
        return false;
    }

    /** Returns the table that Debezium writes as {@code "database"."table"}. */
    private static TableId table(String quoted, String database) {
        String[] parts = quoted.substring(1, quoted.length() - 1).split("\"\\.\"", 2);
        return parts.length == 2 ? new TableId(parts[0], parts[1]) : new TableId(database, parts[0]);
    }
}
