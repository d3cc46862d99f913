package dev.tidemark.connector.mysql.value;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A character set of MySQL: in it the binlog holds text, which is read as the server itself reads it. */
public final class TextCharset {

    /** Lengths of a character in bytes. */
    private enum Letters {
        ONE,
        TWO,
        SHIFT_JIS,
        EUC_JP,
        GB18030,
        /** Character sets that Java reads as MySQL does. */
        UNICODE;

        int length(byte[] bytes, int at) {
            int first = bytes[at] & 0xff;
            return switch (this) {
                case ONE, UNICODE -> 1;
                case TWO -> first > 0x80 ? 2 : 1;
                case SHIFT_JIS -> first >= 0x81 && first <= 0x9f || first >= 0xe0 ? 2 : 1;
                case EUC_JP -> first == 0x8f ? 3 : first == 0x8e || first >= 0xa1 ? 2 : 1;
                case GB18030 ->
                    first <= 0x80 ? 1 : at + 1 < bytes.length && bytes[at + 1] >= '0' && bytes[at + 1] <= '9' ? 4 : 2;
            };
        }
    }

    private static final char REPLACEMENT = '\ufffd';
    private static final int HEX = 16;
    /** Areas in which each byte has values of its own. */
    private static final int FIRST_CELL = 0xa1;

    private static final int LAST_CELL = 0xfe;

    private static final Charset UTF_32 = Charset.forName("UTF-32BE");

    private static final TextCharset UTF_8 = new TextCharset(StandardCharsets.UTF_8, Letters.UNICODE, Map.of());
    private static final TextCharset UTF_16 = new TextCharset(StandardCharsets.UTF_16BE, Letters.UNICODE, Map.of());
    private static final TextCharset ASCII = new TextCharset(StandardCharsets.US_ASCII, Letters.UNICODE, Map.of());

    private static final Map<String, TextCharset> SETS = read();

    private final Charset java;
    private final Letters letters;
    /** Characters that Java reads differently, or not at all. */
    private final Map<Integer, String> others;
    /** Of a set in which each byte is a character. */
    private final char @Nullable [] table;

    private TextCharset(Charset java, Letters letters, Map<Integer, String> others) {
        this.java = java;
        this.letters = letters;
        this.others = others;
        this.table = letters == Letters.ONE ? table(java, others) : null;
    }

    private static char[] table(Charset java, Map<Integer, String> others) {
        byte[] bytes = new byte[1 << Byte.SIZE];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        char[] table = new String(bytes, java).replace(REPLACEMENT, '?').toCharArray();
        others.forEach((code, text) -> table[code] = text.charAt(0));
        return table;
    }

    /** Returns the character set, one for each way to read text; ASCII for one that is not known: see {@link #decode}. */
    public static TextCharset of(@Nullable String mysqlName) {
        String name = mysqlName == null ? "utf8mb4" : mysqlName.toLowerCase(Locale.ROOT);
        return SETS.getOrDefault(name, ASCII);
    }

