package dev.tidemark.verify;

import java.util.Locale;

/** Kinds of findings. */
public enum Kind {
    /** A row has no document. */
    MISSING,
    /** A document has no row, or its row is to have none. */
    EXTRA,
    /** A document is not what its row is. */
    DIFFERENT,
    /** A document was written each time that it was compared. */
    BUSY,
    /** A dead letter of the document is pending. */
    DEAD_LETTER,
    /** The row breaks a rule of {@code require}, or does not fit into a document. */
    INVALID;

    /** Returns whether it is a difference. */
    public boolean isDifference() {
        return this == MISSING || this == EXTRA || this == DIFFERENT;
    }

    /** Returns its name in JSON and in metrics. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
