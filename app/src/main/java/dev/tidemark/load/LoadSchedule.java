package dev.tidemark.load;

import dev.tidemark.config.LoadHours;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Times at which tables are read. An initial load is never held back: its documents are missing or wrong until it ends. Any
 * thread.
 */
public final class LoadSchedule {

    /** Loads run at any time. */
    public static final LoadSchedule ALWAYS = new LoadSchedule(null, () -> LocalTime.now(ZoneOffset.UTC));

    private final @Nullable LoadHours hours;
    private final Supplier<LocalTime> clock;

    /**
     * @param hours when loads run that are not initial; null: at any time
     * @param clock the time of the day
     */
    public LoadSchedule(@Nullable LoadHours hours, Supplier<LocalTime> clock) {
        this.hours = hours;
        this.clock = clock;
    }

    /** Returns the time of the day until which the load waits, such as {@code 22:00}; empty if it may run now. */
    Optional<String> waitsUntil(Load load) {
        return hours == null || load.cause() == Load.Cause.INITIAL || hours.contains(clock.get())
                ? Optional.empty()
                : Optional.of(hours.begin());
    }
}
