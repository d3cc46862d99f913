package dev.tidemark.document.value;

/** A row breaks a rule of {@code require}; {@code onInvalid} decides what happens to it. */
public final class InvalidRowException extends ValueRejectedException {

    private static final long serialVersionUID = 1L;

    InvalidRowException(String reason) {
        super(reason);
    }
}
