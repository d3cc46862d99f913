package dev.tidemark.debezium.postgres;

import io.debezium.connector.postgresql.PostgresValueConverter;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;

/**
 * Dates and times from the server's ISO text, which the driver always asks for.
 * Hand-written, since a formatter took a quarter of the time of a change.
 */
public final class TemporalText {

    private static final long MICROS = 1_000_000L;

    private static final DateTimeFormatter TIME_AT_UTC = new DateTimeFormatterBuilder()
            .appendPattern("HH:mm:ss")
            .appendFraction(ChronoField.MICRO_OF_SECOND, 0, 6, true)
            .appendLiteral("+00")
            .toFormatter();

    private static final DateTimeFormatter TIME_WITH_OFFSET = new DateTimeFormatterBuilder()
            .appendPattern("HH:mm:ss")
            .appendFraction(ChronoField.MICRO_OF_SECOND, 0, 6, true)
            .appendOffset("+HH:mm:ss", "Z")
            .toFormatter();

    private TemporalText() {}

    /** Days since 1970 of {@code 2024-01-31}, {@code 0044-03-15 BC} or an infinity. */
    public static Integer days(String text) {
        return switch (text) {
            case "infinity" -> Integer.MAX_VALUE;
            case "-infinity" -> Integer.MIN_VALUE;
            default -> Math.toIntExact(day(text, dateEnd(text)));
        };
    }

    public static Integer days(LocalDate date) {
        if (date.equals(PostgresValueConverter.POSITIVE_INFINITY_LOCAL_DATE)) {
            return Integer.MAX_VALUE;
        }
        if (date.equals(PostgresValueConverter.NEGATIVE_INFINITY_LOCAL_DATE)) {
            return Integer.MIN_VALUE;
        }
        return Math.toIntExact(date.toEpochDay());
    }

    /** Microseconds since 1970 of {@code 2024-01-31 10:20:30.5+02}, with or without an offset, or an infinity. */
    public static Long micros(String text) {
        if (text.equals("infinity")) {
            return Long.MAX_VALUE;
        }
        if (text.equals("-infinity")) {
            return Long.MIN_VALUE;
        }
        int at = dateEnd(text) + 1;
        long day = day(text, at - 1);
        long seconds =
                number(text, at, at + 2) * 3600 + number(text, at + 3, at + 5) * 60 + number(text, at + 6, at + 8);
        at += 8;
        long micros = 0;
        if (at < text.length() && text.charAt(at) == '.') {
            long unit = MICROS / 10;
            for (at++; at < text.length() && Character.isDigit(text.charAt(at)); at++, unit /= 10) {
                micros += unit * (text.charAt(at) - '0');
            }
        }
        return saturated(day * 86_400 + seconds - offset(text, at), micros);
    }

    public static Long micros(OffsetDateTime time) {
        if (time.equals(PostgresValueConverter.POSITIVE_INFINITY_OFFSET_DATE_TIME)) {
            return Long.MAX_VALUE;
        }
        if (time.equals(PostgresValueConverter.NEGATIVE_INFINITY_OFFSET_DATE_TIME)) {
            return Long.MIN_VALUE;
        }
        return saturated(time.toEpochSecond(), time.getNano() / 1000);
    }

    public static Long micros(Instant instant) {
        if (instant.equals(PostgresValueConverter.POSITIVE_INFINITY_INSTANT)) {
            return Long.MAX_VALUE;
        }
        if (instant.equals(PostgresValueConverter.NEGATIVE_INFINITY_INSTANT)) {
            return Long.MIN_VALUE;
        }
        return saturated(instant.getEpochSecond(), instant.getNano() / 1000);
    }

    /** A time of day with its offset, told at UTC: streamed values have lost the offset they were written with. */
    public static String timeWithZone(String text) {
        if (text.startsWith("24:")) {
            return text;
        }
        return timeWithZone(OffsetTime.parse(fullOffset(text), TIME_WITH_OFFSET));
    }

    public static String timeWithZone(OffsetTime time) {
        return TIME_AT_UTC.format(time.withOffsetSameInstant(ZoneOffset.UTC));
    }

    /** The years 294,247 to 294,276 are beyond a long of microseconds since 1970: they count as infinite. */
    private static long saturated(long seconds, long micros) {
        if (seconds > Long.MAX_VALUE / MICROS - 1) {
            return Long.MAX_VALUE;
        }
        return seconds * MICROS + micros;
    }

    private static int dateEnd(String text) {
        int space = text.indexOf(' ');
        return space < 0 ? text.length() : space;
    }

    private static long day(String text, int end) {
        int year = (int) number(text, 0, end - 6);
        if (text.endsWith(" BC")) {
            year = 1 - year;
        }
        return LocalDate.of(year, (int) number(text, end - 5, end - 3), (int) number(text, end - 2, end))
                .toEpochDay();
    }

    /** Seconds east of UTC of the offset that begins there, 0 if there is none. */
    private static long offset(String text, int at) {
        if (at >= text.length() || (text.charAt(at) != '+' && text.charAt(at) != '-')) {
            return 0;
        }
        boolean west = text.charAt(at) == '-';
        long seconds = 0;
        long unit = 3600;
        for (int i = at + 1; i + 1 < text.length() && Character.isDigit(text.charAt(i)); i += 3, unit /= 60) {
            seconds += unit * number(text, i, i + 2);
        }
        return west ? -seconds : seconds;
    }

    private static long number(String text, int from, int to) {
        if (from >= to || to > text.length()) {
            throw new IllegalArgumentException("not a date or time: " + text);
        }
        long number = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                throw new IllegalArgumentException("not a date or time: " + text);
            }
            number = number * 10 + digit;
        }
        return number;
    }

    /** {@code +02} as {@code +02:00}. */
    private static String fullOffset(String text) {
        int sign = Math.max(text.lastIndexOf('+'), text.lastIndexOf('-'));
        return text.length() - sign == 3 ? text + ":00" : text;
    }
}
