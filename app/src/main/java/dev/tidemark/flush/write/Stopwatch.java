package dev.tidemark.flush.write;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.slf4j.spi.LoggingEventBuilder;

/** Durations of the phases of one flush. Flush thread only. */
public final class Stopwatch {

    /** Phases of a flush. */
    public enum Phase {
        /** Coalescing, and creating collections that are missing. */
        PREPARE,
        /** Requests to Typesense, pauses between attempts among them. */
        WRITE,
        /** Storing dead letters on disk. */
        LETTERS,
        /** Joined documents: reading and writing. */
        JOINED,
        /** The end of a snapshot. */
        SWEEP,
        /** Storing the offset. */
        COMMIT,
        /** Dead letters that are replayed. */
        REPLAY,
        /** A table that is reloaded: the reading of a page, and the deletes at its end. */
        TABLE
    }

    private final Map<Phase, Long> nanos = new EnumMap<>(Phase.class);
    private final long began = System.nanoTime();
    private long last = began;

    /** Adds the time since the last call to this phase. */
    public void lap(Phase phase) {
        long now = System.nanoTime();
        nanos.merge(phase, now - last, Long::sum);
        last = now;
    }

    /** Returns the time until the last lap. */
    long totalNanos() {
        return last - began;
    }

    /** Adds each phase that took a millisecond or more. */
    LoggingEventBuilder addTo(LoggingEventBuilder line) {
        LoggingEventBuilder all = line;
        for (Map.Entry<Phase, Long> phase : nanos.entrySet()) {
            long millis = phase.getValue() / 1_000_000;
            if (millis > 0) {
                all = all.addKeyValue(phase.getKey().name().toLowerCase(Locale.ROOT) + "Ms", millis);
            }
        }
        return all;
    }
}
