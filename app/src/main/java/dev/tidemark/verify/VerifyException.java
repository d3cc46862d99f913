package dev.tidemark.verify;

/** A verification cannot be run or ended; the message and the hint are for the operator. */
public class VerifyException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String hint;

    public VerifyException(String message, String hint) {
        super(message);
        this.hint = hint;
    }

    /** Returns what the operator can do. */
    public String hint() {
        return hint;
    }
}
