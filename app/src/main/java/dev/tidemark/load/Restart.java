package dev.tidemark.load;

import java.util.Locale;

/** Reasons for which a load reads rows again that it had read and that were not durable yet. */
public enum Restart {
    /** Too many rows changed while rows were read ahead, or a change did not name its row. */
    CHANGES,
    TRUNCATE,
    /** The columns of the table have changed. */
    DDL,
    /** Documents were deleted by a filter, which does not name their rows. */
    DELETE_WHERE,
    /** The connection to the database ended: changes are sent again. */
    ENGINE,
    /** The stored position is another one than that for which rows were read: a backup was restored, or the position was cleared. */
    POSITION,
    /** It was requested again while it ran, and began at the table's first row. */
    REQUESTED;

    /** Returns its name in metrics and in the API. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
