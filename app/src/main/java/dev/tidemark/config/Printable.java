package dev.tidemark.config;

import org.jspecify.annotations.Nullable;

/** What of a configuration may stand in a message (invariant 8: a password often lands where none belongs). */
public final class Printable {

    private static final int LONGEST = 80;

    private Printable() {}

    /** A value as the file spells it; null for one that may be an address with a password or a token in it. */
    public static @Nullable String value(String raw) {
        if (raw.indexOf('@') >= 0 || raw.indexOf('?') >= 0) {
            return null;
        }
        return oneLine(raw);
    }

    /** A key. Only its first word: {@code {password:x}}, with the blank forgotten, is a single key in YAML. */
    public static String key(String key) {
        for (int at = 0; at < key.length(); at++) {
            char c = key.charAt(at);
            if (c == ':' || c == '=' || Character.isWhitespace(c)) {
                return oneLine(key.substring(0, at)) + "...";
            }
        }
        return oneLine(key);
    }

    /** A text that is known to be harmless, without line breaks and not without end. */
    public static String oneLine(String text) {
        String shown = text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
        return shown.replaceAll("\\p{Cntrl}", " ");
    }
}
