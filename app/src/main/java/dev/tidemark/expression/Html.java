package dev.tidemark.expression;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The text of a piece of HTML, for searching: without tags, comments, scripts and styles, entities replaced, blanks made one.
 * It is no sanitizer: what it yields is text, and has to be escaped where it is shown as HTML.
 */
final class Html {

    private static final Map<String, String> ENTITIES = Map.ofEntries(
            Map.entry("amp", "&"),
            Map.entry("lt", "<"),
            Map.entry("gt", ">"),
            Map.entry("quot", "\""),
            Map.entry("apos", "'"),
            Map.entry("nbsp", " "),
            Map.entry("ndash", "–"),
            Map.entry("mdash", "—"),
            Map.entry("hellip", "…"),
            Map.entry("euro", "€"),
            Map.entry("copy", "©"),
            Map.entry("reg", "®"),
            Map.entry("deg", "°"),
            Map.entry("auml", "ä"),
            Map.entry("ouml", "ö"),
            Map.entry("uuml", "ü"),
            Map.entry("Auml", "Ä"),
            Map.entry("Ouml", "Ö"),
            Map.entry("Uuml", "Ü"),
            Map.entry("szlig", "ß"),
            Map.entry("eacute", "é"),
            Map.entry("egrave", "è"),
            Map.entry("agrave", "à"),
            Map.entry("ccedil", "ç"));

    /** Tags inside a word: no blank takes their place. */
    private static final Set<String> INLINE = Set.of(
            "a", "abbr", "b", "bdi", "code", "em", "font", "i", "mark", "s", "small", "span", "strong", "sub", "sup",
            "u", "wbr");

    private static final Set<String> HIDDEN = Set.of("script", "style");

    private static final int LONGEST_ENTITY = 10;
    private static final Pattern BLANKS = Pattern.compile("[\\s\\u00a0]+");

    private Html() {}

    static String strip(String html) {
        StringBuilder text = new StringBuilder(html.length());
        int at = 0;
        while (at < html.length()) {
            char c = html.charAt(at);
            if (c == '<' && isTag(html, at)) {
                at = tag(html, at, text);
            } else if (c == '&') {
                at = entity(html, at, text);
            } else {
                text.append(c);
                at++;
            }
        }
        return BLANKS.matcher(text).replaceAll(" ").strip();
    }

    private static boolean isTag(String html, int at) {
        if (at + 1 >= html.length()) {
            return false;
        }
        char next = html.charAt(at + 1);
        return Character.isLetter(next) || next == '/' || next == '!' || next == '?';
    }

    /** Passes a tag, and all of an element that is not shown; returns where it goes on. */
    private static int tag(String html, int at, StringBuilder text) {
        if (html.startsWith("<!--", at)) {
            return after(html, "-->", at + 4);
        }
        int end = tagEnd(html, at);
        String name = name(html, at + 1, end);
        if (HIDDEN.contains(name)) {
            int close = indexOfIgnoringCase(html, "</" + name, end);
            return close < 0 ? html.length() : tagEnd(html, close);
        }
        if (!INLINE.contains(name.startsWith("/") ? name.substring(1) : name)) {
            text.append(' ');
        }
        return end;
    }

    /** Where a tag ends: behind the first '>' that is not in a quoted value. */
    private static int tagEnd(String html, int at) {
        char quote = 0;
        for (int i = at; i < html.length(); i++) {
            char c = html.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (c == '>') {
                return i + 1;
            }
        }
        return html.length();
    }

    private static String name(String html, int from, int end) {
        int to = from;
        while (to < end && (Character.isLetterOrDigit(html.charAt(to)) || (to == from && html.charAt(to) == '/'))) {
            to++;
        }
        return html.substring(from, to).toLowerCase(Locale.ROOT);
    }

    private static int after(String html, String end, int from) {
        int found = html.indexOf(end, from);
        return found < 0 ? html.length() : found + end.length();
    }

    private static int indexOfIgnoringCase(String html, String what, int from) {
        for (int i = from; i + what.length() <= html.length(); i++) {
            if (html.regionMatches(true, i, what, 0, what.length())) {
                return i;
            }
        }
        return -1;
    }

    /** Replaces an entity; what is none stays as it is. */
    private static int entity(String html, int at, StringBuilder text) {
        int end = html.indexOf(';', at);
        if (end < 0 || end - at > LONGEST_ENTITY) {
            text.append('&');
            return at + 1;
        }
        String name = html.substring(at + 1, end);
        String known = name.startsWith("#") ? numbered(name) : ENTITIES.get(name);
        if (known == null) {
            text.append('&');
            return at + 1;
        }
        text.append(known);
        return end + 1;
    }

    private static @Nullable String numbered(String name) {
        try {
            boolean hex = name.startsWith("#x") || name.startsWith("#X");
            int point =
                    hex ? Integer.parseInt(name, 2, name.length(), 16) : Integer.parseInt(name, 1, name.length(), 10);
            return Character.isValidCodePoint(point) && point > 0 ? Character.toString(point) : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
