package dev.tidemark.connector;

import org.jspecify.annotations.Nullable;

/** A failure of the source, for the operator: what failed, what was found, what to do next. Contains no secret. */
public final class SourceException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String hint;
    private final boolean retryable;
    private final @Nullable Loss loss;

    private SourceException(
            String message, String hint, boolean retryable, @Nullable Loss loss, @Nullable Throwable cause) {
        super(message, cause);
        this.hint = hint;
        this.retryable = retryable;
        this.loss = loss;
    }

    /**
     * Creates a failure that may pass without any action: the server is away.
     *
     * @param message what failed, on which table, slot or database, and what was found
     * @param hint what to do next
     */
    public static SourceException retryable(String message, String hint) {
        return new SourceException(message, hint, true, null, null);
    }

    /** Creates a failure that may pass without any action, with its cause. */
    public static SourceException retryable(String message, String hint, @Nullable Throwable cause) {
        return new SourceException(message, hint, true, null, cause);
    }

    /**
     * Creates a failure that stays until the operator acts.
     *
     * @param message what failed, on which table, slot or database, and what was found
     * @param hint what to do next
     */
    public static SourceException fatal(String message, String hint) {
        return new SourceException(message, hint, false, null, null);
    }

    /** Creates a failure that stays until the operator acts, with its cause. */
    public static SourceException fatal(String message, String hint, @Nullable Throwable cause) {
        return new SourceException(message, hint, false, null, cause);
    }

    /** Creates what a decoder throws if the log alone does not contain what the tables hold from here on. */
    public static SourceException loadDue(String message) {
        return lost(Loss.DDL, message, "", null);
    }

    /**
     * Creates a failure that a load of all tables from another position ends.
     *
     * @param hint what prevents it in future; may be empty
     */
    public static SourceException lost(Loss loss, String message, String hint, @Nullable Throwable cause) {
        return new SourceException(message, hint, false, loss, cause);
    }

    /** Creates the failure that a finding stands for. */
    public static SourceException of(Check failed) {
        return new SourceException(
                failed.words(), failed.hint(), failed.outcome() == Check.Outcome.UNREACHABLE, failed.loss(), null);
    }

    /**
     * Returns why the stored offset cannot be resumed from, so that a new position has to be fixed and all tables loaded; null for
     * any other failure.
     */
    public @Nullable Loss loss() {
        return loss;
    }

    public String hint() {
        return hint;
    }

    /** Returns whether another try may succeed without any action by the operator. */
    public boolean isRetryable() {
        return retryable;
    }
}
