package dev.tidemark.connector.base.jdbc;

import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowBytes;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Number of rows that the driver fetches at once: few at first, then as many as fit into a few megabytes by the widest row so far
 * (invariant 3). A driver that hands rows over as they come is left alone. One thread, for one attempt of a read.
 */
public final class FetchPace {

    /** Rows of the first fetch: each may take megabytes. */
    public static final int FIRST = 8;

    private static final int GROWTH = 8;
    private static final long BYTES = 4L << 20;

    private final boolean fetches;
    private final int max;
    private final int one;
    private final int few;
    private int size;
    private int left;
    private int rows;
    private long widest;
    private long width;

    private FetchPace(boolean fetches, int max, long width, int one, int few) {
        this.fetches = fetches;
        this.max = max;
        this.widest = width;
        this.width = width;
        this.one = one;
        this.few = few;
    }

    /**
     * Returns the pace of a read.
     *
     * @param width bytes of the row of the same kind that was read last; 1 if none was
     */
    static FetchPace of(SqlDialect<?> dialect, long width) {
        return new FetchPace(dialect.fetchSize() > 0, dialect.maxFetchSize(), width, 0, 0);
    }

    /** Returns the pace of rows of key columns, which are narrow. */
    public static FetchPace ofKeys() {
        return new FetchPace(true, FIRST * GROWTH * GROWTH, 1, 0, 0);
    }

    /**
     * Returns the pace of the next attempt after a fetch did not fit: the rows of that fetch are fetched {@value #FIRST} at a time,
     * or one at a time if it had no more.
     */
    FetchPace afterFailure() {
        int fewer = Math.max(few - rows, size);
        return new FetchPace(fetches, max, width, size <= FIRST ? size : 0, fewer);
    }

    /** Returns whether fewer rows can be fetched than in the last fetch. */
    boolean canBeLowered() {
        return size > 1;
    }

    /** Sets how many rows a statement fetches first. */
    public void begin(Statement statement) throws SQLException {
        if (fetches) {
            fetchNext(FIRST);
            statement.setFetchSize(size);
        } else {
            statement.setFetchSize(Integer.MIN_VALUE);
        }
    }

    /** Takes account of a row that was read; the next fetch follows from it. */
    public void read(ResultSet result, Row row) throws SQLException {
        if (!fetches) {
            return;
        }
        width = RowBytes.of(row);
        widest = Math.max(widest, width);
        rows++;
        left--;
        if (left == 0) { // the next row is fetched with those that follow it
            fetchNext(size * GROWTH);
            result.setFetchSize(size);
        }
    }

    private void fetchNext(int wanted) {
        int most = rows < one ? 1 : rows < few ? FIRST : max;
        size = (int) Math.max(1, Math.min(Math.min(most, wanted), BYTES / widest));
        left = size;
    }

    /** Returns how many rows the next fetch returns, or the last one if it failed. */
    int size() {
        return size;
    }

    /** Returns the bytes of the last row. */
    long width() {
        return width;
    }
}
