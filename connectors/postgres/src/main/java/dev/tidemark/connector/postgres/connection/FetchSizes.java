package dev.tidemark.connector.postgres.connection;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;

/**
 * Number of rows that are fetched at once (invariant 3). Postgres sends as many rows as requested, however wide they are, so the
 * number follows from their width, which is only estimated. The driver fails a fetch that would not fit into a part of the heap,
 * before it holds it, and then fewer are fetched until the process ends. Any thread.
 */
public final class FetchSizes {

    /** The driver's setting. */
    public static final String LIMIT = "maxResultBuffer";

    private static final int OF_READS = 512;
    private static final int MAX_OF_SNAPSHOT = 10_240;
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
        return shift(OF_READS);
    }

    /**
     * Returns how many rows the initial load fetches: two fetches are in memory at a time, and rows may be wider than estimated.
     *
     * @param width an estimate of the widest rows in bytes
     */
    public int ofSnapshot(long width) {
        return shift((int) Math.max(1, Math.min(MAX_OF_SNAPSHOT, heap / 32 / Math.max(1, width))));
    }

    private int shift(int rows) {
        return Math.max(1, rows >> (STEP * Math.min(LAST, lowered.get())));
    }

    /** Takes account of a fetch that did not fit. Returns whether fewer rows are fetched from now on. */
    boolean lower() {
        return lowered.getAndUpdate(times -> Math.min(LAST, times + 1)) < LAST;
    }

    /**
     * Returns the driver's error for a fetch that is too large to hold; null if the failure has another cause. The driver closes
     * the connection then, so Debezium's rollback fails, too, and its failure has that error as a suppressed one.
     */
    static @Nullable PSQLException tooLarge(Throwable failure) {
        return tooLarge(failure, Collections.newSetFromMap(new IdentityHashMap<>()));
    }

    private static @Nullable PSQLException tooLarge(@Nullable Throwable failure, Set<Throwable> seen) {
        if (failure == null || !seen.add(failure)) {
            return null;
        }
        if (failure instanceof PSQLException known
                && String.valueOf(known.getMessage()).contains(LIMIT)) {
            return known;
        }
        PSQLException found = tooLarge(failure.getCause(), seen);
        for (Throwable suppressed : failure.getSuppressed()) {
            found = found == null ? tooLarge(suppressed, seen) : found;
        }
        return found;
    }
}
