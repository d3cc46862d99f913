package dev.tidemark.connector.mysql.schema;

import dev.tidemark.connector.mysql.log.BinlogOffsets;
import io.debezium.document.Array;
import io.debezium.document.Document;
import io.debezium.relational.Table;
import io.debezium.relational.TableId;
import io.debezium.relational.Tables;
import io.debezium.relational.history.HistoryRecord;
import io.debezium.relational.history.HistoryRecordComparator;
import io.debezium.relational.history.TableChanges;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A short history that says the same as a long one, for the stored offset and all that follow it: what the long one recovers to at that
 * offset, and the records after it. One thread.
 */
final class CompactHistory {

    private final Map<String, Object> source;
    private final Map<String, Object> position;
    private final HistoryRecord stored;
    private final Tables tables;
    private final HistoryRecordComparator order = new HistoryOrder();
    /** Statements that are of no table and change how others are read: character sets of databases and of the server. */
    private final Map<String, HistoryRecord> settings = new LinkedHashMap<>();

    /** @param tables as they were at the offset */
    CompactHistory(Map<String, ?> source, Map<String, ?> offset, Tables tables) {
        this.source = new HashMap<>(source);
        this.position = new HashMap<>(offset);
        this.stored = new HistoryRecord(source, offset, null, null, null, null, Instant.EPOCH);
        this.tables = tables;
        position.put(BinlogOffsets.SNAPSHOT, "INITIAL"); // in force at the offset itself, see HistoryOrder
    }

    /** Returns whether the record is not in force at the offset: its statement is re-read, or comes later. */
    boolean isLater(HistoryRecord record) {
        return !order.isAtOrBefore(record, stored);
    }

    /** Takes account of a record of the long history, oldest first. */
    void statement(HistoryRecord record) {
        Document document = record.document();
        Array changes = document.getArray(HistoryRecord.Fields.TABLE_CHANGES);
        String ddl = document.getString(HistoryRecord.Fields.DDL_STATEMENTS);
        if ((changes == null || changes.isEmpty()) && ddl != null && isSetting(ddl) && !isLater(record)) {
            String key = document.getString(HistoryRecord.Fields.DATABASE_NAME) + " " + ddl;
            settings.remove(key); // the last one counts
            settings.put(key, record);
        }
    }

    private static boolean isSetting(String ddl) {
        String words = ddl.stripLeading().toUpperCase(Locale.ROOT).replaceAll("\\s+", " ");
        return words.startsWith("SET ")
                || words.startsWith("CREATE DATABASE ")
                || words.startsWith("CREATE SCHEMA ")
                || words.startsWith("ALTER DATABASE ")
                || words.startsWith("ALTER SCHEMA ")
                || words.startsWith("DROP DATABASE ")
                || words.startsWith("DROP SCHEMA ");
    }

    /** Hands over the records that stand for all that are in force at the offset. */
    void begin(Consumer<HistoryRecord> out) {
        settings.values().forEach(out);
        for (TableId id : tables.tableIds()) {
            Table table = tables.forTable(id);
            TableChanges changes = new TableChanges().create(table);
            out.accept(new HistoryRecord(source, position, id.catalog(), null, null, changes, Instant.now()));
        }
    }
}
