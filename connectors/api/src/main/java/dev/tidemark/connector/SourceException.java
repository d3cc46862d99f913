package dev.tidemark.connector;

import org.jspecify.annotations.Nullable;

/** A failure of the source, for the operator: what failed, what was found, what to do next. Contains no secret. */
public final class SourceException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String hint;
    private final boolean retryable;
    private final boolean loadDue;

    private SourceException(
            String message, String hint, boolean retryable, boolean loadDue, @Nullable Throwable cause) {
        super(message, cause);
        this.hint = hint;
        this.retryable = retryable;
        this.loadDue = loadDue;
    }

    /**
     * Creates a failure that may pass without any action: the server is away.
     *
     * @param message what failed, on which table, slot or database, and what was found
     * @param hint what to do next
     */
    public static SourceException retryable(String message, String hint) {
        return new SourceException(message, hint, true, false, null);
    }

    /** Creates a failure that may pass without any action, with its cause. */
    public static SourceException retryable(String message, String hint, @Nullable Throwable cause) {
        return new SourceException(message, hint, true, false, cause);
    }

    /**
     * Creates a failure that stays until the operator acts.
     *
     * @param message what failed, on which table, slot or database, and what was found
     * @param hint what to do next
     */
    public static SourceException fatal(String message, String hint) {
        return new SourceException(message, hint, false, false, null);
    }

    /** Creates a failure that stays until the operator acts, with its cause. */
    public static SourceException fatal(String message, String hint, @Nullable Throwable cause) {
        return new SourceException(message, hint, false, false, cause);
    }

    /** Creates what a decoder throws if the log alone does not contain what the tables hold from here on. */
    public static SourceException loadDue(String message) {
        return new SourceException(message, "nothing has to be done: all tables are loaded", true, true, null);
    }

    /** Returns whether the stored offset is to be discarded, so that a new position is fixed and all tables are loaded. */
    public boolean isLoadDue() {
        return loadDue;
    }

    public String hint() {
        return hint;
    }

    /** Returns whether another try may succeed without any action by the operator. */
    public boolean isRetryable() {
        return retryable;
    }
}
