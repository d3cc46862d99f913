package dev.tidemark.connector.postgres;

import java.util.Set;

/**
 * What a table's log records tell of a row before its change.
 *
 * @param full REPLICA IDENTITY FULL: every column
 * @param columns otherwise the columns of the identity; none under NOTHING, or DEFAULT without a primary key
 */
record ReplicaIdentity(boolean full, Set<String> columns) {

    /** Whether the old row holds the column. */
    boolean sends(String column) {
        return full || columns.contains(column);
    }
}
