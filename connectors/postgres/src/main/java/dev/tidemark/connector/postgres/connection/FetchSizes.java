package dev.tidemark.connector.postgres.connection;

import dev.tidemark.connector.base.jdbc.Causes;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;

/**
 * Number of rows that are fetched at once (invariant 3). Postgres sends as many rows as requested, however wide they are, so the
 * pace follows from the width of those that were read. The driver fails a fetch that would not fit into a part of the heap,
 * before it holds it, and then fewer are fetched until the process ends. Any thread.
 */
public final class FetchSizes {

    /** The driver's setting. */
    public static final String LIMIT = "maxResultBuffer";

    private static final int OF_READS = 512;
    private static final int STEP = 3;
    private static final int LAST = 5;

    private final long heap;
    private final AtomicInteger lowered = new AtomicInteger();

    /** @param heap the largest heap of this process in bytes */
    FetchSizes(long heap) {
        this.heap = heap;
    }

    /** Returns the most bytes of one fetch; a row with more cannot be read. */
    public long limit() {
        return heap / 5;
    }

    /** Returns how many rows a read of ours fetches at most. */
    public int ofReads() {
        return Math.max(1, OF_READS >> (STEP * Math.min(LAST, lowered.get())));
    }

    /** Takes account of a fetch that did not fit. Returns whether fewer rows are fetched from now on. */
    boolean lower() {
        return lowered.getAndUpdate(times -> Math.min(LAST, times + 1)) < LAST;
    }

    /** Returns the driver's error for a fetch that is too large to hold; null if the failure has another cause. */
    static @Nullable PSQLException tooLarge(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = Causes.next(cause)) {
            if (cause instanceof PSQLException known
                    && String.valueOf(known.getMessage()).contains(LIMIT)) {
                return known;
            }
        }
        return null;
    }
}
