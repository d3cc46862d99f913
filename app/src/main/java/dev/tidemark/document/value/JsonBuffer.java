package dev.tidemark.document.value;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing line of UTF-8 JSON that is filled again and again; the hot path's only buffer. One thread. */
public final class JsonBuffer {

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private static final int SMALLEST = 4096;

    /** A larger buffer is not kept for the next line, and takes little more than it needs: it may be a part of the heap. */
    private static final int LARGE = 1 << 20;

    /** Chars of a text that are written at a time: their worst case is reserved, six bytes for each. */
    private static final int PART = 1024;

    /** The ASCII characters that stand for themselves in a JSON string. */
    private static final boolean[] PLAIN = plain();

    private final char[] part = new char[PART];
    private byte[] bytes = new byte[SMALLEST];
    private int length;

    private static boolean[] plain() {
        boolean[] plain = new boolean[0x80];
        Arrays.fill(plain, 0x20, 0x80, true);
        plain['"'] = false;
        plain['\\'] = false;
        return plain;
    }

    public void reset() {
        length = 0;
    }

    public int length() {
        return length;
    }

    /** Cuts the line back to an earlier length. */
    public void truncate(int to) {
        length = to;
    }

    /** Returns the line, and begins another. */
    public byte[] toBytes() {
        byte[] line = length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
        if (line == bytes || bytes.length > LARGE) {
            bytes = new byte[SMALLEST];
        }
        length = 0;
        return line;
    }

    public void raw(byte b) {
        ensure(1);
        bytes[length++] = b;
    }

    public void raw(byte[] ascii) {
        ensure(ascii.length);
        System.arraycopy(ascii, 0, bytes, length, ascii.length);
        length += ascii.length;
    }

    /** Appends text that is known to be ASCII and needs no escapes, such as a number. */
    public void ascii(String text) {
        int count = text.length();
        ensure(count);
        byte[] into = bytes;
        int at = length;
        for (int i = 0; i < count; i++) {
            into[at++] = (byte) text.charAt(i);
        }
        length = at;
    }

    void number(long value) {
        if (value == Long.MIN_VALUE) {
            ascii("-9223372036854775808");
            return;
        }
        ensure(20);
        long rest = value;
        if (rest < 0) {
            bytes[length++] = '-';
            rest = -rest;
        }
        int digits = 1;
        for (long bound = 10; digits < 19 && rest >= bound; bound *= 10) {
            digits++;
        }
        int end = length + digits;
        for (int at = end - 1; at >= length; at--) {
            bytes[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length = end;
    }

    /** Appends a JSON string with its quotes. */
    public void string(String text) {
        int count = text.length();
        ensure(2);
        bytes[length++] = '"';
        for (int i = 0; i < count; ) {
            int end = Math.min(count, i + PART);
            ensure((end - i) * 6 + 1); // the worst case: every char becomes a unicode escape
            i = part(text, i, end);
        }
        bytes[length++] = '"';
    }

    /** Appends a part of a text; returns the index behind it, after the second half of a pair. Runs once per character. */
    private int part(String text, int from, int end) {
        text.getChars(from, end, part, 0);
        char[] chars = part;
        byte[] into = bytes;
        int at = length;
        int count = end - from;
        int i = 0;
        for (; i < count; i++) {
            char c = chars[i];
            if (c < 0x80 && PLAIN[c]) {
                into[at++] = (byte) c;
            } else {
                length = at;
                i += odd(text, from + i, c);
                at = length;
            }
        }
        length = at;
        return from + i;
    }

    private int odd(String text, int i, char c) {
        if (c >= 0x80) {
            return wide(text, i, c);
        }
        if (c >= 0x20) {
            bytes[length++] = '\\';
            bytes[length++] = (byte) c;
        } else {
            escape(c);
        }
        return 0;
    }

    private void escape(char c) {
        bytes[length++] = '\\';
        switch (c) {
            case '\n' -> bytes[length++] = 'n';
            case '\r' -> bytes[length++] = 'r';
            case '\t' -> bytes[length++] = 't';
            default -> {
                bytes[length++] = 'u';
                bytes[length++] = '0';
                bytes[length++] = '0';
                bytes[length++] = HEX[c >> 4];
                bytes[length++] = HEX[c & 15];
            }
        }
    }

    /** Writes the code point at {@code i} as UTF-8 and returns how many chars beyond the first it took. */
    private int wide(String text, int i, char c) {
        if (c < 0x800) {
            bytes[length++] = (byte) (0xC0 | c >> 6);
            bytes[length++] = (byte) (0x80 | c & 0x3F);
            return 0;
        }
        if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
            int point = Character.toCodePoint(c, text.charAt(i + 1));
            bytes[length++] = (byte) (0xF0 | point >> 18);
            bytes[length++] = (byte) (0x80 | point >> 12 & 0x3F);
            bytes[length++] = (byte) (0x80 | point >> 6 & 0x3F);
            bytes[length++] = (byte) (0x80 | point & 0x3F);
            return 1;
        }
        char unit = Character.isSurrogate(c) ? '\uFFFD' : c; // half a pair is not text; no database sends one
        bytes[length++] = (byte) (0xE0 | unit >> 12);
        bytes[length++] = (byte) (0x80 | unit >> 6 & 0x3F);
        bytes[length++] = (byte) (0x80 | unit & 0x3F);
        return 0;
    }

    /** Appends JSON text as it is, on one line: the line ends that a json column may hold outside of strings become spaces. */
    void json(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        ensure(utf8.length);
        byte[] into = bytes;
        int at = length;
        for (byte b : utf8) {
            into[at++] = b == '\n' || b == '\r' ? (byte) ' ' : b;
        }
        length = at;
    }

    private void ensure(int more) {
        if (bytes.length - length < more) {
            int grown = bytes.length < LARGE ? bytes.length * 2 : bytes.length + bytes.length / 4;
            bytes = Arrays.copyOf(bytes, Math.max(grown, Math.addExact(length, more)));
        }
    }
}
