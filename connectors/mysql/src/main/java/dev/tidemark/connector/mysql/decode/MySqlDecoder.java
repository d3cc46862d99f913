package dev.tidemark.connector.mysql.decode;

import dev.tidemark.connector.base.decode.EnvelopeDecoder;
import dev.tidemark.connector.base.decode.KeyChanges;
import dev.tidemark.connector.base.decode.TableRecords;
import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.mysql.ddl.RenameClause;
import dev.tidemark.connector.mysql.ddl.RowStatement;
import dev.tidemark.connector.mysql.ddl.TableMoves;
import dev.tidemark.connector.mysql.ddl.XaStatement;
import dev.tidemark.connector.mysql.log.BinlogOffsets;
import dev.tidemark.connector.mysql.log.BinlogPosition;
import dev.tidemark.connector.mysql.log.Gtid;
import dev.tidemark.connector.mysql.schema.SchemaDoubts;
import dev.tidemark.connector.mysql.schema.UnreadWrites;
import dev.tidemark.debezium.mysql.BinlogNote;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    private final BinlogOffsets offsets;
    private final XaTransactions transactions;
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
        this.offsets = offsets;
        this.unread = unread;
        this.transactions = new XaTransactions(Runtime.getRuntime().maxMemory() / 16);
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
                        new Change.Reload(doubt.table(), doubt.reason()), position, millis, null, EVENT_BYTES, null));
            }
        }
    }

    /** Holds changes of XA transactions until they are committed. */
    @Override
    protected Consumer<ChangeEvent> through(Consumer<ChangeEvent> receiver) {
        return transactions.isEmpty() ? receiver : event -> transactions.pass(event, receiver);
    }

    private void note(BinlogNote note, Map<String, ?> offset, Consumer<ChangeEvent> out) {
        long position = BinlogPosition.of(note.file(), note.place());
        streamed(position, note.millis(), out);
        switch (note.kind()) {
            case STATEMENT -> statement(note, position, offset, out);
            case XA_PREPARED -> {
                String id = transactions.prepared();
                if (note.onePhase() && id != null) {
                    committed(id, note, position, out);
                }
            }
            case UNREAD_ROWS ->
                unread(
                        Set.of(new TableId(note.database(), note.text())),
                        position,
                        "a session wrote parts of JSON values");
            case INCIDENT -> unread(unread.captured(), position, "the server reports that its log lacks changes");
        }
    }

    private void statement(BinlogNote note, long position, Map<String, ?> offset, Consumer<ChangeEvent> out) {
        XaStatement xa = XaStatement.of(note.text());
        if (xa == null) {
            RowStatement statement = RowStatement.of(note.text(), note.database());
            if (statement != null) {
                unread(
                        unread.changedBy(statement),
                        position,
                        "a session with binlog_format = STATEMENT wrote, and the log has no rows of that");
            }
            return;
        }
        switch (xa.verb()) {
            case START ->
                transactions.begin(
                        xa.id(), offsets.before(offset, note.file(), note.place()), System.currentTimeMillis());
            case COMMIT -> committed(xa.id(), note, position, out);
            case ROLLBACK -> transactions.end(xa.id());
        }
    }

    /** Hands on the changes of an XA transaction; if its rows were read before this engine began, all tables are in doubt. */
    private void committed(String id, BinlogNote note, long position, Consumer<ChangeEvent> out) {
        XaTransactions.Xa xa = transactions.end(id);
        if (xa == null) {
            unread(
                    unread.captured(),
                    position,
                    "an XA transaction was committed that was prepared before the stream began");
            return;
        }
        Gtid gtid = note.gtid().isEmpty() ? Gtid.NONE : new Gtid(note.gtid());
        for (ChangeEvent held : xa.changes()) {
            out.accept(event(held.change(), position, note.millis(), null, held.bytes(), gtid));
        }
        unread(
                xa.unheld(),
                position,
                "an XA transaction was committed that is too large to be held, or has no rows in the log");
    }

    private void unread(Set<TableId> tables, long position, String reason) {
        for (TableId table : tables) {
            if (unread.captured().contains(table) && !transactions.unread(table)) {
                unread.written(table, position, reason);
            }
        }
    }

    /**
     * Takes a statement that changed tables; its own offset is never stored, because the rest of it is possibly not recorded yet.
     */
    @Override
    protected boolean takeOther(SourceRecord record, Struct value, Consumer<ChangeEvent> out) {
        if (BinlogNote.isIn(value)) {
            note(BinlogNote.of(value), offset(record), out);
            return true;
        }
        if (value.schema().field("ddl") == null) {
            return false;
        }
        if (!BinlogOffsets.unfinishedSnapshot(
                offset(record))) { // the snapshot's own only say what the tables look like
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
            rename.ifPresent(moves::renamed);
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
