package dev.tidemark.connector.base.jdbc;

import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowBytes;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Number of rows that the driver fetches at once: few at first, then as many as fit into a few megabytes by the widest row so far
 * (invariant 3). A driver that hands rows over as they come is left alone. One thread, for one result.
 */
public final class FetchPace {

    /** Rows of the first fetch: each may take megabytes. */
    public static final int FIRST = 8;

    private static final int GROWTH = 8;
    private static final long BYTES = 4L << 20;

    private final ResultSet rows;
    private final boolean fetches;
    private final int max;
    private int size;
    private int left;
    private long widest = 1;

    /**
     * Begins with what the statement was set to fetch first.
     *
     * @param max rows at once
     */
    public FetchPace(ResultSet rows, int max) throws SQLException {
        this.rows = rows;
        this.max = max;
        this.size = rows.getFetchSize();
        this.fetches = size > 0;
        this.left = size;
    }

    /** Takes account of a row that was read; the next fetch follows from it. */
    public void read(Row row) throws SQLException {
        if (!fetches) {
            return;
        }
        widest = Math.max(widest, RowBytes.of(row));
        left--;
        if (left == 0) { // the next row is fetched with those that follow it
            size = next(size, max, widest);
            rows.setFetchSize(size);
            left = size;
        }
    }

    static int next(int size, int max, long widest) {
        return (int) Math.max(1, Math.min(Math.min(max, (long) size * GROWTH), BYTES / widest));
    }
}
