package dev.tidemark.config.yaml;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The two notations with a unit: durations such as {@code 250ms} and sizes such as {@code 16MB}. */
final class Quantities {

    // The number of digits is limited so that a long holds every value, hours in milliseconds and gigabytes in bytes.
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,9})(KB|MB|GB)");

    private Quantities() {}

    static Optional<Duration> duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long count = Long.parseLong(matcher.group(1));
        return Optional.of(
                switch (matcher.group(2)) {
                    case "ms" -> Duration.ofMillis(count);
                    case "s" -> Duration.ofSeconds(count);
                    case "m" -> Duration.ofMinutes(count);
                    default -> Duration.ofHours(count);
                });
    }

    static Optional<Long> size(String text) {
        Matcher matcher = SIZE.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int shift = switch (matcher.group(2)) {
            case "KB" -> 10;
            case "MB" -> 20;
            default -> 30;
        };
        return Optional.of(Long.parseLong(matcher.group(1)) << shift);
    }

    /** Returns a hint with what the writer of an unreadable duration probably meant. */
    static String durationHint(String text) {
        String near = text.replace(" ", "").toLowerCase(Locale.ROOT).replaceFirst("^([0-9]+)$", "$1s");
        near = near.replaceFirst("(?<=[0-9])(sec|secs|second|seconds)$", "s")
                .replaceFirst("(?<=[0-9])(min|mins|minute|minutes)$", "m");
        return duration(near).isPresent() ? "did you mean '" + near + "'?" : "write it like 250ms, 2s, 5m or 1h";
    }

    /** Returns a hint with what the writer of an unreadable size probably meant. */
    static String sizeHint(String text) {
        String near = text.replace(" ", "").toUpperCase(Locale.ROOT).replaceFirst("(?<=[0-9])([KMG])(IB)?$", "$1B");
        return size(near).isPresent()
                ? "did you mean '" + near + "'?"
                : "write it with a unit, like 512KB, 16MB or 1GB (1MB is 1024KB)";
    }

    /** Formats a duration in the largest unit that loses nothing. */
    static String describe(Duration duration) {
        long millis = duration.toMillis();
        if (millis == 0) {
            return "0";
        }
        if (millis % 3_600_000 == 0) {
            return millis / 3_600_000 + "h";
        }
        if (millis % 60_000 == 0) {
            return millis / 60_000 + "m";
        }
        return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    }

    /** Formats a size in the largest unit that loses nothing, or else rounded down to kilobytes. */
    static String describe(long bytes) {
        if (bytes % (1L << 30) == 0) {
            return (bytes >> 30) + "GB";
        }
        return bytes % (1L << 20) == 0 ? (bytes >> 20) + "MB" : (bytes >> 10) + "KB";
    }
}
