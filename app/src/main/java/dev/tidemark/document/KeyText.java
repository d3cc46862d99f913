package dev.tidemark.document;

import dev.tidemark.connector.ColumnType.Kind;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;

/** Values as text, for ids and string fields: two different values never give the same text. */
final class KeyText {

    private static final DateTimeFormatter INSTANT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private KeyText() {}

    /** Whether values of the kind can make up an id. */
    static boolean canBeKey(Kind kind) {
        return kind != Kind.JSON && kind != Kind.POINT && kind != Kind.ARRAY;
    }

    /** The text of a value in the form of its kind. */
    static String of(Kind kind, Object value) {
        return switch (kind) {
            case DATE -> date((Integer) value);
            case TIMESTAMP -> timestamp((Long) value);
            case BYTES -> "\\x" + HexFormat.of().formatHex((byte[]) value);
            default -> value.toString();
        };
    }

    private static String date(int days) {
        if (days == Integer.MAX_VALUE || days == Integer.MIN_VALUE) {
            return days > 0 ? "infinity" : "-infinity";
        }
        return LocalDate.ofEpochDay(days).toString();
    }

    private static String timestamp(long micros) {
        if (micros == Long.MAX_VALUE || micros == Long.MIN_VALUE) {
            return micros > 0 ? "infinity" : "-infinity";
        }
        long seconds = Math.floorDiv(micros, 1_000_000L);
        Instant instant = Instant.ofEpochSecond(seconds, Math.floorMod(micros, 1_000_000L) * 1000);
        return micros % 1_000_000L == 0 ? instant.toString() : INSTANT.format(instant);
    }
}
