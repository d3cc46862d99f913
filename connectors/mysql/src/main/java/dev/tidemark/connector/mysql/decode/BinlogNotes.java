package dev.tidemark.connector.mysql.decode;

import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.mysql.ddl.RowStatement;
import dev.tidemark.connector.mysql.ddl.XaStatement;
import dev.tidemark.connector.mysql.log.BinlogOffsets;
import dev.tidemark.connector.mysql.log.Gtid;
import dev.tidemark.connector.mysql.schema.SchemaDoubts;
import dev.tidemark.connector.mysql.schema.UnreadWrites;
import dev.tidemark.debezium.mysql.BinlogNote;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Meaning of what Debezium leaves out of the log: tables that were changed without rows are in doubt, and rows of XA transactions become
 * changes when they are committed. One engine, one thread.
 */
final class BinlogNotes {

    private static final String STATEMENT =
            SchemaDoubts.STATEMENTS + " = STATEMENT wrote, and the log has no rows of that";
    private static final String PARTS = "a session wrote parts of JSON values";
    private static final String INCIDENT = "the server reports that its log lacks changes";
    private static final String UNKNOWN_XA =
            SchemaDoubts.XA + " was committed that was prepared before the stream began";
    private static final String LARGE_XA =
            SchemaDoubts.XA + " was committed that is too large to be held, or has no rows in the log";

    private final UnreadWrites unread;
    private final BinlogOffsets offsets;
    private final XaTransactions transactions;

    /**
     * @param unread tables that were changed without rows in the log
     * @param offsets those of the engine
     * @param transactions the XA transactions that are open
     */
    BinlogNotes(UnreadWrites unread, BinlogOffsets offsets, XaTransactions transactions) {
        this.unread = unread;
        this.offsets = offsets;
        this.transactions = transactions;
    }

    /**
     * Takes the next one of the log.
     *
     * @param position its beginning
     * @param offset that of its record
     */
    void take(BinlogNote note, long position, Map<String, ?> offset, Consumer<ChangeEvent> out) {
        Gtid gtid = note.gtid().isEmpty() ? Gtid.NONE : new Gtid(note.gtid());
        Events events = new Events(note, position, gtid, out);
        switch (note.kind()) {
            case STATEMENT -> {
                XaStatement xa = XaStatement.of(note.text());
                if (xa == null) {
                    statement(events);
                } else {
                    frame(xa, events, offset);
                }
            }
            case XA_PREPARED -> {
                String id = transactions.prepared();
                if (note.onePhase() && id != null) {
                    committed(id, events);
                }
            }
            case UNREAD_ROWS -> doubt(Set.of(new TableId(note.database(), note.text())), events, PARTS);
            case INCIDENT -> doubt(unread.captured(), events, INCIDENT);
        }
    }

    private void statement(Events events) {
        RowStatement statement = RowStatement.of(events.note.text(), events.note.database());
        if (statement != null) {
            doubt(unread.changedBy(statement), events, STATEMENT);
        }
    }

    private void frame(XaStatement xa, Events events, Map<String, ?> offset) {
        BinlogNote note = events.note;
        switch (xa.verb()) {
            case START ->
                transactions.begin(
                        xa.id(), offsets.before(offset, note.file(), note.place()), System.currentTimeMillis());
            case COMMIT -> committed(xa.id(), events);
            case ROLLBACK -> transactions.end(xa.id());
        }
    }

    /** Hands on the changes of an XA transaction; if its rows were read before this engine began, all tables are in doubt. */
    private void committed(String id, Events events) {
        XaTransactions.Xa xa = transactions.end(id);
        if (xa == null) {
            doubt(unread.captured(), events, UNKNOWN_XA);
            return;
        }
        xa.changes().forEach(held -> events.hand(held.change(), held.bytes()));
        doubt(xa.unheld(), events, LARGE_XA);
    }

    private void doubt(Set<TableId> tables, Events events, String reason) {
        boolean any = false;
        for (TableId table : tables) {
            if (unread.captured().contains(table) && !transactions.unread(table)) {
                unread.written(table, reason);
                any = true;
            }
        }
        if (any) { // what is read because of the doubt waits for the transaction, too
            events.hand(new Change.Heartbeat(), 0);
        }
    }

    /** Events of the transaction that a note names. None has an offset that may be stored. */
    private record Events(BinlogNote note, long position, Gtid gtid, Consumer<ChangeEvent> out) {

        void hand(Change change, int bytes) {
            out.accept(new ChangeEvent(change, position, note.millis(), null, bytes, gtid, System.currentTimeMillis()));
        }
    }
}
