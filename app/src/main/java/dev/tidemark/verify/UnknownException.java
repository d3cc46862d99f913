package dev.tidemark.verify;

/** Nothing of that name is verified. */
public final class UnknownException extends VerifyException {

    private static final long serialVersionUID = 1L;

    UnknownException(String message, String hint) {
        super(message, hint);
    }
}
