package dev.tidemark.flush.write;

import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowBytes;
import java.util.ArrayList;
import java.util.List;

/**
 * The rows that are read for one part of a flush: as many as fit into a bound of bytes, and at least one (invariant 3). One
 * thread.
 */
public final class RowBudget {

    /** Keys that are requested before anything is known of the width of their rows. */
    public static final int KEYS = 1_000;

    private static final long BYTES = Math.min(16L << 20, Runtime.getRuntime().maxMemory() / 32);
    private static final int MAX_KEYS = 10_000;

    private final List<Row> kept = new ArrayList<>();
    private final long max;
    private long bytes;
    private boolean exceeded;

    public RowBudget() {
        this(BYTES);
    }

    RowBudget(long max) {
        this.max = max;
    }

    /** Keeps a row if there is room. Returns false if not: the row exists, and is re-read for a later part. */
    public boolean keeps(Row row) {
        int size = RowBytes.of(row);
        if (!kept.isEmpty() && bytes + size > max) {
            exceeded = true;
            return false;
        }
        kept.add(row);
        bytes += size;
        return true;
    }

    public List<Row> kept() {
        return kept;
    }

    /**
     * Returns how many keys to request next time: about as many as there is room for their rows.
     *
     * @param asked how many were requested this time
     */
    public int nextKeys(int asked) {
        if (exceeded) {
            return Math.min(asked, kept.size());
        }
        return bytes <= max / 4 ? Math.min(MAX_KEYS, 2 * Math.max(1, asked)) : Math.max(1, asked);
    }
}
