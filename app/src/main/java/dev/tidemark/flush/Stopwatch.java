package dev.tidemark.flush;

import java.util.Arrays;
import java.util.Locale;
import org.slf4j.spi.LoggingEventBuilder;

/** How long the phases of one flush take. Flush thread only. */
final class Stopwatch {

    /** What a flush spends its time with. */
    enum Phase {
        /** Coalescing, and making collections that are missing. */
        PREPARE,
        /** Requests to Typesense, pauses between attempts among them. */
        WRITE,
        /** Dead letters on disk. */
        LETTERS,
        /** Joined documents: reading and writing. */
        JOINED,
        /** The end of a snapshot. */
        SWEEP,
        /** Storing the position. */
        COMMIT,
        /** Dead letters that are replayed. */
        REPLAY
    }

    private static final Phase[] PHASES = Phase.values();
    private static final String[] NAMES = Arrays.stream(PHASES)
            .map(phase -> phase.name().toLowerCase(Locale.ROOT) + "Ms")
            .toArray(String[]::new);

    private final long[] nanos = new long[PHASES.length];
    private final long began = System.nanoTime();
    private long last = began;

    /** The time since the last call was spent with this. */
    void lap(Phase phase) {
        long now = System.nanoTime();
        nanos[phase.ordinal()] += now - last;
        last = now;
    }

    /** Time until the last lap. */
    long totalNanos() {
        return last - began;
    }

    /** Adds each phase that took a millisecond or more. */
    LoggingEventBuilder addTo(LoggingEventBuilder line) {
        LoggingEventBuilder all = line;
        for (int i = 0; i < nanos.length; i++) {
            if (nanos[i] >= 1_000_000) {
                all = all.addKeyValue(NAMES[i], nanos[i] / 1_000_000);
            }
        }
        return all;
    }
}
