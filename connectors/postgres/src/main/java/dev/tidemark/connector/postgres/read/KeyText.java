package dev.tidemark.connector.postgres.read;

import dev.tidemark.connector.data.ColumnType.Kind;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.SignStyle;
import java.time.temporal.ChronoField;
import java.util.HexFormat;

/** Values of key columns as text that the server reads back. */
final class KeyText {

    private static final long MICROS = 1_000_000L;

    private static final DateTimeFormatter DATE =
            year().appendPattern("-MM-dd GG").toFormatter(java.util.Locale.ENGLISH);

    private static final DateTimeFormatter TIME =
            year().appendPattern("-MM-dd HH:mm:ss.SSSSSS'+00' GG").toFormatter(java.util.Locale.ENGLISH);

    private KeyText() {}

    /** Returns a builder that writes a year of five digits without the sign that Java adds and Postgres does not read. */
    private static DateTimeFormatterBuilder year() {
        return new DateTimeFormatterBuilder().appendValue(ChronoField.YEAR_OF_ERA, 4, 19, SignStyle.NEVER);
    }

    /** Returns the text of a row's value. */
    static String of(Kind kind, Object value) {
        return switch (kind) {
            case DATE -> date((Integer) value);
            case TIMESTAMP -> timestamp((Long) value);
            case BYTES -> "\\x" + HexFormat.of().formatHex((byte[]) value);
            case POINT -> "(" + ((double[]) value)[0] + "," + ((double[]) value)[1] + ")";
            default -> value.toString();
        };
    }

    /**
     * Returns the text of a document's id as the server reads it: the server spells a year before Christ, or of five digits, in
     * another way. An id may also contain a date or timestamp as the row's number.
     */
    static String ofDocument(Kind kind, String text) {
        Object value = kind == Kind.DATE || kind == Kind.TIMESTAMP
                ? dev.tidemark.connector.data.KeyText.parse(kind, text)
                : null;
        if (value != null) {
            return of(kind, value);
        }
        if ((kind != Kind.DATE && kind != Kind.TIMESTAMP) || !text.matches("-?\\d{1,19}")) {
            return text;
        }
        try {
            return kind == Kind.DATE ? date(Integer.parseInt(text)) : timestamp(Long.parseLong(text));
        } catch (NumberFormatException e) {
            return text;
        }
    }

    private static String date(int days) {
        return switch (days) {
            case Integer.MAX_VALUE -> "infinity";
            case Integer.MIN_VALUE -> "-infinity";
            default -> DATE.format(LocalDate.ofEpochDay(days));
        };
    }

    private static String timestamp(long micros) {
        if (micros == Long.MAX_VALUE) {
            return "infinity";
        }
        if (micros == Long.MIN_VALUE) {
            return "-infinity";
        }
        Instant instant = Instant.ofEpochSecond(Math.floorDiv(micros, MICROS), Math.floorMod(micros, MICROS) * 1000);
        return TIME.format(instant.atOffset(ZoneOffset.UTC));
    }
}
