package dev.tidemark.sink;

import org.jspecify.annotations.Nullable;

/** A request as a whole did not succeed. An operator reads the message; no secret is in it. */
public final class SinkException extends Exception {

    private static final long serialVersionUID = 1L;

    /** What to do about it. */
    public enum Kind {
        /** The server is away, busy, short of something, or its answer was damaged: the same request again, later. */
        RETRYABLE,
        /** Nothing gets better before an operator acts (wrong key, collection gone): pause, and try again slowly. */
        FATAL
    }

    private final Kind kind;
    private final String reason;
    private final String hint;

    /**
     * @param reason one word for the metric {@code tidemark_retries_total{reason}}: {@code connection}, {@code timeout},
     *     {@code damaged}, {@code not_ready}, {@code http_503}, {@code unauthorized}, {@code collection_missing}, ...
     * @param message what failed, on which collection and node, and what was answered
     * @param hint what the operator can do
     */
    public SinkException(Kind kind, String reason, String message, String hint, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.reason = reason;
        this.hint = hint;
    }

    public Kind kind() {
        return kind;
    }

    public String reason() {
        return reason;
    }

    public String hint() {
        return hint;
    }
}
