package dev.tidemark.metrics;

import java.util.Locale;

/** Formats figures in human-readable form, as the status page does. */
final class Figures {

    private static final String[] UNITS = {"B", "KB", "MB", "GB", "TB"};

    private Figures() {}

    /** Returns a size such as {@code 1.5 GB}. */
    static String bytes(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return unit == 0 || value >= 10
                ? String.format(Locale.ROOT, "%.0f %s", value, UNITS[unit])
                : String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
    }

    /** Returns a duration such as {@code 40 s}, {@code 1 min 40 s} or {@code 2 h 5 min}. */
    static String duration(double seconds) {
        long rounded = Math.round(seconds);
        if (rounded < 60) {
            return rounded + " s";
        }
        if (rounded < 3600) {
            return rounded / 60 + " min" + (rounded % 60 == 0 ? "" : " " + rounded % 60 + " s");
        }
        if (rounded < 48 * 3600) {
            return rounded / 3600 + " h " + rounded % 3600 / 60 + " min";
        }
        return rounded / 86_400 + " days";
    }
}
