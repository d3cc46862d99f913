package dev.tidemark.deadletter;

/** The dead letters have reached their bound: nothing more is written, and nothing may be committed (invariant 6). */
public final class DeadLettersFullException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String hint;

    /** @param hint what the operator can do */
    public DeadLettersFullException(String message, String hint) {
        super(message);
        this.hint = hint;
    }

    public String hint() {
        return hint;
    }
}
