package dev.tidemark.connector.mysql.value;

import com.github.shyiko.mysql.binlog.event.deserialization.AbstractRowsEventDataDeserializer;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * The binlog's binary JSON as the very text that the server answers to a query, so that a streamed document equals one that was
 * read. (The binlog client's own formatter spells numbers and times otherwise, and loses minus signs.) The format is that of
 * MySQL's {@code json_binary.h}; numbers are little-endian, offsets count from the object or array that holds them.
 */
final class JsonText {

    private static final int SMALL_OBJECT = 0;
    private static final int LARGE_OBJECT = 1;
    private static final int SMALL_ARRAY = 2;
    private static final int LARGE_ARRAY = 3;
    private static final int LITERAL = 4;
    private static final int INT16 = 5;
    private static final int UINT16 = 6;
    private static final int INT32 = 7;
    private static final int UINT32 = 8;
    private static final int INT64 = 9;
    private static final int UINT64 = 10;
    private static final int DOUBLE = 11;
    private static final int STRING = 12;
    private static final int OPAQUE = 15;

    private static final int HOURS_OF_A_DAY = 0x1f;
    private static final int HOURS_OF_A_TIME = 0x3ff;

    private static final int FIELD_TIMESTAMP = 7;
    private static final int FIELD_DATE = 10;
    private static final int FIELD_TIME = 11;
    private static final int FIELD_DATETIME = 12;
    private static final int FIELD_DECIMAL = 246;

    /** From 10^-15 to 10^15, and wherever it has a fraction, the server writes a number out; else it uses an exponent. */
    private static final int PLAIN_DIGITS = 15;

    private static final double PLAIN_INTEGER = 1e15;
    private static final int MOST_DIGITS = 17;
    private static final int BASE64_LINE = 76;
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private final ByteBuffer bytes;
    private final StringBuilder out;

    private JsonText(byte[] bytes) {
        this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        this.out = new StringBuilder(bytes.length + bytes.length / 2);
    }

    /**
     * Returns the text of a binary document. One without any bytes is a JSON null: a row has that after a column became NOT NULL.
     *
     * @throws IllegalArgumentException if it is not a JSON document
     */
    static String of(byte[] binary) {
        if (binary.length == 0) {
            return "null";
        }
        JsonText text = new JsonText(binary);
        try {
            text.value(binary[0], 1);
        } catch (IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("a JSON document of " + binary.length + " bytes that is cut off", e);
        }
        return text.out.toString();
    }

    private void value(int type, int at) {
        switch (type) {
            case SMALL_OBJECT, LARGE_OBJECT -> object(at, type == LARGE_OBJECT);
            case SMALL_ARRAY, LARGE_ARRAY -> array(at, type == LARGE_ARRAY);
            case LITERAL -> literal(bytes.get(at));
            case INT16 -> out.append(bytes.getShort(at));
            case UINT16 -> out.append(bytes.getShort(at) & 0xffff);
            case INT32 -> out.append(bytes.getInt(at));
            case UINT32 -> out.append(bytes.getInt(at) & 0xffff_ffffL);
            case INT64 -> out.append(bytes.getLong(at));
            case UINT64 -> out.append(Long.toUnsignedString(bytes.getLong(at)));
            case DOUBLE -> number(bytes.getDouble(at));
            case STRING -> string(at);
            case OPAQUE -> opaque(at);
            default -> throw new IllegalArgumentException("a JSON value of type " + type);
        }
    }

    private void object(int at, boolean large) {
        int width = large ? 4 : 2;
        int count = offset(at, large);
        int keys = at + 2 * width;
        int values = keys + count * (width + 2);
        out.append('{');
        for (int i = 0; i < count; i++) {
            out.append(i == 0 ? "" : ", ");
            int key = keys + i * (width + 2);
            quoted(at + offset(key, large), bytes.getShort(key + width) & 0xffff);
            out.append(": ");
            element(at, values + i * (width + 1), large);
        }
        out.append('}');
    }

    private void array(int at, boolean large) {
        int width = large ? 4 : 2;
        int count = offset(at, large);
        int values = at + 2 * width;
        out.append('[');
        for (int i = 0; i < count; i++) {
            out.append(i == 0 ? "" : ", ");
            element(at, values + i * (width + 1), large);
        }
        out.append(']');
    }

    /** Writes the value of an entry. A value that is small enough is in the entry itself. */
    private void element(int container, int entry, boolean large) {
        int type = bytes.get(entry);
        boolean inline =
                type == LITERAL || type == INT16 || type == UINT16 || (large && (type == INT32 || type == UINT32));
        value(type, inline ? entry + 1 : container + offset(entry + 1, large));
    }

    private int offset(int at, boolean large) {
        return large ? bytes.getInt(at) : bytes.getShort(at) & 0xffff;
    }

    private void literal(int code) {
        out.append(
                switch (code) {
                    case 0 -> "null";
                    case 1 -> "true";
                    case 2 -> "false";
                    default -> throw new IllegalArgumentException("a JSON literal " + code);
                });
    }

    private void string(int at) {
        quoted(at + lengthBytes(at), length(at));
    }

    /** Returns the length: seven bits in each byte, the lowest first; the highest bit indicates that more follow. */
    private int length(int at) {
        int length = 0;
        for (int i = 0; i < lengthBytes(at); i++) {
            length |= (bytes.get(at + i) & 0x7f) << 7 * i;
        }
        return length;
    }

    private int lengthBytes(int at) {
        int count = 1;
        while (bytes.get(at + count - 1) < 0) {
            count++;
        }
        return count;
    }

    private void quoted(int at, int length) {
        quoted(new String(bytes.array(), at, length, StandardCharsets.UTF_8));
    }

    private void quoted(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c != '"' && c != '\\') {
                out.append(c);
            } else {
                escaped(c);
            }
        }
        out.append('"');
    }

    private void escaped(char c) {
        switch (c) {
            case '"', '\\' -> out.append('\\').append(c);
            case '\b' -> out.append("\\b");
            case '\f' -> out.append("\\f");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> out.append("\\u00").append(HEX[c >> 4]).append(HEX[c & 0xf]);
        }
    }

    private void number(double number) {
        if (number == Math.rint(number) && Math.abs(number) < PLAIN_INTEGER) {
            out.append(number == 0 && 1 / number < 0 ? "-" : "")
                    .append((long) number)
                    .append(".0");
            return;
        }
        BigDecimal exact = new BigDecimal(number);
        BigDecimal shortest = exact;
        // Fifteen digits survive a double and back, except in the smallest of all, which have fewer bits.
        int fewest = Math.abs(number) < Double.MIN_NORMAL ? 1 : PLAIN_DIGITS;
        for (int digits = fewest; digits <= MOST_DIGITS; digits++) {
            shortest = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
            if (shortest.doubleValue() == number) {
                break;
            }
        }
        shortest = shortest.stripTrailingZeros();
        int point = shortest.precision() - shortest.scale();
        if (point > -PLAIN_DIGITS && (point <= PLAIN_DIGITS || shortest.scale() > 0)) {
            String plain = shortest.toPlainString();
            out.append(plain).append(plain.indexOf('.') < 0 ? ".0" : "");
            return;
        }
        String digits = shortest.unscaledValue().abs().toString();
        out.append(number < 0 ? "-" : "").append(digits.charAt(0));
        if (digits.length() > 1) {
            out.append('.').append(digits, 1, digits.length());
        }
        out.append('e').append(point - 1);
    }

    /** Writes a value of one of the server's column types, which JSON has no form for. */
    private void opaque(int at) {
        int field = bytes.get(at) & 0xff;
        int length = length(at + 1);
        int from = at + 1 + lengthBytes(at + 1);
        switch (field) {
            case FIELD_DECIMAL -> decimal(from, length);
            case FIELD_DATE -> quoted(date(bytes.getLong(from) >> 24 >> 17));
            case FIELD_DATETIME, FIELD_TIMESTAMP -> {
                long packed = bytes.getLong(from);
                quoted(date(packed >> 24 >> 17) + " " + time(packed, HOURS_OF_A_DAY));
            }
            case FIELD_TIME -> {
                long packed = bytes.getLong(from);
                quoted((packed < 0 ? "-" : "") + time(Math.abs(packed), HOURS_OF_A_TIME));
            }
            default -> {
                byte[] data = Arrays.copyOfRange(bytes.array(), from, from + length);
                byte[] newline = {'\n'};
                quoted("base64:type" + field + ":"
                        + Base64.getMimeEncoder(BASE64_LINE, newline).encodeToString(data));
            }
        }
    }

    private void decimal(int from, int length) {
        int precision = bytes.get(from);
        int scale = bytes.get(from + 1);
        byte[] digits = Arrays.copyOfRange(bytes.array(), from + 2, from + length);
        out.append(AbstractRowsEventDataDeserializer.asBigDecimal(precision, scale, digits)
                .toPlainString());
    }

    /** @param packed year * 13 + month in the bits from the fifth on, the day below */
    private static String date(long packed) {
        long month = packed >> 5;
        return pad(month / 13, 4) + "-" + pad(month % 13, 2) + "-" + pad(packed & 31, 2);
    }

    /** @param packed hours, six bits of minutes, six of seconds, 24 of microseconds; the bits above are ignored */
    private static String time(long packed, int hourBits) {
        long hms = packed >> 24;
        long hours = hms >> 12 & hourBits;
        return pad(hours, 2) + ":" + pad(hms >> 6 & 63, 2) + ":" + pad(hms & 63, 2) + "." + pad(packed & 0xff_ffff, 6);
    }

    private static String pad(long number, int width) {
        String digits = Long.toString(number);
        return "0".repeat(Math.max(0, width - digits.length())) + digits;
    }
}
