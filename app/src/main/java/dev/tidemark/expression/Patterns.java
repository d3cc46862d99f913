package dev.tidemark.expression;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Patterns that functions receive as texts, compiled once: nearly always they are literals. Any thread.
 *
 * <p>All of them throw IllegalArgumentException, with a human-readable reason, if the text is not such a pattern.
 */
final class Patterns {

    /** Max patterns that a cache keeps: if there are more, an expression computes them. */
    private static final int MOST = 1000;

    private static final Map<String, Pattern> REGEXES = new ConcurrentHashMap<>();
    private static final Map<String, DateTimeFormatter> TIMES = new ConcurrentHashMap<>();
    private static final Map<String, ZoneId> ZONES = new ConcurrentHashMap<>();

    private Patterns() {}

    /** Returns a regular expression of RE2: it takes time in proportion to the text, for any text. */
    static Pattern regex(String text) {
        return cached(REGEXES, text, Patterns::compile);
    }

    static DateTimeFormatter time(String pattern) {
        return cached(TIMES, pattern, Patterns::formatter);
    }

    static ZoneId zone(String name) {
        return cached(ZONES, name, Patterns::zoneOf);
    }

    /** Creates a format each time: it is not kept, because it is not safe for several threads. */
    static DecimalFormat number(String pattern) {
        try {
            return new DecimalFormat(pattern, DecimalFormatSymbols.getInstance(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + pattern + "' is not a pattern of a number, such as '#,##0.00'");
        }
    }

    private static Pattern compile(String text) {
        try {
            return Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a regular expression of RE2: " + e.getDescription());
        }
    }

    private static DateTimeFormatter formatter(String pattern) {
        try {
            return DateTimeFormatter.ofPattern(pattern, Locale.ROOT);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "'" + pattern + "' is not a pattern of a date, such as 'yyyy-MM-dd HH:mm'");
        }
    }

    private static ZoneId zoneOf(String name) {
        try {
            return ZoneId.of(name);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("'" + name + "' is not a time zone, such as 'UTC' or 'Europe/Vienna'");
        }
    }

    private static <T> T cached(Map<String, T> cache, String key, Function<String, T> make) {
        T found = cache.get(key);
        if (found == null) {
            found = make.apply(key);
            if (cache.size() < MOST) {
                cache.put(key, found);
            }
        }
        return found;
    }
}
