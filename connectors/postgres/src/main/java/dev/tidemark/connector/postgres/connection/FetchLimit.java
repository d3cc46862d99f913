package dev.tidemark.connector.postgres.connection;

import dev.tidemark.connector.base.jdbc.Causes;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;

/**
 * Limit of the bytes that one fetch may return (invariant 3): Postgres sends as many rows as requested, however wide they are. The
 * driver fails a fetch that exceeds it before it holds it.
 *
 * @param bytes of one fetch; a single row with more cannot be read
 */
public record FetchLimit(long bytes) {

    /** The driver's setting. */
    static final String SETTING = "maxResultBuffer";

    /** Returns the limit for the heap of this process: a sixth, so that what is formed of a single row fits, too. */
    static FetchLimit ofHeap() {
        return new FetchLimit(Runtime.getRuntime().maxMemory() / 6);
    }

    /** Returns the driver's error for a fetch that exceeds the limit; null if the failure has another cause. */
    public static @Nullable PSQLException exceeded(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = Causes.next(cause)) {
            if (cause instanceof PSQLException known
                    && String.valueOf(known.getMessage()).contains(SETTING)) {
                return known;
            }
        }
        return null;
    }
}
