package dev.tidemark.deadletter;

/** The dead letters have reached their bound: nothing more is written, and nothing may be committed (invariant 6). */
public final class DeadLettersFullException extends Exception {

    private static final long serialVersionUID = 1L;

    public DeadLettersFullException(String message) {
        super(message);
    }
}
