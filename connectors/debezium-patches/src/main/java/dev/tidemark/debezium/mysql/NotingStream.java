package dev.tidemark.debezium.mysql;

import com.github.shyiko.mysql.binlog.BinaryLogClient;
import com.github.shyiko.mysql.binlog.event.ByteArrayEventData;
import com.github.shyiko.mysql.binlog.event.Event;
import com.github.shyiko.mysql.binlog.event.EventType;
import com.github.shyiko.mysql.binlog.event.QueryEventData;
import com.github.shyiko.mysql.binlog.event.TableMapEventData;
import com.github.shyiko.mysql.binlog.event.XAPrepareEventData;
import com.github.shyiko.mysql.binlog.event.deserialization.ByteArrayEventDataDeserializer;
import com.github.shyiko.mysql.binlog.event.deserialization.EventDeserializer;
import io.debezium.connector.base.ChangeEventQueue;
import io.debezium.connector.binlog.event.EventDataDeserializationExceptionData;
import io.debezium.connector.binlog.jdbc.BinlogConnectorConnection;
import io.debezium.connector.mysql.MySqlConnectorConfig;
import io.debezium.connector.mysql.MySqlDatabaseSchema;
import io.debezium.connector.mysql.MySqlOffsetContext;
import io.debezium.connector.mysql.MySqlPartition;
import io.debezium.connector.mysql.MySqlStreamingChangeEventSource;
import io.debezium.connector.mysql.MySqlStreamingChangeEventSourceMetrics;
import io.debezium.connector.mysql.MySqlTaskContext;
import io.debezium.connector.mysql.SourceInfo;
import io.debezium.pipeline.DataChangeEvent;
import io.debezium.pipeline.ErrorHandler;
import io.debezium.pipeline.EventDispatcher;
import io.debezium.relational.TableId;
import io.debezium.snapshot.SnapshotterService;
import io.debezium.util.Clock;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Debezium's reader of the binlog, which also hands on what Debezium leaves out: statements that change rows, the frame of XA
 * transactions, rows in a form that it does not read, and incidents ({@link BinlogNote}). Why: docs/decisions/0057-unread-writes.md. The
 * thread of the binlog client only.
 */
public final class NotingStream extends MySqlStreamingChangeEventSource {

    /** Max length of a statement that is handed on: the names that matter stand at its beginning. */
    private static final int LONGEST_TEXT = 1 << 16;

    /** First words of statements that may change rows, or end an XA transaction. Functions that change rows are logged as SELECT. */
    private static final Set<String> NOTED = Set.of(
            "XA", "INSERT", "UPDATE", "DELETE", "REPLACE", "LOAD", "WITH", "CREATE", "SELECT", "DO", "CALL", "IMPORT");

    /** Bytes of an EXECUTE_LOAD_QUERY event before its status variables. */
    private static final int LOAD_HEADER = 26;

    private static final int DATABASE_LENGTH = 8;
    private static final int VARIABLES_LENGTH = 11;

    private final EventDispatcher<MySqlPartition, TableId> dispatcher;
    private final ChangeEventQueue<DataChangeEvent> queue;
    /** Tables of the statement that is being read. */
    private final Set<TableId> mapped = new LinkedHashSet<>();

    private Map<String, String> partition = Map.of();

    /** Called by Debezium's factory. */
    public NotingStream(
            MySqlConnectorConfig config,
            BinlogConnectorConnection connection,
            EventDispatcher<MySqlPartition, TableId> dispatcher,
            ErrorHandler errors,
            Clock clock,
            MySqlTaskContext task,
            MySqlDatabaseSchema schema,
            MySqlStreamingChangeEventSourceMetrics metrics,
            SnapshotterService snapshotter,
            BinaryLogClient client,
            ChangeEventQueue<DataChangeEvent> queue) {
        super(config, connection, dispatcher, errors, clock, task, schema, metrics, snapshotter, client);
        this.dispatcher = dispatcher;
        this.queue = queue;
    }

    /** Called by the constructor above this one: nothing of this object is set yet. */
    @Override
    protected EventDeserializer createEventDeserializer() {
        EventDeserializer deserializer = super.createEventDeserializer();
        deserializer.setEventDataDeserializer(EventType.EXECUTE_LOAD_QUERY, new ByteArrayEventDataDeserializer());
        return deserializer;
    }

    @Override
    public void execute(ChangeEventSourceContext context, MySqlPartition of, MySqlOffsetContext offset)
            throws InterruptedException {
        partition = of.getSourcePartition();
        super.execute(context, of, offset);
    }

    @Override
    protected void handleQueryEvent(MySqlPartition of, MySqlOffsetContext offset, Event event)
            throws InterruptedException {
        mapped.clear();
        QueryEventData query = unwrapData(event);
        String first = firstWord(query.getSql());
        if (NOTED.contains(first)) {
            statement(of, offset, first, query.getSql(), query.getDatabase());
        }
        super.handleQueryEvent(of, offset, event);
    }

