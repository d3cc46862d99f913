package dev.tidemark.document.value;

/** A value that does not fit its field: the row goes to the dead letters. Has no stack trace; it is an answer, not a bug. */
public class ValueRejectedException extends Exception {

    private static final long serialVersionUID = 1L;

    public ValueRejectedException(String reason) {
        super(reason, null, false, false);
    }
}
