package dev.tidemark.deadletter;

/** Thrown when the dead letters have reached their limit: no entry is written, and nothing may be committed (invariant 6). */
public final class DeadLettersFullException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Remedies for the operator. */
    public static final String HINT =
            "see what was rejected and why (`dead-letters list`); discard what needs no more attention"
                    + " (`dead-letters discard`, also while it runs), or raise deadLetters.bytes and restart";

    public DeadLettersFullException(String message) {
        super(message);
    }
}
