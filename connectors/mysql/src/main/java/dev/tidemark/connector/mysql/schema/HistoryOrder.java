package dev.tidemark.connector.mysql.schema;

import dev.tidemark.connector.mysql.log.BinlogOffsets;
import dev.tidemark.connector.mysql.log.BinlogPosition;
import io.debezium.connector.mysql.gtid.MySqlGtidSet;
import io.debezium.document.Document;
import io.debezium.relational.history.HistoryRecordComparator;

/**
 * Order by which the records of the schema history that are in force at a stored offset are exactly those whose statement will
 * not be re-read from there.
 *
 * <p>Debezium's own order also counts the statement that follows right after a transaction with which the offset ends. Under
 * GTIDs that statement is re-read, and some statements fail then: a column that was renamed already cannot be found, and a swap
 * of tables swaps them back. The engine then fails at every start.
 * Upholds invariant 4.
 */
final class HistoryOrder extends HistoryRecordComparator {

    @Override
    protected boolean isPositionAtOrBefore(Document recorded, Document stored) {
        String before = recorded.getString(BinlogOffsets.GTIDS);
        String done = stored.getString(BinlogOffsets.GTIDS);
        if (done != null && before != null) {
            MySqlGtidSet storedSet = new MySqlGtidSet(done);
            MySqlGtidSet recordedSet = new MySqlGtidSet(before);
            // A streamed statement is recorded with what came before it, a snapshot's with what it holds.
            return storedSet.equals(recordedSet) ? isSnapshot(recorded) : recordedSet.isContainedWithin(storedSet);
        }
        if (done != null) {
            return true; // from before the server had GTIDs
        }
        // Without GTIDs a place names the end of the statement.
        return position(recorded) <= position(stored);
    }

    private static boolean isSnapshot(Document position) {
        return position.has(BinlogOffsets.SNAPSHOT);
    }

    private static long position(Document document) {
        return BinlogPosition.of(document.getString(BinlogOffsets.FILE), document.getLong(BinlogOffsets.PLACE, 0L));
    }
}
