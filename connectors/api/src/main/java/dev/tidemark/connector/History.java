package dev.tidemark.connector;

import dev.tidemark.connector.data.Transaction;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Detects that the database was put back in time, forked or exchanged since it was last read. Thread-safe. */
public interface History {

    /**
     * Reads what identifies the database now, and compares it with what was recorded and with the stored offset.
     *
     * @param recorded the facts of the last comparison; empty if there was none
     * @param storedOffset the offset to resume from; {@code null} if none is stored
     * @param handedOver what an engine handed over since the last comparison
     * @throws SourceException if the database is away
     */
    Finding compare(Map<String, String> recorded, @Nullable Map<String, ?> storedOffset, HandedOver handedOver);

    /**
     * Position up to which an engine has read; it may be ahead of the stored offset.
     *
     * @param position the position of the last change; 0 if none was handed over
     * @param transaction the last transaction; {@code null} if none was handed over
     */
    record HandedOver(long position, @Nullable Transaction transaction) {

        /** No change was handed over. */
        public static final HandedOver NOTHING = new HandedOver(0, null);
    }

    /** Outcome of a comparison. */
    sealed interface Finding {

        /**
         * The history continues.
         *
         * @param facts to be recorded for the next comparison, under names that only the connector reads
         */
        record Same(Map<String, String> facts) implements Finding {
            public Same {
                facts = Map.copyOf(facts);
            }
        }

        /**
         * The server does not have all that was read, and may still receive it: a replica that lags behind.
         *
         * @param message what was stored and what was found
         * @param hint what to do
         */
        record Behind(String message, String hint) implements Finding {}

        /**
         * This is not the history that was read before.
         *
         * @param reason why not
         * @param message what was stored and what was found
         */
        record Contradiction(Reason reason, String message) implements Finding {}
    }

    /** Reason of a contradiction. */
    enum Reason {
        /** Another server, cluster or database. */
        IDENTITY,
        /** The same one, put back in time or forked. */
        HISTORY
    }
}
