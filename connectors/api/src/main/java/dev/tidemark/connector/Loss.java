package dev.tidemark.connector;

import java.util.Arrays;
import java.util.Locale;

/**
 * Reason why the changes after a stored offset cannot be taken from the log, so that all tables have to be loaded from another
 * position. Proven by an answer of the database or by a file, never by the lack of an answer.
 */
public enum Loss {
    /** The log does not contain all changes: its slot or a part of it was deleted, or a table was not published. */
    GAP,
    /** What is recorded of the tables' columns is missing or damaged, so the changes cannot be decoded. */
    HISTORY,
    /** A statement concerned rows that the log does not contain, or does not describe. */
    DDL,
    /** A table has another primary key than the ids of its documents were formed from: the pipeline has to start again, too. */
    KEY_CHANGE;

    /** Returns whether a text is the label of one. */
    public static boolean isLabel(String text) {
        return Arrays.stream(values()).anyMatch(loss -> loss.label().equals(text));
    }

    /** Returns the doubt reason of metrics, status and approvals. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
