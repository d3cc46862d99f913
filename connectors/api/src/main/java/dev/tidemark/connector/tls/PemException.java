package dev.tidemark.connector.tls;

import org.jspecify.annotations.Nullable;

/** A certificate or key that cannot be used: what was found in which file, and what to do. Contains nothing of a key. */
public final class PemException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String hint;

    PemException(String message, String hint, @Nullable Throwable cause) {
        super(message, cause);
        this.hint = hint;
    }

    /** Returns what to do next. */
    public String hint() {
        return hint;
    }

    /** Returns what is wrong and what to do, in one line. */
    @Override
    public String getMessage() {
        return super.getMessage() + "; " + hint;
    }

    /** Returns what is wrong, without the hint. */
    public String found() {
        return String.valueOf(super.getMessage());
    }
}
