package dev.tidemark.cli;

/** What the process says when it ends. */
public final class ExitCode {

    /** Done, or stopped by a signal. */
    public static final int DONE = 0;

    /** Failed while running. */
    public static final int FAILED = 1;

    /** Refused before starting: configuration or preflight. */
    public static final int REFUSED = 2;

    private ExitCode() {}
}