    private void statement(MySqlPartition of, MySqlOffsetContext offset, String first, String sql, String database)
            throws InterruptedException {
        boolean ends = first.equals("XA") && !isStart(sql);
        if (ends) {
            offset.commitTransaction(); // what resumes behind it does not read it again
        }
        note(offset, BinlogNote.Kind.STATEMENT, sql, database, false);
        if (ends) {
            dispatcher.alwaysDispatchHeartbeatEvent(of, offset);
        }
    }

    private static boolean isStart(String sql) {
        String text = sql.stripLeading().substring(2).stripLeading().toUpperCase(Locale.ROOT);
        return text.startsWith("START") || text.startsWith("BEGIN") || text.startsWith("END");
    }

    @Override
    protected void prepareTransaction(MySqlOffsetContext offset, Event event) throws InterruptedException {
        XAPrepareEventData data = unwrapData(event);
        offset.commitTransaction();
        note(offset, BinlogNote.Kind.XA_PREPARED, "", "", data.isOnePhase());
        super.prepareTransaction(offset, event);
    }

    @Override
    protected void handleUpdateTableMetadata(MySqlPartition of, MySqlOffsetContext offset, Event event)
            throws InterruptedException {
        TableMapEventData table = unwrapData(event);
        mapped.add(new TableId(table.getDatabase(), null, table.getTable()));
        super.handleUpdateTableMetadata(of, offset, event);
    }

    @Override
    protected void ignoreEvent(MySqlOffsetContext offset, Event event) {
        EventType type = event.getHeader().getEventType();
        try {
            if (type == EventType.PARTIAL_UPDATE_ROWS_EVENT) {
                for (TableId table : mapped) {
                    note(offset, BinlogNote.Kind.UNREAD_ROWS, table.table(), table.catalog(), false);
                }
            } else if (type == EventType.EXECUTE_LOAD_QUERY) {
                loaded(offset, unwrapData(event));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        super.ignoreEvent(offset, event);
    }

    /** Hands on the statement of a LOAD DATA: a fixed header, status variables, the database's name with a zero, the text. */
    private void loaded(MySqlOffsetContext offset, ByteArrayEventData event) throws InterruptedException {
        byte[] data = event.getData();
        ByteBuffer header = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
        int name = LOAD_HEADER + (header.getShort(VARIABLES_LENGTH) & 0xffff);
        int length = header.get(DATABASE_LENGTH) & 0xff;
        int text = name + length + 1;
        String database = new String(data, name, length, StandardCharsets.UTF_8);
        int end = Math.min(data.length, text + LONGEST_TEXT);
        note(
                offset,
                BinlogNote.Kind.STATEMENT,
                new String(data, text, end - text, StandardCharsets.UTF_8),
                database,
                false);
    }

    @Override
    protected void handleServerIncident(MySqlPartition of, MySqlOffsetContext offset, Event event) {
        if (!(event.getData() instanceof EventDataDeserializationExceptionData)) {
            try {
                note(offset, BinlogNote.Kind.INCIDENT, "", "", false);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        super.handleServerIncident(of, offset, event);
    }

    private void note(MySqlOffsetContext offset, BinlogNote.Kind kind, String text, String database, boolean onePhase)
            throws InterruptedException {
        SourceInfo source = offset.getSource();
        String gtid = source.getCurrentGtid();
        BinlogNote note = new BinlogNote(
                kind,
                text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) : text,
                database == null ? "" : database,
                source.getCurrentBinlogFilename(),
                source.getCurrentBinlogPosition(),
                gtid == null ? "" : gtid,
                eventTimestamp == null ? 0 : eventTimestamp.toEpochMilli(),
                onePhase);
        queue.enqueue(new DataChangeEvent(note.record(partition, offset.getOffset())));
    }

    /** Returns the first word of a statement in capitals, without comments before it; empty if it does not begin with one. */
    static String firstWord(String sql) {
        int at = 0;
        while (at < sql.length()) {
            if (sql.charAt(at) <= ' ' || sql.charAt(at) == '(') {
                at++;
            } else if (sql.startsWith("/*!", at)) {
                at += 3;
                while (at < sql.length() && Character.isDigit(sql.charAt(at))) {
                    at++;
                }
            } else if (sql.startsWith("/*", at)) {
                int end = sql.indexOf("*/", at + 2);
                at = end < 0 ? sql.length() : end + 2;
            } else if (sql.charAt(at) == '#' || sql.startsWith("--", at)) {
                int end = sql.indexOf('\n', at);
                at = end < 0 ? sql.length() : end + 1;
            } else {
                break;
            }
        }
        int end = at;
        while (end < sql.length() && Character.isAlphabetic(sql.charAt(end))) {
            end++;
        }
        return sql.substring(at, end).toUpperCase(Locale.ROOT);
    }
}
