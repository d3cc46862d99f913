package dev.tidemark.connector.postgres;

import java.util.Set;

/**
 * What the log tells of a table's rows.
 *
 * @param full REPLICA IDENTITY FULL: every column of a row before its change
 * @param identity otherwise the columns of the identity; none under NOTHING, or DEFAULT without a primary key
 * @param generated stored generated columns: the log does not hold them, so they are left out on every way
 */
record TableTraits(boolean full, Set<String> identity, Set<String> generated) {

    /** Nothing that could be relied on. */
    static final TableTraits UNKNOWN = new TableTraits(false, Set.of(), Set.of());

    /** Whether the old row holds the column. */
    boolean sends(String column) {
        return full || identity.contains(column);
    }
}
