package dev.tidemark.config;

import java.time.LocalTime;
import java.time.format.DateTimeFormatter;

/**
 * Daily window of time in UTC. It may contain midnight.
 *
 * @param from when it begins
 * @param to when it ends; not part of it, and another time than {@code from}
 */
public record LoadHours(LocalTime from, LocalTime to) {

    private static final DateTimeFormatter FORM = DateTimeFormatter.ofPattern("HH:mm");

    public LoadHours {
        if (from.equals(to)) {
            throw new IllegalArgumentException("begins and ends at " + from);
        }
    }

    /** Returns whether a time of the day is in it. */
    public boolean contains(LocalTime time) {
        boolean begun = !time.isBefore(from);
        boolean open = time.isBefore(to);
        return from.isBefore(to) ? begun && open : begun || open;
    }

    /** Returns when it begins, such as {@code 22:00}. */
    public String begin() {
        return FORM.format(from);
    }

    /** Returns it as the configuration has it, such as {@code 22:00-06:00}. */
    @Override
    public String toString() {
        return begin() + "-" + FORM.format(to);
    }
}
