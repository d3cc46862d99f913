package dev.tidemark.source;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decision whether the source counts as connected. A first engine counts when it polls. After a failure a new engine that polls
 * proves nothing: it may fail again as soon as it comes to the same statement or row. It counts once it has delivered all that the
 * log held when it started, including what failed before, or once it has streamed for longer than the run that failed. Any thread.
 */
final class Recovery {

    /** Number of times in a row from which the same failure is called stuck. */
    static final int STUCK = 3;

    private static final long LEAST_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** A run of this length was healthy. */
    private static final long HEALTHY_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final LongSupplier nanoClock;
    private final Clock clock;
    private final Runnable whenConnected;

    private @Nullable Run current;
    private boolean connected;
    private boolean failing;
    private long neededNanos;
    private long longestNanos;
    private @Nullable String lastFailure;
    private @Nullable String lastOffset;
    private int times;
    private Instant since = Instant.EPOCH;

    /** @param whenConnected called when the source becomes connected, never after the run that proved it has ended */
    Recovery(LongSupplier nanoClock, Clock clock, Runnable whenConnected) {
        this.nanoClock = nanoClock;
        this.clock = clock;
        this.whenConnected = whenConnected;
    }

    /**
     * Count of the source's failures of the same kind without progress.
     *
     * @param times 1 for a failure that is new
     * @param since when it failed so for the first time
     */
    record Failures(int times, Instant since) {

        boolean isStuck() {
            return times >= STUCK;
        }

        /** Returns the count in words, empty for a failure that is new. */
        String words(String next) {
            if (times == 1) {
                return "";
            }
            return (isStuck() ? " (stuck: " : " (") + "failed " + times + " times at the same offset since "
                    + since.truncatedTo(ChronoUnit.SECONDS) + "; " + next + ")";
        }
    }

    /** One engine from its start to its end; after that, what it reports late is ignored. */
    final class Run {
        private final long logEnd;
        private boolean streams;
        private long beganNanos;

        private Run(long logEnd) {
            this.logEnd = logEnd;
        }

        /** Records that the engine has started its task and polls. */
        void polling() {
            synchronized (Recovery.this) {
                if (!failing) {
                    connect(this);
                }
            }
        }

        /** Records that changes or heartbeats were delivered, up to this position in the log. */
        void delivered(long position) {
            synchronized (Recovery.this) {
                begin();
                if (position >= logEnd) {
                    connect(this);
                }
            }
        }

        /** Records that the engine reads the log; called repeatedly meanwhile. */
        void streaming() {
            synchronized (Recovery.this) {
                begin();
                if (streamedNanos() >= neededNanos) {
                    connect(this);
                }
            }
        }

        private void begin() {
            if (!streams) {
                streams = true;
                beganNanos = nanoClock.getAsLong();
            }
        }

        private long streamedNanos() {
            return streams ? nanoClock.getAsLong() - beganNanos : 0;
        }
    }

    /**
     * Records that an engine starts.
     *
     * @param logEnd the present end of the log, {@link Long#MAX_VALUE} if that is not known
     */
    synchronized Run start(long logEnd) {
        Run run = new Run(logEnd);
        current = run;
        return run;
    }

    /** Records that the next engine begins at another position: it does not come to what failed before. */
    synchronized void repositioned() {
        failing = false;
        longestNanos = 0;
    }

    /** Returns whether the last engine failed, and none has proven to be better. */
    synchronized boolean isFailing() {
        return failing;
    }

    synchronized boolean isConnected() {
        return connected;
    }

    /** Records that no engine runs, and that none has failed. */
    synchronized void ended() {
        current = null;
        connected = false;
    }

    /**
     * Records that the engine has ended with a failure, or could not be started.
     *
     * @param failure what failed
     * @param offset the offset from which the next engine resumes
     * @param pauseNanos how long until then
     */
    synchronized Failures failed(String failure, String offset, long pauseNanos) {
        Run run = current;
        long streamed = run == null ? 0 : run.streamedNanos();
        ended();
        failing = true;
        boolean same = failure.equals(lastFailure) && offset.equals(lastOffset);
        long counted = streamed < HEALTHY_NANOS ? streamed : 0;
        longestNanos = same ? Math.max(longestNanos, counted) : counted;
        neededNanos = Math.max(LEAST_NANOS, longestNanos + longestNanos / 4 + pauseNanos);
        times = same ? times + 1 : 1;
        since = same ? since : clock.instant();
        lastFailure = failure;
        lastOffset = offset;
        return new Failures(times, since);
    }

    private void connect(Run by) {
        if (by == current && !connected) {
            connected = true;
            failing = false;
            whenConnected.run();
        }
    }
}
