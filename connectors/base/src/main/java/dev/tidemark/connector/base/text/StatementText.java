package dev.tidemark.connector.base.text;

import java.util.regex.Pattern;

/** Statements of other sessions, for messages: their beginning, without the values in it (invariant 8). */
public final class StatementText {

    private static final int LONGEST = 80;

    /** Texts between quotes, dollar quotes, and numbers; a text that is cut off runs to the end. */
    private static final Pattern VALUES = Pattern.compile(
            "'(?:[^']|'')*(?:'|$)|\\$(\\w*)\\$.*?(?:\\$\\1\\$|$)|\\b[0-9][0-9a-fA-FxX.]*\\b", Pattern.DOTALL);

    private StatementText() {}

    /** Returns the beginning of a statement on one line, each value of it replaced by {@code ?}. */
    public static String shortened(String statement) {
        String plain = VALUES.matcher(statement).replaceAll("?").strip().replaceAll("\\s+", " ");
        return plain.length() <= LONGEST ? plain : plain.substring(0, LONGEST) + " ...";
    }

    /** Returns {@code 45 s}, {@code 12 min}, {@code 3 h 5 min}, {@code 4 d}. */
    public static String age(long seconds) {
        if (seconds < 120) {
            return seconds + " s";
        }
        long minutes = seconds / 60;
        if (minutes < 120) {
            return minutes + " min";
        }
        long hours = minutes / 60;
        return hours < 72 ? hours + " h " + minutes % 60 + " min" : hours / 24 + " d";
    }
}
