package dev.tidemark.source;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Messages of the engine itself on a failure: the statement, or the table and column, that it is about. One line, without
 * passwords.
 */
final class EngineWords {

    private static final int LONGEST = 400;

    /** Messages that report only that something failed. */
    private static final Pattern EMPTY = Pattern.compile(
            "An exception occurred in the change event producer\\.?" + " This connector will be stopped\\.?");

    /** Class names with which the message of an exception that wraps its cause begins. */
    private static final Pattern CLASS = Pattern.compile("^(?:[a-z]\\w*\\.)+[A-Z][\\w$]*(?:Exception|Error): ");

    private static final Pattern PASSWORD = Pattern.compile(
            "((?:IDENTIFIED\\s+(?:WITH\\s+\\S+\\s+)?(?:BY|AS)|PASSWORD|_SECRET|_KEY)\\s*[=(]?\\s*(?:PASSWORD\\s*)?)"
                    + "('(?:[^'\\\\]|\\\\.|'')*+'?|\"(?:[^\"\\\\]|\\\\.|\"\")*+\"?)",
            Pattern.CASE_INSENSITIVE);

    private EngineWords() {}

    /**
     * Returns the messages of the failure and its causes that say more than what is known, joined; empty if none does.
     *
     * @param known what the operator is shown already
     * @param logged what the engine logged, or null
     */
    static String of(@Nullable Throwable failure, String known, @Nullable String logged) {
        return of(logged == null ? failure : new IllegalStateException(logged, failure), known);
    }

    static String of(@Nullable Throwable failure, String known) {
        List<String> words = new ArrayList<>();
        int depth = 0;
        for (Throwable cause = failure; cause != null && depth < 20; cause = cause.getCause(), depth++) {
            String text = line(cause.getMessage());
            boolean said = known.contains(shortened(text)) || words.stream().anyMatch(word -> word.contains(text));
            if (!text.isEmpty() && !said && !EMPTY.matcher(text).matches()) {
                words.removeIf(text::contains); // a message that repeats its cause's follows it
                words.add(text);
            }
        }
        return shortened(withoutPasswords(String.join(": ", words)));
    }

    /** Returns the text without the passwords of statements such as CREATE USER. */
    static String withoutPasswords(String text) {
        return PASSWORD.matcher(text).replaceAll("$1'***'");
    }

    private static String line(@Nullable String message) {
        String text = message == null ? "" : message.strip().replaceAll("\\s*\\R\\s*", " ");
        return CLASS.matcher(text).replaceFirst("");
    }

    private static String shortened(String text) {
        if (text.length() <= LONGEST) {
            return text;
        }
        return text.substring(0, LONGEST * 3 / 4) + " ... " + text.substring(text.length() - LONGEST / 4);
    }
}
