package dev.tidemark.connector.base.text;

import dev.tidemark.connector.Join;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** SQL keywords whose value depends on the user who runs the statement. */
public final class ReaderWords {

    private final Pattern words;

    /** @param words an expression that matches such words in lower case */
    public ReaderWords(String words) {
        this.words = Pattern.compile("(?<![\\w.\"`'])(" + words + ")(?!\\w)", Pattern.CASE_INSENSITIVE);
    }

    /** Returns the first of them in a statement, in upper case. */
    public Optional<String> in(String sql) {
        Matcher found = words.matcher(sql);
        return found.find() ? Optional.of(found.group(1).toUpperCase(Locale.ROOT)) : Optional.empty();
    }

    /** Returns the statement of a join; empty for one that reads a view. */
    public static String textOf(Join join) {
        return join.statement() instanceof Join.Query query ? query.select().with(name -> "NULL") : "";
    }

    /** Returns whether a statement has a name as a word. */
    public static boolean names(String sql, String name) {
        return Pattern.compile("(?<!\\w)" + Pattern.quote(name) + "(?!\\w)", Pattern.CASE_INSENSITIVE)
                .matcher(sql)
                .find();
    }
}
