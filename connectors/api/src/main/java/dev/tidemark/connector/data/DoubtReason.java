package dev.tidemark.connector.data;

import java.util.Locale;

/** Reason why documents of a table may differ from its rows although the stream is healthy. */
public enum DoubtReason {
    /** Policies hide rows from our user that the log shows. */
    ROW_LEVEL_SECURITY,
    /** The database has another history than the one that was read, or what is recorded of its tables is unreadable. */
    HISTORY,
    /** The table is another one than was loaded. */
    IDENTITY,
    /** A statement gave rows other values without a change of rows in the log. */
    DDL,
    /** A partition with rows was attached, detached, dropped, truncated or exchanged. */
    PARTITION,
    /** A session wrote statements instead of rows to the log. */
    STATEMENT_FORMAT,
    /** Rows of a prepared transaction may be in the log without its outcome. */
    XA,
    /** A foreign key changed rows, and the database does not log these. */
    KEY_CHANGE,
    /** The log does not contain all changes. */
    GAP,
    /** A collection was changed by another client, or by a late write. */
    COLLECTION,
    /** A row that was read by its key was not found, and its delete is not in the log. */
    ROW_NOT_FOUND;

    /** Returns its name in metrics, status, API and approvals. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Returns whether loads for this reason are limited: it was found by a comparison, which may find the same again after a load. A
     * statement of the application in the log is not repeated by a load.
     */
    public boolean isLimited() {
        return switch (this) {
            case DDL, KEY_CHANGE, STATEMENT_FORMAT, XA -> false;
            default -> true;
        };
    }
}
