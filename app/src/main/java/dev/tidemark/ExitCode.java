package dev.tidemark;

/** What the process says when it ends. */
final class ExitCode {

    /** Done, or stopped by a signal. */
    static final int DONE = 0;

    /** Failed while running. */
    static final int FAILED = 1;

    /** Refused before starting: configuration or preflight. */
    static final int REFUSED = 2;

    private ExitCode() {}
}
