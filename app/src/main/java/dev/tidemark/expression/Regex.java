package dev.tidemark.expression;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** A regular expression of RE2, as expressions know them: it takes time in proportion to the text, for any text. */
public final class Regex {

    private final Pattern pattern;

    private Regex(Pattern pattern) {
        this.pattern = pattern;
    }

    /**
     * Compiles a regular expression.
     *
     * @throws IllegalArgumentException if the text is not one; the message is human-readable
     */
    public static Regex of(String text) {
        return new Regex(Patterns.regex(text));
    }

    /** Returns whether it is found in a text; {@code ^} and {@code $} anchor it. */
    public boolean isFoundIn(String text) {
        return pattern.matcher(text).find();
    }

    /** Returns the number of its groups. */
    public int groups() {
        return pattern.groupCount();
    }

    /**
     * Returns the content of its groups, from the first on, if it matches all of a text, else nothing; a group that took no part
     * is empty.
     */
    public Optional<List<String>> groupsOf(String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        List<String> groups = new ArrayList<>();
        for (int i = 1; i <= matcher.groupCount(); i++) {
            groups.add(Objects.requireNonNullElse(matcher.group(i), ""));
        }
        return Optional.of(groups);
    }

    @Override
    public String toString() {
        return pattern.pattern();
    }
}
