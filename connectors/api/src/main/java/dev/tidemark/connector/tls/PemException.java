package dev.tidemark.connector.tls;

import org.jspecify.annotations.Nullable;

/** A certificate or key that cannot be used: what was found in which file, and what to do. Nothing of a key is in it. */
public final class PemException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String hint;

    PemException(String message, String hint, @Nullable Throwable cause) {
        super(message, cause);
        this.hint = hint;
    }

    /** What to do next. */
    public String hint() {
        return hint;
    }

    /** What is wrong and what to do, in one line. */
    @Override
    public String getMessage() {
        return super.getMessage() + "; " + hint;
    }

    /** What is wrong, for where the hint has a place of its own. */
    public String found() {
        return String.valueOf(super.getMessage());
    }
}
