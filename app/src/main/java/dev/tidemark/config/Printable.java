package dev.tidemark.config;

import org.jspecify.annotations.Nullable;

/** Parts of a configuration that may be shown in a message (invariant 8: a password often lands in a wrong place). */
public final class Printable {

    private static final int LONGEST = 80;

    private Printable() {}

    /** Returns a value as the file spells it; null if it may be an address that contains a password or a token. */
    public static @Nullable String value(String raw) {
        if (raw.indexOf('@') >= 0 || raw.indexOf('?') >= 0) {
            return null;
        }
        return oneLine(raw);
    }

    /** Returns a key up to its first separator: {@code {password:x}}, with the space forgotten, is a single key in YAML. */
    public static String key(String key) {
        for (int at = 0; at < key.length(); at++) {
            char c = key.charAt(at);
            if (c == ':' || c == '=' || Character.isWhitespace(c)) {
                return oneLine(key.substring(0, at)) + "...";
            }
        }
        return oneLine(key);
    }

    /** Returns a text that is known to be harmless, without control characters and shortened if it is long. */
    public static String oneLine(String text) {
        String shown = text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
        return shown.replaceAll("\\p{Cntrl}", " ");
    }
}
