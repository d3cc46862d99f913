package dev.tidemark.load;

import dev.tidemark.connector.RowRange;
import dev.tidemark.connector.TableInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How far readers have read the table of a load, ahead of what is durable. Guarded by the {@link Chunks}. */
final class Cursor {

    static final long NO_FENCE = Long.MIN_VALUE;

    /** Rows of the first chunk, of whose width nothing is known. */
    private static final int FIRST_ROWS = 2_000;

    final TableInfo table;
    /** The load at this place. */
    Load at;

    Object @Nullable [] after;
    /** The key at which the load begins; null: at the first row. */
    private final Object @Nullable [] begin;
    /** Counts how often what was read ahead was discarded: what an earlier turn reads does not count. */
    int turn;
    /** How often that was because too many rows had changed meanwhile, since a chunk was durable. */
    int overtaken;

    /** The bytes of a row, as the last chunk had them; 0 before the first one. */
    long rowBytes;

    boolean reading;
    boolean ended;
    /** Whether the fence of a load is known that has one. */
    boolean fenced;
    /** The end of the log that has to be committed before rows are read. */
    long fence = NO_FENCE;
    /** The columns of its rows, once the log has reached them; null if that is not known. */
    @Nullable
    List<String> columns;

    @Nullable
    List<String> columnsBehindFence;

    Cursor(Load load, TableInfo table, List<String> writtenAs) {
        this.table = table;
        this.fenced = !load.fenced();
        this.after = KeyPosition.of(load, table);
        this.begin = KeyPosition.begin(load, table);
        this.at = at(load, writtenAs);
    }

    /** Returns the rows that are to be read next. */
    RowRange range() {
        RowRange rest = after != null || begin == null ? RowRange.after(after) : RowRange.from(begin);
        return rest.where(at.selection().where());
    }

    /** Returns to what is durable; what is being read does not count. */
    void goBack(Load durable) {
        turn++;
        reading = false;
        ended = false;
        after = KeyPosition.of(durable, table);
        at = at(durable, at.writtenAs());
    }

    /** Returns the load as it continues: it begins again if its place is none of the table's keys any more. */
    private Load at(Load load, List<String> writtenAs) {
        Load begun = load.writtenAs().isEmpty() ? load.begun(writtenAs) : load;
        return after == null ? begun.fromStart() : begun;
    }

    /** Returns how many rows to request: about as many as fit, since a driver may have to receive all that were requested. */
    int limit(int rows, long bytes) {
        return rowBytes == 0 ? Math.min(FIRST_ROWS, rows) : (int) Math.max(1, Math.min(rows, bytes / rowBytes + 1));
    }

    boolean isBehindFence(long committed) {
        if (fence != NO_FENCE && committed >= fence) {
            fence = NO_FENCE;
            columns = columnsBehindFence == null ? columns : columnsBehindFence;
        }
        return fence == NO_FENCE;
    }
}
