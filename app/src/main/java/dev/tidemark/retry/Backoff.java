package dev.tidemark.retry;

import dev.tidemark.sink.SinkException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Waits between attempts: doubling with jitter; long from the first attempt if an operator has to act. */
public final class Backoff {

    private static final long FIRST_MILLIS = 200;
    private static final long MOST_MILLIS = 10_000;
    private static final long FATAL_MILLIS = 5_000;

    private long nextMillis = FIRST_MILLIS;

    /** Returns the wait after one more failure of that kind. */
    Duration next(SinkException.Kind kind) {
        return kind == SinkException.Kind.FATAL ? jittered(FATAL_MILLIS) : next();
    }

    /** Returns the wait after one more failure that may be transient. */
    public Duration next() {
        Duration wait = jittered(nextMillis);
        nextMillis = Math.min(MOST_MILLIS, nextMillis * 2);
        return wait;
    }

    private static Duration jittered(long millis) {
        return Duration.ofMillis(millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1));
    }
}
