package dev.tidemark.connector.mysql.value;

import java.sql.Timestamp;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.util.Calendar;
import java.util.GregorianCalendar;
import org.jspecify.annotations.Nullable;

/**
 * Dates and times, from the server's text and from the objects that Debezium creates from the binlog. A date with a zero in it
 * ({@code 0000-00-00}, {@code 2024-00-10}) is null on every way, as the binlog reader has it.
 */
public final class TemporalText {

    private static final long MICROS = 1_000_000L;
    private static final int NANOS_PER_MICRO = 1000;
    private static final int DATE_LENGTH = 10;

    /** Milliseconds; the year 0 is over there in every zone and calendar. */
    private static final long AFTER_YEAR_ZERO = LocalDate.of(1, 1, 7).toEpochDay() * 86_400_000L;

    private TemporalText() {}

    /** Days since 1970; null for the year 0, which only zero dates have. */
    public static @Nullable Integer days(LocalDate date) {
        return date.getYear() == 0 ? null : Math.toIntExact(date.toEpochDay());
    }

    /**
     * Returns the days since 1970 of {@code 2024-01-31}; null for a zero date.
     *
     * @throws IllegalArgumentException if it is on no calendar ({@code 2024-02-31}, which sql_mode ALLOW_INVALID_DATES lets in)
     */
    public static @Nullable Integer days(String text) {
        int year = number(text, 0, 4);
        int month = number(text, 5, 7);
        int day = number(text, 8, DATE_LENGTH);
        if (year == 0 || month == 0 || day == 0) {
            return null;
        }
        try {
            return Math.toIntExact(LocalDate.of(year, month, day).toEpochDay());
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("the date " + text + " is on no calendar", e);
        }
    }

    /** Microseconds since 1970, as if at UTC; null for the year 0. */
    public static @Nullable Long micros(LocalDateTime time) {
        return time.getYear() == 0
                ? null
                : micros(time.toEpochSecond(ZoneOffset.UTC), time.get(ChronoField.NANO_OF_SECOND));
    }

    /**
     * Returns the same for a datetime as the snapshot's driver hands it over: as if the calendar of this JVM's zone had shown it.
     * Null for the year 0, which looks like the year 1 there, but of another era.
     */
    static @Nullable Long localMicros(Timestamp time) {
        if (time.getTime() < AFTER_YEAR_ZERO) {
            Calendar calendar = new GregorianCalendar();
            calendar.setTime(time);
            if (calendar.get(Calendar.ERA) == GregorianCalendar.BC) {
                return null;
            }
        }
        return micros(time.toLocalDateTime());
    }

    /**
     * Returns microseconds, rounded: Debezium computes the nanoseconds in floating point, so they may be one off the microsecond.
     */
    static Long micros(long seconds, int nanos) {
        return seconds * MICROS + (nanos + NANOS_PER_MICRO / 2) / NANOS_PER_MICRO;
    }

    /** Microseconds since 1970 of {@code 2024-01-31 10:20:30.5}, as if at UTC; null for a zero date. */
    public static @Nullable Long micros(String text) {
        Integer days = days(text);
        if (days == null) {
            return null;
        }
        int at = DATE_LENGTH + 1;
        long seconds =
                number(text, at, at + 2) * 3600L + number(text, at + 3, at + 5) * 60L + number(text, at + 6, at + 8);
        return (days * 86_400L + seconds) * MICROS + fraction(text, at + 8);
    }

    /** Returns {@code 10:20:30.5}, without zeros that end the fraction; hours go to 838, and below zero. */
    static String time(Duration time) {
        long nanos = time.toNanos();
        long micros = (Math.abs(nanos) + NANOS_PER_MICRO / 2) / NANOS_PER_MICRO;
        return time(nanos < 0, micros);
    }

    /** Returns the same for the server's text, which has as many digits as the column declares. */
    public static String time(String text) {
        boolean negative = text.startsWith("-");
        int from = negative ? 1 : 0;
        int colon = text.indexOf(':');
        long seconds = number(text, from, colon) * 3600L
                + number(text, colon + 1, colon + 3) * 60L
                + number(text, colon + 4, colon + 6);
        return time(negative, seconds * MICROS + fraction(text, colon + 6));
    }

    private static String time(boolean negative, long micros) {
        long seconds = micros / MICROS;
        StringBuilder text = new StringBuilder(17);
        text.append(negative && micros != 0 ? "-" : "");
        two(text, seconds / 3600).append(':');
        two(text, seconds / 60 % 60).append(':');
        two(text, seconds % 60);
        long left = micros % MICROS;
        if (left != 0) {
            text.append('.');
            for (long unit = MICROS / 10; left != 0; left %= unit, unit /= 10) {
                text.append(left / unit);
            }
        }
        return text.toString();
    }

    private static StringBuilder two(StringBuilder text, long number) {
        return text.append(number < 10 ? "0" : "").append(number);
    }

    private static long fraction(String text, int at) {
        long micros = 0;
        if (at < text.length() && text.charAt(at) == '.') {
            long unit = MICROS / 10;
            for (int i = at + 1; i < text.length(); i++, unit /= 10) {
                micros += unit * number(text, i, i + 1);
            }
        }
        return micros;
    }

    private static int number(String text, int from, int to) {
        if (from >= to || to > text.length()) {
            throw new IllegalArgumentException("not a date or time: " + text);
        }
        int number = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                throw new IllegalArgumentException("not a date or time: " + text);
            }
            number = number * 10 + digit;
        }
        return number;
    }
}