    private static Map<String, TextCharset> read() {
        Map<String, TextCharset> sets = new HashMap<>();
        try (InputStream in = Objects.requireNonNull(TextCharset.class.getResourceAsStream("charsets.txt"));
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.startsWith("#")) {
                    String[] words = line.split(" ", -1);
                    sets.put(words[0], of(words));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        sets.put("utf8", UTF_8);
        sets.put("utf8mb3", UTF_8);
        sets.put("utf8mb4", UTF_8);
        sets.put("ucs2", UTF_16);
        sets.put("utf16", UTF_16);
        sets.put("utf16le", new TextCharset(StandardCharsets.UTF_16LE, Letters.UNICODE, Map.of()));
        sets.put("utf32", new TextCharset(UTF_32, Letters.UNICODE, Map.of()));
        return Map.copyOf(sets);
    }

    private static TextCharset of(String[] words) {
        Map<Integer, String> others = new HashMap<>();
        for (int i = 3; i < words.length; i++) {
            int equals = words[i].indexOf('=');
            String[] codes = words[i].substring(0, equals).split("-", 2);
            int point = Integer.parseInt(words[i].substring(equals + 1), HEX);
            int last = Integer.parseUnsignedInt(codes[codes.length - 1], HEX);
            int code = Integer.parseUnsignedInt(codes[0], HEX);
            others.put(code, Character.toString(point));
            while (code != last) {
                point++;
                code += (code & 0xff) == LAST_CELL ? (1 << Byte.SIZE) + FIRST_CELL - LAST_CELL : 1;
                others.put(code, Character.toString(point));
            }
        }
        try {
            return new TextCharset(Charset.forName(words[1]), Letters.valueOf(words[2]), Map.copyOf(others));
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            return ASCII; // a Java runtime that was stripped of it
        }
    }

    /**
     * Decodes text as the binlog holds it.
     *
     * @throws IllegalArgumentException if it is not of that character set: Debezium may take a wrong one for a column's when a
     *     statement names only the collation of a table; and if it is not ASCII in a set that is not known. A wrong text would be worse
     *     than a stop
     */
    String decode(byte[] bytes) {
        char[] known = table;
        if (known != null) {
            char[] chars = new char[bytes.length];
            for (int i = 0; i < chars.length; i++) {
                chars[i] = known[bytes[i] & 0xff];
            }
            return new String(chars);
        }
        if (letters != Letters.UNICODE) {
            return mixed(bytes);
        }
        if (java.equals(UTF_32)) {
            return utf32(bytes);
        }
        String text = new String(bytes, java);
        boolean strict = java.equals(StandardCharsets.UTF_8) || java.equals(StandardCharsets.US_ASCII);
        return strict && text.indexOf(REPLACEMENT) >= 0 ? checked(bytes) : text;
    }

    /** Decodes UTF-32. Java leaves out a mark of the byte order, which is a character here. */
    private static String utf32(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        ByteBuffer points = ByteBuffer.wrap(bytes);
        while (points.remaining() >= Integer.BYTES) {
            text.appendCodePoint(points.getInt());
        }
        return text.toString();
    }

    private String checked(byte[] bytes) {
        try {
            return java.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(
                    "the text is not " + java
                            + ": the column's character set is another or one that is not known;"
                            + " name it in the column's definition, or convert the column to utf8mb4; then start once with snapshot: always",
                    e);
        }
    }

    private String mixed(byte[] bytes) {
        StringBuilder text = new StringBuilder(bytes.length);
        int from = 0;
        int at = 0;
        while (at < bytes.length) {
            int end = Math.min(bytes.length, at + letters.length(bytes, at));
            String other = end - at == 1 ? null : others.get(code(bytes, at, end));
            if (other != null) {
                text.append(ofJava(bytes, from, at)).append(other);
                from = end;
            }
            at = end;
        }
        return text.append(ofJava(bytes, from, at)).toString();
    }

    private static int code(byte[] bytes, int from, int end) {
        int code = 0;
        for (int i = from; i < end; i++) {
            code = code << Byte.SIZE | bytes[i] & 0xff;
        }
        return code;
    }

    /** Reads the bytes with Java's set. What MySQL has no character for becomes a question mark, as MySQL shows it. */
    private String ofJava(byte[] bytes, int from, int end) {
        String text = new String(bytes, from, end - from, java);
        if (letters == Letters.GB18030) {
            return text;
        }
        text = text.indexOf(REPLACEMENT) < 0 ? text : oneByOne(bytes, from, end);
        return letters == Letters.TWO ? withoutPrivate(text) : text;
    }

    /** Decodes one character at a time: if Java does not have a character, it may decode its second byte as a separate one. */
    private String oneByOne(byte[] bytes, int from, int end) {
        StringBuilder text = new StringBuilder(end - from);
        int at = from;
        while (at < end) {
            int length = Math.min(end - at, letters.length(bytes, at));
            String one = new String(bytes, at, length, java);
            text.append(one.indexOf(REPLACEMENT) < 0 ? one : "?");
            at += length;
        }
        return text.toString();
    }

    /** Replaces characters of private use by question marks: the sets of Java have them, and MySQL has none for them. */
    private static String withoutPrivate(String text) {
        char[] chars = text.toCharArray();
        for (int i = 0; i < chars.length; i++) {
            chars[i] = Character.getType(chars[i]) == Character.PRIVATE_USE ? '?' : chars[i];
        }
        return new String(chars);
    }

    /** Returns whether the server has all characters of the text in this set. */
    public boolean has(String text) {
        char[] known = table;
        if (known != null) {
            String all = new String(known);
            return text.chars().allMatch(c -> all.indexOf(c) >= 0);
        }
        if (letters == Letters.UNICODE) {
            return java.newEncoder().canEncode(text);
        }
        return text.codePoints().mapToObj(Character::toString).allMatch(this::hasOne);
    }

    private boolean hasOne(String character) {
        return others.containsValue(character)
                || java.newEncoder().canEncode(character)
                        && decode(character.getBytes(java)).equals(character);
    }

    /** Returns the name of Java's set, for messages. */
    @Override
    public String toString() {
        return java.toString();
    }
}
