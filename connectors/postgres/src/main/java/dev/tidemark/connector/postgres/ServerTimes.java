package dev.tidemark.connector.postgres;

import io.debezium.connector.postgresql.PostgresValueConverter;
import io.debezium.connector.postgresql.connection.DateTimeFormat;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;

/**
 * Dates and times of the stream for Debezium, as {@link TemporalText} reads them: what a snapshot reads and what is streamed
 * come to the same value by construction. A text that is no date or time ends the engine, as Debezium's own parser would.
 * Public for our stand-in of {@link DateTimeFormat} alone.
 */
public final class ServerTimes implements DateTimeFormat {

    public static final DateTimeFormat INSTANCE = new ServerTimes();

    private static final long MICROS = 1_000_000L;

    private static final DateTimeFormatter TIME_WITH_OFFSET = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .appendOffset("+HH:mm", "")
            .toFormatter();

    private ServerTimes() {}

    @Override
    public Instant timestampToInstant(String text) {
        long micros = TemporalText.micros(text);
        return micros == Long.MAX_VALUE ? PostgresValueConverter.POSITIVE_INFINITY_INSTANT : instant(micros);
    }

    @Override
    public OffsetDateTime timestampWithTimeZoneToOffsetDateTime(String text) {
        long micros = TemporalText.micros(text);
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
            default -> LocalDate.ofEpochDay(TemporalText.days(text));
        };
    }

    @Override
    public LocalTime time(String text) {
        return LocalTime.parse(text);
    }

    @Override
    public OffsetTime timeWithTimeZone(String text) {
        return OffsetTime.parse(text, TIME_WITH_OFFSET).withOffsetSameInstant(ZoneOffset.UTC);
    }
}
