package dev.tidemark.expression;

import com.google.re2j.Pattern;

/** A regular expression of RE2, as expressions know them: it takes time in proportion to the text, whatever the text is. */
public final class Regex {

    private final Pattern pattern;

    private Regex(Pattern pattern) {
        this.pattern = pattern;
    }

    /**
     * Compiles a regular expression.
     *
     * @throws IllegalArgumentException where it is none; the message is for people
     */
    public static Regex of(String text) {
        return new Regex(Patterns.regex(text));
    }

    /** Whether it is found in a text; {@code ^} and {@code $} bind it. */
    public boolean isFoundIn(String text) {
        return pattern.matcher(text).find();
    }

    @Override
    public String toString() {
        return pattern.pattern();
    }
}
