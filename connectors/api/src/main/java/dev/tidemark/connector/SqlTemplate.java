package dev.tidemark.connector;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A statement with named placeholders, such as {@code :id}. Text in literals, quoted names and comments is not a
 * placeholder, nor is a cast ({@code ::text}). Immutable.
 */
public final class SqlTemplate {

    /** Tokens to skip, then placeholders. An unfinished literal extends to the end of the text. */
    private static final Pattern TOKEN = Pattern.compile(
            "'(?:[^']|'')*(?:'|$)|\"(?:[^\"]|\"\")*(?:\"|$)|`[^`]*(?:`|$)|--[^\\n]*|/\\*.*?(?:\\*/|$)"
                    + "|(?<tag>\\$[A-Za-z_]*\\$).*?(?:\\k<tag>|$)|::|(?<parameter>\\?)|:(?<name>[A-Za-z_][A-Za-z0-9_]*)",
            Pattern.DOTALL);

    private final String text;
    /** The texts around the placeholders: one more than there are placeholders. */
    private final List<String> parts = new ArrayList<>();

    private final List<String> names = new ArrayList<>();
    private final boolean questionMark;

    private SqlTemplate(String text) {
        this.text = text;
        Matcher tokens = TOKEN.matcher(text);
        int from = 0;
        boolean marked = false;
        while (tokens.find()) {
            String name = tokens.group("name");
            if (name != null) {
                parts.add(text.substring(from, tokens.start()));
                names.add(name);
                from = tokens.end();
            }
            marked |= tokens.group("parameter") != null;
        }
        parts.add(text.substring(from));
        questionMark = marked;
    }

    /** Parses a statement; a semicolon at its end is left out. */
    public static SqlTemplate of(String text) {
        return new SqlTemplate(text.strip().replaceFirst("[;\\s]+$", ""));
    }

    /** Returns the placeholders in their order, each as often as it occurs. */
    public List<String> placeholders() {
        return List.copyOf(names);
    }

    /** Returns the placeholders, each once, in the order of their first occurrence. */
    public Set<String> names() {
        return new LinkedHashSet<>(names);
    }

    /** Returns whether the statement contains a bare {@code ?}, which JDBC takes for a parameter. */
    public boolean hasQuestionMark() {
        return questionMark;
    }

    /** Returns the statement with each placeholder replaced. */
    public String with(Function<String, String> replacement) {
        StringBuilder sql = new StringBuilder(parts.get(0));
        for (int i = 0; i < names.size(); i++) {
            sql.append(replacement.apply(names.get(i))).append(parts.get(i + 1));
        }
        return sql.toString();
    }

    /** Returns the statement as it was written. */
    @Override
    public String toString() {
        return text;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SqlTemplate template && template.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }
}
