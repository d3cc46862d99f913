package dev.tidemark.debezium.postgres;

import io.debezium.connector.postgresql.PostgresValueConverter;
import io.debezium.connector.postgresql.connection.DateTimeFormat;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * Dates and times of the stream for Debezium, as {@link TemporalText} reads them: what a snapshot reads and what is streamed
 * come to the same value by construction. A text that is no date or time is a {@link ConnectException}, as it is to Debezium's
 * own parser, and ends the engine. Public for our replacement of {@link DateTimeFormat} alone.
 */
public final class ServerTimes implements DateTimeFormat {

    public static final DateTimeFormat INSTANCE = new ServerTimes();

    private static final long MICROS = 1_000_000L;

    private static final DateTimeFormatter TIME_WITH_OFFSET = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .appendOffset("+HH:mm:ss", "")
            .toFormatter()
            .withResolverStyle(
                    ResolverStyle.STRICT); // 24:00:00 is no time of this type: it must not become another one

    private ServerTimes() {}

    private static long micros(String text) {
        try {
            return TemporalText.micros(text);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new ConnectException(e);
        }
    }

    @Override
    public Instant timestampToInstant(String text) {
        long micros = micros(text);
        return micros == Long.MAX_VALUE ? PostgresValueConverter.POSITIVE_INFINITY_INSTANT : instant(micros);
    }

    @Override
    public OffsetDateTime timestampWithTimeZoneToOffsetDateTime(String text) {
        long micros = micros(text);
        return micros == Long.MAX_VALUE
                ? PostgresValueConverter.POSITIVE_INFINITY_OFFSET_DATE_TIME
                : instant(micros).atOffset(ZoneOffset.UTC);
    }

    @Override
    public Instant systemTimestampToInstant(String text) {
        return timestampToInstant(text);
    }

    private static Instant instant(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, MICROS), Math.floorMod(micros, MICROS) * 1_000);
    }

    @Override
    public LocalDate date(String text) {
        return switch (text) {
            case "infinity" -> PostgresValueConverter.POSITIVE_INFINITY_LOCAL_DATE;
            case "-infinity" -> PostgresValueConverter.NEGATIVE_INFINITY_LOCAL_DATE;
            default -> day(text);
        };
    }

    private static LocalDate day(String text) {
        try {
            return LocalDate.ofEpochDay(TemporalText.days(text));
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new ConnectException(e);
        }
    }

    @Override
    public LocalTime time(String text) {
        try {
            return LocalTime.parse(text);
        } catch (DateTimeException e) {
            throw new ConnectException(e);
        }
    }

    @Override
    public OffsetTime timeWithTimeZone(String text) {
        try {
            return OffsetTime.parse(text, TIME_WITH_OFFSET).withOffsetSameInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            throw new ConnectException(e);
        }
    }
}
