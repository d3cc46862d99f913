package dev.tidemark.connector;

import org.jspecify.annotations.Nullable;

/** A failure of the source that an operator reads: what failed, what was found, what to do next. No secret in it. */
public final class SourceException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String hint;
    private final boolean heals;

    /**
     * @param message what failed, on which table, slot or database, and what was found
     * @param hint what to do next
     * @param heals whether trying again may succeed without anybody doing anything (the server is away)
     */
    public SourceException(String message, String hint, boolean heals, @Nullable Throwable cause) {
        super(message, cause);
        this.hint = hint;
        this.heals = heals;
    }

    public String hint() {
        return hint;
    }

    public boolean heals() {
        return heals;
    }
}
