package dev.tidemark.connector.data;

import dev.tidemark.connector.data.ColumnType.Kind;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Conversion of values to text and back, for ids and string fields: two different values never have the same text. Documents and
 * connectors share this one spelling.
 */
public final class KeyText {

    private static final DateTimeFormatter INSTANT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private static final Pattern INTEGER = Pattern.compile("-?\\d{1,20}");
    private static final Pattern DECIMAL = Pattern.compile("-?\\d+(\\.\\d+)?|NaN|-?Infinity");
    private static final Pattern FLOATING = Pattern.compile("-?\\d+\\.\\d+(E-?\\d{1,3})?|NaN|-?Infinity");
    private static final String HEX = "\\x";
    private static final long MICROS = 1_000_000L;

    private KeyText() {}

    /** Returns whether values of the kind can make up an id. */
    public static boolean canBeKey(Kind kind) {
        return kind != Kind.JSON && kind != Kind.POINT && kind != Kind.ARRAY;
    }

    /** Returns the text of a value in the form of its kind. */
    public static String of(Kind kind, Object value) {
        return switch (kind) {
            case DATE -> date((Integer) value);
            case TIMESTAMP -> timestamp((Long) value);
            case BYTES -> HEX + HexFormat.of().formatHex((byte[]) value);
            default -> value.toString();
        };
    }

    /**
     * Returns the value whose text {@link #of} returns, in the form of the kind. Null if there is none: the text is not a value
     * of that kind, or {@link #of} spells the value differently.
     */
    public static @Nullable Object parse(Kind kind, String text) {
        Object value = switch (kind) {
            case BOOL -> bool(text);
            case INT32, INT64 -> integer(text);
            case DECIMAL -> DECIMAL.matcher(text).matches() ? text : null;
            case FLOAT32 -> FLOATING.matcher(text).matches() ? Float.valueOf(text) : null;
            case FLOAT64 -> FLOATING.matcher(text).matches() ? Double.valueOf(text) : null;
            case TEXT -> text;
            case BYTES -> bytes(text);
            case DATE -> day(text);
            case TIMESTAMP -> micros(text);
            case JSON, POINT, ARRAY -> null;
        };
        return value != null && of(kind, value).equals(text) ? value : null;
    }

    private static @Nullable Object bool(String text) {
        return text.equals("true") || text.equals("false") ? Boolean.valueOf(text) : integer(text);
    }

    private static @Nullable Number integer(String text) {
        if (!INTEGER.matcher(text).matches()) {
            return null;
        }
        BigInteger number = new BigInteger(text);
        if (number.bitLength() < Integer.SIZE) {
            return number.intValue();
        }
        return number.bitLength() < Long.SIZE ? Long.valueOf(number.longValue()) : number;
    }

    private static byte @Nullable [] bytes(String text) {
        try {
            return text.startsWith(HEX) ? HexFormat.of().parseHex(text, HEX.length(), text.length()) : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static @Nullable Integer day(String text) {
        if (text.endsWith("infinity")) {
            return text.startsWith("-") ? Integer.MIN_VALUE : Integer.MAX_VALUE;
        }
        try {
            return Math.toIntExact(LocalDate.parse(text).toEpochDay());
        } catch (DateTimeException | ArithmeticException e) {
            return null;
        }
    }

    private static @Nullable Long micros(String text) {
        if (text.endsWith("infinity")) {
            return text.startsWith("-") ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
        try {
            Instant instant = Instant.parse(text);
            return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), MICROS), instant.getNano() / 1000);
        } catch (DateTimeException | ArithmeticException e) {
            return null;
        }
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
        long seconds = Math.floorDiv(micros, MICROS);
        Instant instant = Instant.ofEpochSecond(seconds, Math.floorMod(micros, MICROS) * 1000);
        return micros % MICROS == 0 ? instant.toString() : INSTANT.format(instant);
    }
}
