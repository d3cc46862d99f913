package dev.tidemark.config;

import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong with the configuration.
 *
 * @param path the key, such as {@code http.port}; empty if the problem concerns the file itself
 * @param line the line in the file, from 1; 0 if no line is meant
 * @param column the column in that line, from 1; 0 if the line says enough
 * @param found what the file says there; null if that must not be shown or does not help
 * @param message what is wrong
 * @param hint what to do about it; null if the message says it already
 */
public record Problem(
        String path,
        int line,
        int column,
        @Nullable String found,
        String message,
        @Nullable String hint) {

    /** Creates a problem of a line. */
    public Problem(String path, int line, @Nullable String found, String message, @Nullable String hint) {
        this(path, line, 0, found, message, hint);
    }

    /** Returns one human-readable line, in the format of compilers: {@code tidemark.yml:14: http.port: ...}. */
    String describe(String file) {
        StringBuilder text = new StringBuilder(file);
        if (line > 0) {
            text.append(':').append(line);
        }
        if (column > 0) {
            text.append(':').append(column);
        }
        text.append(": ");
        if (!path.isEmpty()) {
            text.append(path).append(": ");
        }
        text.append(message);
        if (found != null) {
            text.append(", found '").append(found).append('\'');
        }
        if (hint != null) {
            text.append("; ").append(hint);
        }
        return text.toString();
    }
}
