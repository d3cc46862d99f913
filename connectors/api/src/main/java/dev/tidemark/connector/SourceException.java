package dev.tidemark.connector;

import org.jspecify.annotations.Nullable;

/** A failure of the source that an operator reads: what failed, what was found, what to do next. No secret in it. */
public final class SourceException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String hint;
    private final boolean heals;
    private final boolean snapshotDue;

    /**
     * @param message what failed, on which table, slot or database, and what was found
     * @param hint what to do next
     * @param heals whether trying again may succeed without anybody doing anything (the server is away)
     */
    public SourceException(String message, String hint, boolean heals, @Nullable Throwable cause) {
        this(message, hint, heals, false, cause);
    }

    private SourceException(
            String message, String hint, boolean heals, boolean snapshotDue, @Nullable Throwable cause) {
        super(message, cause);
        this.hint = hint;
        this.heals = heals;
        this.snapshotDue = snapshotDue;
    }

    /** What a decoder throws where the log alone does not tell what the tables hold from here on. */
    public static SourceException snapshotDue(String message) {
        return new SourceException(message, "nothing has to be done: a new snapshot begins", true, true, null);
    }

    /** Whether the stored offset is to be put aside, so that the next engine begins with a snapshot. */
    public boolean isSnapshotDue() {
        return snapshotDue;
    }

    public String hint() {
        return hint;
    }

    public boolean heals() {
        return heals;
    }
}
