package dev.tidemark.connector.postgres.catalog;

import dev.tidemark.connector.postgres.catalog.RowIdentities.Relation;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Columns that the log contains of a table's rows, whichever of its partitions they are in.
 *
 * @param full REPLICA IDENTITY FULL, of each partition too: every column of a row before its change
 * @param identity otherwise the columns that each of the identities has; none under NOTHING, or DEFAULT without a primary key
 * @param generated stored generated columns: the log does not hold them, so they are left out on every way
 * @param primaryKey the columns of the primary key, which is all that a partition with another identity may send
 */
public record TableTraits(boolean full, Set<String> identity, Set<String> generated, Set<String> primaryKey) {

    /** Nothing that could be relied on. */
    public static final TableTraits UNKNOWN = new TableTraits(false, Set.of(), Set.of(), Set.of());

    /** Returns what can be relied on for each of the relations that hold the table's rows. */
    static TableTraits of(List<Relation> relations, Set<String> generated) {
        if (relations.isEmpty()) {
            return new TableTraits(false, Set.of(), generated, Set.of());
        }
        List<Relation> partial =
                relations.stream().filter(relation -> !relation.full()).toList();
        Set<String> key = Set.copyOf(relations.get(0).primaryKey());
        if (partial.isEmpty()) {
            return new TableTraits(true, Set.of(), generated, key);
        }
        Set<String> common = new HashSet<>(partial.get(0).identity());
        partial.forEach(relation -> common.retainAll(relation.identity()));
        return new TableTraits(false, Set.copyOf(common), generated, key);
    }

    /** Returns whether the old row holds the column. */
    public boolean sends(String column) {
        return full || identity.contains(column);
    }
}
