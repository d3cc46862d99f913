package dev.tidemark.sink;

import org.jspecify.annotations.Nullable;

/** Failure of an entire request. The operator reads the message; it contains no secret. */
public final class SinkException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Kinds of failures, by what to do about them. */
    public enum Kind {
        /** The server is away, busy, short of something, or its answer was damaged: the same request again, later. */
        RETRYABLE,
        /** The failure lasts until the operator acts (wrong key, collection deleted): pause, and try again slowly. */
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
