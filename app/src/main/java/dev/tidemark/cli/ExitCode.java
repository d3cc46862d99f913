package dev.tidemark.cli;

/** Exit codes of the process. */
public final class ExitCode {

    /** Done, or stopped by a signal. */
    public static final int DONE = 0;

    /** Failed while running. */
    public static final int FAILED = 1;

    /** Failed to start: invalid configuration or failed preflight. */
    public static final int REJECTED = 2;

    private ExitCode() {}
}
