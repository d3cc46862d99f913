package dev.tidemark.document.value;

/** A row breaks a rule of {@code require}; what that means, {@code onInvalid} says. */
public final class InvalidRowException extends ValueRejectedException {

    private static final long serialVersionUID = 1L;

    InvalidRowException(String reason) {
        super(reason);
    }
}
