package dev.tidemark.logging;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Decides which occurrences of a lasting condition are logged: the first, one with a different message, and then
 * one after 1, 2, 4... minutes, at least one an hour. So an error that lasts for hours does not fill the disk, and the log keeps
 * reporting it. Any thread.
 */
public final class Recurring {

    private static final long FIRST_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final long LONGEST_NANOS = TimeUnit.HOURS.toNanos(1);
    /** Time without an occurrence after which it is over, even if {@link #over} is not called. */
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(10);
    /** Max number of alternating messages that are distinguished; beyond it the oldest are forgotten, and logged again. */
    private static final int MESSAGES = 16;

    /** Durations in a message: they grow, and do not make it a different message. */
    private static final Pattern AGE = Pattern.compile("\\b\\d+ (?:ms|s|min|h|d)\\b");

    private final LongSupplier nanoClock;
    private final Map<String, Logged> logged = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Logged> eldest) {
            return size() > MESSAGES;
        }
    };
    private long beganNanos;
    private long lastNanos;
    private long times;

    /** State of a message since it was last logged. */
    private static final class Logged {
        private long atNanos;
        private long waitNanos = FIRST_NANOS;
        private long silent;
    }

    public Recurring() {
        this(System::nanoTime);
    }

    Recurring(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /**
     * Records an occurrence.
     *
     * @param message what would be logged; a message that was not logged before is due at once; durations in it are not compared
     * @return what to add to the line, often nothing; null if no line is due
     */
    public synchronized @Nullable String occurred(String message) {
        String known = AGE.matcher(message).replaceAll("-");
        long now = nanoClock.getAsLong();
        if (times == 0 || now - lastNanos > QUIET_NANOS) {
            forget();
            beganNanos = now;
        }
        lastNanos = now;
        times++;
        Logged before = logged.get(known);
        if (before == null) {
            Logged first = new Logged();
            first.atNanos = now;
            logged.put(known, first);
            return "";
        }
        before.silent++;
        if (now - before.atNanos < before.waitNanos) {
            return null;
        }
        String repeated = " (repeated " + before.silent + " times in " + words(now - before.atNanos) + ")";
        before.atNanos = now;
        before.silent = 0;
        before.waitNanos = Math.min(LONGEST_NANOS, before.waitNanos * 2);
        return repeated;
    }

    /** Ends it; returns how long it continued, for the log line that reports the end; empty if nothing had occurred. */
    public synchronized String over() {
        String after = times == 0 ? "" : ", after " + words(nanoClock.getAsLong() - beganNanos);
        forget();
        return after;
    }

    private void forget() {
        logged.clear();
        times = 0;
    }

    private static String words(long nanos) {
        Duration duration = Duration.ofNanos(nanos);
        if (duration.toSeconds() < 1) {
            return duration.toMillis() + " ms";
        }
        if (duration.toSeconds() < 100) {
            return duration.toSeconds() + " s";
        }
        return duration.toMinutes() < 100 ? duration.toMinutes() + " min" : duration.toHours() + " h";
    }
}
