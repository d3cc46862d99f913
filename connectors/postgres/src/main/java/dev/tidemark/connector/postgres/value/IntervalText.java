package dev.tidemark.connector.postgres.value;

import java.math.BigDecimal;
import java.sql.SQLException;
import org.postgresql.util.PGInterval;

/** Values of {@code interval}, spelled as ISO 8601 durations such as {@code P1Y2M3DT4H5M6.5S}. */
final class IntervalText {

    private IntervalText() {}

    /** Returns the duration of the server's text in its default style, which sessions set. */
    static String iso(String text) {
        if (text.endsWith("infinity")) {
            return text;
        }
        try {
            return iso(new PGInterval(text));
        } catch (SQLException e) {
            throw new IllegalArgumentException("not an interval: " + text, e);
        }
    }

    private static String iso(PGInterval interval) {
        StringBuilder iso = new StringBuilder("P");
        part(iso, interval.getYears(), 'Y');
        part(iso, interval.getMonths(), 'M');
        part(iso, interval.getDays(), 'D');
        int date = iso.length();
        iso.append('T');
        part(iso, interval.getHours(), 'H');
        part(iso, interval.getMinutes(), 'M');
        BigDecimal seconds =
                BigDecimal.valueOf(interval.getWholeSeconds()).add(BigDecimal.valueOf(interval.getMicroSeconds(), 6));
        if (seconds.signum() != 0) {
            iso.append(seconds.stripTrailingZeros().toPlainString()).append('S');
        }
        if (iso.length() == date + 1) {
            iso.setLength(date);
        }
        return iso.length() == 1 ? "PT0S" : iso.toString();
    }

    private static void part(StringBuilder iso, int amount, char unit) {
        if (amount != 0) {
            iso.append(amount).append(unit);
        }
    }
}
